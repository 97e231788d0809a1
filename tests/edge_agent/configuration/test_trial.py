"""The trial of changed settings: whatever moment the power goes, the files tell what to do."""

from __future__ import annotations

import os
import stat

import pytest

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration import trial as module
from edge_agent.configuration.durable import replace_durably
from edge_agent.configuration.trial import (
    MOST_STARTS,
    CannotChange,
    Instant,
    TrialFiles,
    settle_at_start,
)

OLD, NEW = b"old settings\n", b"new settings\n"
NOW_US = 1_790_000_000_000_000


def _at(seconds, boot="boot-1") -> Instant:
    return Instant(boot, seconds)


@pytest.fixture
def files(tmp_path):
    settings = tmp_path / "edge.toml"
    settings.write_bytes(OLD)
    return TrialFiles(settings)


def _staged(files, limit_s=120):
    return list(files.stage(NEW, limit_s))


def _start(files, now, check=lambda: None):
    return settle_at_start(files, now, NOW_US, check)


def test_a_change_writes_previous_then_record_then_settings(files):
    assert _staged(files) == ["edge.toml.previous", "edge.toml.trial", "edge.toml"]
    assert files.settings.read_bytes() == NEW
    assert files.previous.read_bytes() == OLD
    assert files.place(files.read()) == "on trial"


@pytest.mark.parametrize("written", [0, 1, 2, 3])
def test_a_power_cut_after_each_step_leaves_old_or_new_settings_and_a_way_on(files, written):
    steps = files.stage(NEW, 120)
    for _ in range(written):
        next(steps)
    found = _start(files, _at(1000))
    assert files.settings.read_bytes() == (NEW if written == 3 else OLD)
    expected = {0: None, 1: None, 2: "given up", 3: "pending"}[written]
    assert (found and found.state) == expected
    # and another change goes its whole way
    if expected != "pending":
        _staged(files)
        assert _start(files, _at(1001)).state == "pending"


@pytest.mark.parametrize("written", [0, 1, 2])
def test_a_power_cut_within_a_roll_back_ends_with_the_settings_of_before(
    files, written, monkeypatch
):
    _staged(files)
    trial = _start(files, _at(1000))
    writes = []

    def cut(file, content, like):
        if len(writes) == written:
            raise KeyboardInterrupt
        writes.append(file.name)
        replace_durably(file, content, like)

    monkeypatch.setattr(module, "replace_durably", cut)
    if written < 2:
        with pytest.raises(KeyboardInterrupt):
            files.roll_back(trial, "no answer", NOW_US)
    else:
        files.roll_back(trial, "no answer", NOW_US)
    monkeypatch.undo()
    found = _start(files, _at(1200))
    assert files.settings.read_bytes() == OLD
    assert found.state in {"rolled back", "given up"}


def test_the_time_goes_on_over_a_restart_of_the_agent(files):
    _staged(files)
    assert _start(files, _at(1000)).left_s(_at(1030)) == 90
    again = _start(files, _at(1100))
    assert (again.state, again.starts, again.left_s(_at(1100))) == ("pending", 2, 20)
    ended = _start(files, _at(1121))
    assert (ended.state, ended.decided_us) == ("rolled back", NOW_US)
    assert ended.words == "the platform did not answer within 120 s"
    assert files.settings.read_bytes() == OLD


def test_after_a_reboot_the_platform_has_the_whole_time_again(files):
    _staged(files)
    _start(files, _at(1000))
    again = _start(files, _at(3, "boot-2"))
    assert again.left_s(_at(3, "boot-2")) == 120


def test_an_agent_that_keeps_falling_over_is_not_tried_for_ever(files):
    _staged(files)
    states = [_start(files, _at(0, f"boot-{n}")).state for n in range(MOST_STARTS + 1)]
    assert states == ["pending"] * MOST_STARTS + ["rolled back"]
    assert files.settings.read_bytes() == OLD
    assert "was started 3 times" in files.read().words


def test_settings_that_cannot_be_used_are_taken_back_at_once(files):
    def check():
        raise SmartAreaError("edge.toml:3: port: no such port")

    _staged(files)
    assert _start(files, _at(1), check).words == "edge.toml:3: port: no such port"
    assert files.settings.read_bytes() == OLD


def test_confirmed_settings_stay(files):
    _staged(files)
    files.confirm(_start(files, _at(1)), "the platform answers", NOW_US)
    assert _start(files, _at(9999)).state == "confirmed"
    assert files.settings.read_bytes() == NEW


def test_settings_that_somebody_wrote_meanwhile_stay(files):
    _staged(files)
    files.settings.write_bytes(b"by hand\n")
    assert _start(files, _at(1)).state == "given up"
    assert files.settings.read_bytes() == b"by hand\n"


def test_one_trial_at_a_time(files):
    _staged(files)
    with pytest.raises(CannotChange, match="is on trial already"):
        next(files.stage(b"third\n", 120))


def test_without_the_settings_of_before_nothing_is_overwritten(files):
    _staged(files)
    files.previous.write_bytes(b"damaged")
    with pytest.raises(CannotChange, match="is not what it was"):
        _start(files, _at(1), lambda: (_ for _ in ()).throw(SmartAreaError("x")))
    assert files.settings.read_bytes() == NEW


def test_a_record_that_cannot_be_read_is_none(files):
    files.record.write_bytes(b"{half")
    assert files.read() is None
    assert _start(files, _at(1)) is None


def test_a_folder_that_takes_no_file(files, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "replace_durably", full)
    with pytest.raises(
        CannotChange, match=r"previous cannot be written \(No space left on device\)"
    ):
        _staged(files)
    assert files.settings.read_bytes() == OLD


def test_rights_of_the_settings_are_kept_and_nothing_is_left_beside_them(files):
    files.settings.chmod(0o640)
    _staged(files)
    modes = {
        file.name: stat.S_IMODE(file.stat().st_mode) for file in files.settings.parent.iterdir()
    }
    assert modes == dict.fromkeys(["edge.toml", "edge.toml.previous", "edge.toml.trial"], 0o640)


def test_a_failed_write_leaves_the_old_file_alone(files, monkeypatch):
    def refuse(_fd):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="Input/output"):
        replace_durably(files.settings, NEW)
    assert files.settings.read_bytes() == OLD
    assert len(list(files.settings.parent.iterdir())) == 1


def test_settings_behind_a_link_stay_behind_it(files, tmp_path):
    link = tmp_path / "etc" / "edge.toml"
    link.parent.mkdir()
    link.symlink_to(files.settings)
    linked = TrialFiles(link)
    _staged(linked)
    assert link.is_symlink()
    assert link.read_bytes() == NEW
    linked.roll_back(linked.read(), "no answer", NOW_US)
    assert link.read_bytes() == OLD
    assert [file.name for file in link.parent.iterdir()] == ["edge.toml"]
