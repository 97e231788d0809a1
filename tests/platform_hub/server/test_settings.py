"""`hub.toml`: what it may say, and every mistake named with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from area_configs.domain.errors import SettingsError
from platform_hub.server.settings import TEMPLATE, CareSettings, HistoryRule, HubFolder, HubSettings

if TYPE_CHECKING:
    from pathlib import Path


def folder(path: Path, text: str | bytes) -> HubFolder:
    (path / "hub.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return HubFolder(path)


def test_the_template_states_the_defaults(tmp_path: Path) -> None:
    assert folder(tmp_path, TEMPLATE).settings() == HubSettings()
    general = TEMPLATE.partition("# A quantity may differ")[0].splitlines()
    lines = [line.removeprefix("# ") for line in general if "=" in line or "[" in line]
    assert folder(tmp_path, "\n".join(lines)).settings() == HubSettings()
    parts = (HubSettings, HistoryRule, CareSettings)
    assert len(lines) == sum(len(part.__slots__) for part in parts)


def test_a_quantity_differs_only_in_what_it_says(tmp_path: Path) -> None:
    text = "[history]\nday_days = 9\n[history.quantities.heart_rate]\nraw_days = 30\n"
    history = folder(tmp_path, text).settings().history
    assert history.rule("heart_rate") == HistoryRule(raw_days=30, day_days=9)
    assert history.rule("active_power") == HistoryRule(day_days=9)
    assert history.every_raw_days == 0


@pytest.mark.parametrize(
    "text",
    [
        "[history]\nraw_days = -1",
        "[history]\nhalf_hour_days = 1",
        "[history.quantities.heart_rate]\nraw_day = 3",
        "[history.quantities.heart_rate]\nraw_days = 'long'",
    ],
)
def test_mistakes_in_history_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="history"):
        folder(tmp_path, text).settings()


def test_settings_are_read(tmp_path: Path) -> None:
    assert folder(tmp_path, "temporal_page_size = 10").settings().temporal_page_size == 10


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    text = "max_body_bytes = 1\n\nlive_kept_readings = 'many'\ncolour = 'red'\n"
    with pytest.raises(SettingsError) as caught:
        folder(tmp_path, text).settings()
    found = {(mistake.path, mistake.line) for mistake in caught.value.mistakes}
    assert found == {("max_body_bytes", 1), ("live_kept_readings", 3), ("colour", 4)}


@pytest.mark.parametrize(
    ("text", "words"),
    [("a = [", "is not TOML"), (b"\xff\xfe", "UTF-8")],
)
def test_unreadable_files_are_explained(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        folder(tmp_path, text).settings()


def test_other_folders_are_explained(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="area-hub init"):
        HubFolder(tmp_path / "nowhere").settings()
    (tmp_path / "hub.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        HubFolder(tmp_path).settings()
