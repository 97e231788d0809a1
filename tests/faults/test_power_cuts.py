"""Power cuts: whatever instant the power goes, what was promised is on the disk.

A workload is recorded once; then the disk is put together as it could be after a cut at any point,
and the log is opened on it. That these tests can fail is shown by stores and disks that break
their word.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults import numbered, write_log

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tests.faults.write_log import Operation

ROOT = Path(__file__).parents[2]
WORKLOAD = Path(__file__).with_name("workload.py")
MODELS = ("strict", "torn", "names")
SHORT, LONG = 20, 1000
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("shim")]

A_LITTLE = ("--lives", "2", "--batches", "40", "--producers", "3")
MUCH = ("--lives", "3", "--batches", "700", "--producers", "3", "--size", "2")  # many commits

short_and_long = pytest.mark.parametrize(
    ("cuts", "work"),
    [(SHORT, A_LITTLE), pytest.param(LONG, MUCH, marks=[pytest.mark.soak, pytest.mark.timeout(0)])],
    ids=["some", "many"],
)


def record(folder: Path, *options: str, **faults: str | int) -> list[Operation]:
    """Run the workload under the recorder and return what it did."""
    log = folder.with_suffix(".log")
    run = subprocess.run(
        [sys.executable, str(WORKLOAD), str(folder), *options],
        cwd=ROOT,
        env=write_log.environment(folder, log, **faults),
        capture_output=True,
        check=False,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == "refused 0\n"
    return write_log.load(log)


def after_a_cut(image: write_log.Image, recorded: Path, folder: Path) -> numbered.Verdict:
    """Open the log on what a cut left; it must also go on."""
    image.write(recorded, folder)
    try:
        with numbered.opened(folder) as log:
            verdict = numbered.judge(numbered.spans(image.said), numbered.stored(log))
            assert numbered.still_takes(log)
    finally:
        shutil.rmtree(folder)
    return verdict


def verdicts(
    operations: Sequence[Operation], recorded: Path, model: str, cuts: list[int], rng: random.Random
) -> dict[int, numbered.Verdict]:
    """Cut at each point; where a cut breaks something, its number is told."""
    dice = rng if model == "torn" else None
    found = {}
    for cut, image in write_log.images(operations, cuts, dice, names=model == "names"):
        try:
            found[cut] = after_a_cut(image, recorded, recorded.with_name("cut"))
        except Exception as error:
            raise AssertionError(f"{model} cut at operation {cut} of {len(operations)}") from error
    return found


@short_and_long
@pytest.mark.parametrize("model", MODELS)
def test_no_cut_loses_what_was_promised(tmp_path, rng, note, model, cuts, work):
    folder = tmp_path / "log"
    operations = record(folder, *work)
    drawn = write_log.random_cuts(operations, cuts, rng)
    found = verdicts(operations, folder, model, drawn, rng)
    total = Counter()
    for verdict in found.values():
        total.update(asdict(verdict))
    note(cuts=len(drawn), distinct=len(found), operations=len(operations), **total)
    assert not {cut: verdict for cut, verdict in found.items() if not verdict.sound}
    assert total["acknowledged"] > 0


def missing_share(operations: list[Operation], folder: Path, rng: random.Random) -> float:
    """Return how much of what was promised strict cuts lose."""
    drawn = write_log.random_cuts(operations, SHORT, rng)
    promised = missing = 0
    for _, image in write_log.images(operations, drawn):
        try:
            verdict = after_a_cut(image, folder, folder.with_name("cut"))
        except Exception:  # noqa: BLE001  # a store that cannot be opened has lost everything
            verdict = numbered.judge(numbered.spans(image.said), ())
        promised += verdict.acknowledged
        missing += verdict.missing
    return missing / promised


@pytest.mark.logs("from an earlier time")  # the mark is synced: it tells, where there is one
@pytest.mark.parametrize("mode", ["NORMAL", "OFF"])
def test_a_store_that_does_not_sync_is_found_out(tmp_path, rng, mode):
    folder = tmp_path / "log"
    operations = record(folder, "--synchronous", mode)
    assert missing_share(operations, folder, rng) > 0.9


def test_a_disk_that_lies_is_found_out(tmp_path, rng):
    folder = tmp_path / "log"
    operations = record(folder, LIE=1)
    assert missing_share(operations, folder, rng) == 1.0
