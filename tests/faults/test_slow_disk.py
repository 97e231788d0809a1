"""A slow disk: one sync serves all who wait for it, and who hands over too much is made to wait."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import numbered, write_log
from tests.faults.slow_disk import BATCHES, QUEUE_BYTES, SIZE

ROOT = Path(__file__).parents[2]
SLOW_MS = 20
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("shim")]


def run(folder: Path, script: str, *options: str) -> subprocess.CompletedProcess[str]:
    log = folder.with_suffix(".log")
    command = [sys.executable, str(Path(__file__).with_name(script)), str(folder), *options]
    environment = write_log.environment(folder, log, slow_ms=SLOW_MS)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def test_many_who_wait_share_a_sync(tmp_path, note):
    folder = tmp_path / "log"
    run(folder, "workload.py", "--producers", "16", "--batches", "10", "--size", "10")
    operations = write_log.load(folder.with_suffix(".log"))
    promises = sum(each.kind == "A" for each in operations)
    syncs = sum(each.kind == "S" for each in operations)
    with numbered.opened(folder) as log:
        said = b"".join(each.data for each in operations if each.kind == "A")
        verdict = numbered.judge(numbered.spans(said), numbered.stored(log))
    note(promises=promises, syncs=syncs, **vars(verdict))
    assert verdict == numbered.Verdict(1600, 0, 0, 0)
    assert promises == 160
    assert syncs < promises / 2


def test_who_hands_over_too_much_is_made_to_wait(tmp_path, note):
    told = json.loads(run(tmp_path / "log", "slow_disk.py").stdout)
    note(**told)
    assert (told["missing"], told["doubled"], told["extra"]) == (0, 0, 0)
    assert told["grown_bytes"] < BATCHES * SIZE * 160 / 2, "everything was held in memory"
    commits_at_least = BATCHES * SIZE * 160 / (2 * QUEUE_BYTES)
    assert told["held_s"] > commits_at_least * SLOW_MS / 1000 / 2, "nobody was made to wait"
