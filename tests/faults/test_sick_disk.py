"""A disk that fails at the n-th write, sync or open: what is not promised is refused aloud."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults import write_log

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
FOREVER = 1 << 40
SHORT_WRITE = 0
FAULTS = [
    ("write", 1, errno.EIO),
    ("write", 1, SHORT_WRITE),
    ("write", 4, errno.ENOSPC),
    ("write", FOREVER, errno.EROFS),
    ("sync", 1, errno.EIO),
    ("sync", 3, errno.ENOSPC),
    ("sync", FOREVER, errno.EIO),
    ("open", 1, errno.EMFILE),
    ("open", 5, errno.EIO),
]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("shim")]


def trials(folder: Path, faults: Sequence[str]) -> dict[str, dict]:
    """Run one trial per fault, all in one process."""
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("sick_disk.py")), str(folder)],
        cwd=ROOT,
        env=write_log.environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        out, talk = process.communicate("\n".join(faults))
    told = [json.loads(line) for line in out.splitlines()]
    assert len(told) == len(faults), f"trial {faults[len(told)]} ended the process: {talk}"
    return dict(zip(faults, told, strict=True))


@pytest.mark.parametrize(
    "calls",
    [
        range(1, 40, 8),
        pytest.param(range(1, 120), marks=[pytest.mark.soak, pytest.mark.timeout(0)]),
    ],
    ids=["some", "every"],
)
def test_a_failing_call_is_refused_or_mended(tmp_path, note, calls):
    faults = [f"{call}:{n}:{count}:{number}" for call, count, number in FAULTS for n in calls]
    told = trials(tmp_path / "disk", faults)
    refused = Counter(bool(trial["refusals"]) for trial in told.values())
    missing = sum(trial["missing"] for trial in told.values())
    note(trials=len(told), with_refusals=refused[True], missing=missing)
    for fault, trial in told.items():
        assert (trial["missing"], trial["doubled"], trial["alive"]) == (0, 0, True), (fault, trial)
        # After a failed sync nobody knows; a reading too many is harmless, one too few is not.
        assert not trial["extra"] or fault.startswith("sync"), f"{fault}: stored what it refused"
        assert all(words.startswith("reading log ") for words in trial["refusals"]), trial
    assert refused[True], "no fault had any effect"


def test_one_open_that_fails_keeps_the_log_from_opening_once_at_most(tmp_path):
    """What a failed start left open would keep every later one of the process from writing."""
    told = trials(tmp_path / "disk", [f"open:{n}:1:{errno.EMFILE}" for n in range(30, 50)])
    assert max(len(trial["refusals"]) for trial in told.values()) == 1
