"""The disk under the data folder: space, speed of a synced write, wear, and its own error counts."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from typing import TYPE_CHECKING

from edge_agent.doctor.check import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge_agent.doctor.check import Level, Machine

_LITTLE_BYTES, _TOO_LITTLE_BYTES = 1 << 30, 100 << 20
_SLOW_S, _TOO_SLOW_S = 0.1, 1.0
_WRITES, _WRITE_BYTES = 5, 4096
_WORN, _WORN_OUT = 8, 10  # of 11 steps of ten percent, JESD84-B51 DEVICE_LIFE_TIME_EST


def checks(folder: Path, here: Machine) -> Iterator[Check]:
    """Yield a check for space, for writing, and for what the device itself reports."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    yield _space(folder, there)
    yield _writing(there, here.clock.monotonic, exists=there == folder)
    if device := _device(there, here.sys):
        yield wear(device)
        yield from file_system(there, here.sys)


def _space(folder: Path, there: Path) -> Check:
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Check("disk", "fail", f"{there} cannot be looked at: {error.strerror}")
    words = f"{free / 1e9:.1f} GB free for {folder}"
    if free >= _LITTLE_BYTES:
        return Check("disk", "ok", words)
    level: Level = "warn" if free >= _TOO_LITTLE_BYTES else "fail"
    return Check("disk", level, f"{words}: free some, or readings cannot wait for the hub")


def _writing(there: Path, monotonic: Callable[[], float], *, exists: bool) -> Check:
    if not exists and os.access(there, os.W_OK):
        return Check("disk writes", "ok", f"the data folder can be made in {there}")
    try:
        took_s = _synced_write_s(there, monotonic)
    except OSError as error:
        words = (
            f"{there} takes no file ({error.strerror}): give this user the right, check the disk"
        )
        return Check("disk writes", "fail", words)
    return speed(took_s)


def speed(took_s: float) -> Check:
    """Judge how long one synced write takes: every reading waits for one."""
    words = f"a synced write takes {took_s * 1000:.1f} ms"
    if took_s <= _SLOW_S:
        return Check("disk writes", "ok", words)
    level: Level = "warn" if took_s <= _TOO_SLOW_S else "fail"
    return Check("disk writes", level, f"{words}: use a faster or newer card or disk")


def _synced_write_s(folder: Path, monotonic: Callable[[], float]) -> float:
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_WRITES):
            begun = monotonic()
            file.write(bytes(_WRITE_BYTES))
            file.flush()
            os.fsync(file.fileno())
            times.append(monotonic() - begun)
    return statistics.median(times)


def wear(device: Path) -> Check:
    """Judge the wear that an eMMC reports; SD cards and disks report none here."""
    try:
        steps = max(int(word, 16) for word in (device / "life_time").read_text().split())
    except (OSError, ValueError):
        return Check("disk wear", "ok", "this device does not tell; SD cards never do")
    words = f"{min(steps, _WORN_OUT) * 10} % of its life is used"
    if steps < _WORN:
        return Check("disk wear", "ok", words)
    level: Level = "warn" if steps < _WORN_OUT else "fail"
    return Check("disk wear", level, f"{words}: replace it before it fails")


def file_system(there: Path, sys: Path) -> Iterator[Check]:
    """Yield a check where the file system counts errors (ext4)."""
    block = _block(there, sys)
    counter = sys / "fs" / "ext4" / (block.name if block else "") / "errors_count"
    try:
        errors = int(counter.read_text())
    except (OSError, ValueError):
        return
    if errors:
        words = f"{errors} errors since the last check: fsck at the next start, copy the log away"
        yield Check("file system", "fail", words)
    else:
        yield Check("file system", "ok", "no errors")


def _block(there: Path, sys: Path) -> Path | None:
    number = there.stat().st_dev
    found = sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    return found.resolve() if found.exists() else None


def _device(there: Path, sys: Path) -> Path | None:
    """Return what sysfs holds of the device below a folder: a partition's disk has it."""
    block = _block(there, sys)
    candidates = (block / "device", block.parent / "device") if block else ()
    return next((device for device in candidates if device.is_dir()), None)
