"""The data folder belongs to one agent, and its status file is always whole."""

from __future__ import annotations

import errno
import os

import pytest

from area_configs.domain.errors import SmartAreaError
from edge_agent.health.data_folder import (
    FolderInUse,
    FolderLock,
    StatusDamaged,
    is_running,
    read_status,
    write_status,
)


def test_one_agent_at_a_time(tmp_path):
    folder = tmp_path / "new" / "data"
    assert not is_running(folder)
    with FolderLock(folder):
        assert is_running(folder)
        with pytest.raises(FolderInUse, match=f"in use by the agent with process id {os.getpid()}"):
            FolderLock(folder)
    assert not is_running(folder)
    with FolderLock(folder):
        assert is_running(folder)


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SmartAreaError, match=r"data folder .* cannot be used"):
        FolderLock(tmp_path / "file" / "data")


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.EROFS, "mount its disk writable"),
        (errno.ENOSPC, "free space on its disk"),
        (errno.EACCES, "give this user the right to write there"),
    ],
)
def test_what_to_do_fits_what_is_wrong(tmp_path, monkeypatch, code, remedy):
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(SmartAreaError, match=remedy):
        FolderLock(tmp_path)


def test_a_status_is_replaced_whole(tmp_path):
    assert read_status(tmp_path) is None
    for number in range(3):
        write_status(tmp_path, {"number": number, "name": "晴海"})
    assert read_status(tmp_path) == {"number": 2, "name": "晴海"}
    assert [file.name for file in tmp_path.iterdir()] == ["status.json"]


@pytest.mark.parametrize("left", ["", "{", "[1]", "\x00" * 20])
def test_a_status_that_a_power_cut_has_damaged_is_one_sentence(tmp_path, left):
    (tmp_path / "status.json").write_text(left)
    with pytest.raises(StatusDamaged, match="start the agent, which writes it anew, or delete it"):
        read_status(tmp_path)
    write_status(tmp_path, {"number": 1})
    assert read_status(tmp_path) == {"number": 1}


def _no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_on_a_full_disk_the_new_status_is_written_over_the_old_one(tmp_path, monkeypatch):
    write_status(tmp_path, {"number": 1, "links": {"bus": "open"}})
    size = (tmp_path / "status.json").stat().st_size
    monkeypatch.setattr(os, "replace", _no_room)
    write_status(tmp_path, {"number": 2})
    assert read_status(tmp_path) == {"number": 2}
    assert [(f.name, f.stat().st_size) for f in tmp_path.iterdir()] == [("status.json", size)]


@pytest.mark.parametrize("status", [{"long": "x" * 70_000}, {"first": 1}])
def test_where_that_takes_more_room_it_fails_and_the_old_one_stays(tmp_path, monkeypatch, status):
    if "long" in status:
        write_status(tmp_path, {"number": 1})
    monkeypatch.setattr(os, "replace", _no_room)
    with pytest.raises(OSError, match="No space left"):
        write_status(tmp_path, status)
    assert read_status(tmp_path) == ({"number": 1} if "long" in status else None)
