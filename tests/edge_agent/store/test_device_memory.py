"""What drivers remember: kept over a restart, forgotten on demand, begun anew where it is damaged."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from edge_agent.store import DeviceMemory, LogUnavailable
from edge_agent.store.device_memory import FILE

if TYPE_CHECKING:
    from pathlib import Path


async def test_what_is_settled_is_there_after_the_process_was_killed(tmp_path: Path) -> None:
    memory = DeviceMemory(tmp_path)
    memory.note("meter", "pulses", 7)
    memory.note("meter", "pulses", 8)
    memory.note("door", "replay counter", 2**32 - 1)
    await memory.settle()
    memory.note("meter", "pulses", 9)
    with closing(sqlite3.connect(tmp_path / FILE)) as other:  # as a kill would leave it
        rows = other.execute("SELECT device, name, value FROM memory ORDER BY device").fetchall()
    assert rows == [("door", "replay counter", 2**32 - 1), ("meter", "pulses", 8)]
    memory.close()
    with closing(DeviceMemory(tmp_path)) as again:
        assert again.of("meter") == {"pulses": 9}
        assert again.of("nobody") == {}


async def test_notes_of_many_devices_go_out_together(tmp_path: Path) -> None:
    with closing(DeviceMemory(tmp_path)) as memory:

        async def count(device: str) -> None:
            memory.note(device, "pulses", 1)
            await memory.settle()

        await asyncio.gather(*(count(f"meter-{n}") for n in range(40)))
        assert memory.of("meter-39") == {"pulses": 1}
    with closing(DeviceMemory(tmp_path)) as again:
        assert all(again.of(f"meter-{n}") == {"pulses": 1} for n in range(40))


async def test_what_is_written_every_second_takes_little_room(tmp_path: Path) -> None:
    with closing(DeviceMemory(tmp_path)) as memory:
        for count in range(300):
            memory.note("meter", "pulses", count)
            await memory.settle()
        taken = os.stat(tmp_path / f"{FILE}-wal").st_size  # noqa: PTH116  # as ASYNC240 wants it
    assert 0 < taken < 400_000


async def test_a_device_that_was_replaced_is_forgotten(tmp_path: Path) -> None:
    with closing(DeviceMemory(tmp_path)) as memory:
        memory.note("meter", "pulses", 7)
        memory.note("other", "pulses", 5)
        await memory.settle()
        memory.note("meter", "pulses", 8)
        memory.forget("meter")
        assert memory.of("meter") == {}
    with closing(DeviceMemory(tmp_path)) as again:
        assert (again.of("meter"), again.of("other")) == ({}, {"pulses": 5})


@pytest.mark.logs("was damaged")
def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 32)
    with closing(DeviceMemory(tmp_path)) as memory:
        assert memory.of("meter") == {}
    assert (tmp_path / "quarantine" / FILE).exists()


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable, match="nowhere"):
        DeviceMemory(tmp_path / "nowhere")


@pytest.mark.logs("counts of before a restart may be lost")
async def test_a_disk_that_takes_nothing_is_said_once_and_tried_again(tmp_path: Path) -> None:
    memory = DeviceMemory(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON memory BEGIN SELECT raise(ABORT, 'disk is full'); END"
        )
        memory.note("meter", "pulses", 1)
        await memory.settle()
        await memory.settle()
        other.execute("DROP TRIGGER full")
    memory.close()
    with closing(DeviceMemory(tmp_path)) as again:
        assert again.of("meter") == {"pulses": 1}
