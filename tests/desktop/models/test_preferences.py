"""Preferences survive the console; a broken file, or a full disk, costs nothing but them."""

from __future__ import annotations

import pytest

from desktop.models.layouts import Layouts
from desktop.models.preferences import Kept, Preferences, read


def test_a_change_is_kept_and_read_again(tmp_path, qtbot):
    path = tmp_path / "below" / "console.toml"
    preferences = Preferences(path)
    with qtbot.waitSignal(preferences.changed):
        preferences.change(language="en", theme="contrast", scale=150, hub='http://h:1/"x')
    again = read(path)
    assert (again.language, again.theme, again.scale) == ("en", "contrast", 150)
    assert again.hub == 'http://h:1/"x'
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.change(scale=150)


@pytest.mark.parametrize("text", ["", "not = [toml", 'scale = "big"\nidle_min = true', "scale = 7"])
def test_what_cannot_be_read_counts_as_not_kept(tmp_path, text):
    (tmp_path / "console.toml").write_text(text)
    assert read(tmp_path / "console.toml") == Kept()


def test_what_cannot_be_kept_counts_all_the_same_and_is_told(tmp_path, qtbot):
    (tmp_path / "file").write_text("in the way")
    preferences = Preferences(tmp_path / "file" / "console.toml")
    with qtbot.waitSignal(preferences.failed):
        preferences.change(scale=200)
    assert preferences.kept.scale == 200


def test_each_role_has_its_own_layout(tmp_path):
    layouts = Layouts(tmp_path)
    layouts.keep("manager", {"window": "x"})
    assert layouts.find("manager") == {"window": "x"}
    assert layouts.find("technician") == {}
    layouts.drop("manager")
    assert layouts.find("manager") == {}
    (tmp_path / "auditor.json").write_text("[1")
    assert layouts.find("auditor") == {}
