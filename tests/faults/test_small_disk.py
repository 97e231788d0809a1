"""A disk that is full or read-only: refused aloud, nothing promised is lost, it goes on by itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ALONE = ("unshare", "--user", "--map-root-user", "--mount")
pytestmark = pytest.mark.slow


def run(way: str, disk: Path, *before: str) -> dict[str, Any]:
    disk.mkdir()
    script = str(Path(__file__).with_name("small_disk.py"))
    command = [*before, sys.executable, script, way, str(disk)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def alone(tmp_path: Path) -> tuple[str, ...]:
    """Return the command that runs another one where it may mount; skip where none may."""
    probe = [*ALONE, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)]
    if shutil.which("unshare") is None or subprocess.run(probe, check=False).returncode:
        pytest.skip("this machine lets no user mount in a namespace of its own")
    return ALONE


def test_a_full_disk_refuses_aloud_and_heals_when_it_is_freed(tmp_path, alone, note):
    told = run("full", tmp_path / "disk", *alone)
    note(**told)
    assert (told["missing"], told["missing_while_full"], told["doubled"]) == (0, 0, 0)
    assert told["extra"] == 0
    assert told["refusals"] > 0
    assert "free space" in told["words"]


def test_a_full_disk_heals_by_itself_once_all_is_sent(tmp_path, alone, note):
    told = run("drained", tmp_path / "disk", *alone)
    note(**told)
    assert (told["missing"], told["doubled"], told["extra"]) == (0, 0, 0)
    assert told["refusals"] > 0
    assert told["alive"]


def test_a_file_that_may_not_grow_refuses_aloud_and_heals(tmp_path, note):
    told = run("full-by-limit", tmp_path / "disk")
    note(**told)
    assert (told["missing"], told["missing_while_full"], told["doubled"]) == (0, 0, 0)
    assert told["extra"] == 0
    assert told["refusals"] > 0


def test_a_disk_that_is_mounted_read_only_refuses_aloud_and_heals(tmp_path, alone, note):
    told = run("read-only", tmp_path / "disk", *alone)
    note(**told)
    assert (told["missing"], told["doubled"], told["refusals"]) == (0, 0, 3)
    assert told["alive"]
    assert "right to write" in told["words"] or "writable" in told["words"]
