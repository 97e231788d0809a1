"""The data folder belongs to one agent, and its status file is always whole."""

from __future__ import annotations

import os

import pytest

from area_configs.domain.errors import SmartAreaError
from edge_agent.health.data_folder import (
    FolderInUse,
    FolderLock,
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


def test_a_status_is_replaced_whole(tmp_path):
    assert read_status(tmp_path) is None
    for number in range(3):
        write_status(tmp_path, {"number": number, "name": "晴海"})
    assert read_status(tmp_path) == {"number": 2, "name": "晴海"}
    assert [file.name for file in tmp_path.iterdir()] == ["status.json"]
