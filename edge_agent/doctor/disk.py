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
_GIGABYTE = 1_000_000_000
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
        words = f"{there} cannot be looked at: {error.strerror}"
        return Check("disk", "fail", words, f"{there} を調べられません ({error.strerror})")
    room = f"{free / 1e9:.1f} GB" if free >= _GIGABYTE else f"{free / 1e6:.1f} MB"
    words, ja = f"{room} free for {folder}", f"{folder} の空き {room}"
    if free >= _LITTLE_BYTES:
        return Check("disk", "ok", words, ja)
    level: Level = "warn" if free >= _TOO_LITTLE_BYTES else "fail"
    words = f"{words}: free some, or readings cannot wait for the hub"
    return Check("disk", level, words, f"{ja}。空きを作らないと、ハブに送る前の値を保存できません")


def _writing(there: Path, monotonic: Callable[[], float], *, exists: bool) -> Check:
    if not exists and os.access(there, os.W_OK):
        ja = f"{there} にデータフォルダを作れます"
        return Check("disk writes", "ok", f"the data folder can be made in {there}", ja)
    try:
        took_s = _synced_write_s(there, monotonic)
    except OSError as error:
        words = (
            f"{there} takes no file ({error.strerror}): give this user the right, check the disk"
        )
        ja = f"{there} に書き込めません ({error.strerror})。権限とディスクを確認してください"
        return Check("disk writes", "fail", words, ja)
    return speed(took_s)


def speed(took_s: float) -> Check:
    """Judge how long one synced write takes: every reading waits for one."""
    words = f"a synced write takes {took_s * 1000:.1f} ms"
    ja = f"1回の書き込みに {took_s * 1000:.1f} ms"
    if took_s <= _SLOW_S:
        return Check("disk writes", "ok", words, ja)
    level: Level = "warn" if took_s <= _TOO_SLOW_S else "fail"
    words = f"{words}: use a faster or newer card or disk"
    return Check("disk writes", level, words, f"{ja}。もっと速いカードかディスクに替えてください")


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
        words = "this device does not tell; SD cards never do"
        return Check("disk wear", "ok", words, "この機器からは分かりません (SDカードは出しません)")
    used = min(steps, _WORN_OUT) * 10
    words, ja = f"{used} % of its life is used", f"寿命の {used} % を使用"
    if steps < _WORN:
        return Check("disk wear", "ok", words, ja)
    level: Level = "warn" if steps < _WORN_OUT else "fail"
    words = f"{words}: replace it before it fails"
    return Check("disk wear", level, words, f"{ja}。壊れる前に交換してください")


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
        ja = f"前回の検査から {errors} 件のエラー。記録を退避し、次の起動で fsck を実行してください"
        yield Check("file system", "fail", words, ja)
    else:
        yield Check("file system", "ok", "no errors", "エラーなし")


def _block(there: Path, sys: Path) -> Path | None:
    number = there.stat().st_dev
    found = sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    return found.resolve() if found.exists() else None


def _device(there: Path, sys: Path) -> Path | None:
    """Return what sysfs holds of the device below a folder: a partition's disk has it."""
    block = _block(there, sys)
    candidates = (block / "device", block.parent / "device") if block else ()
    return next((device for device in candidates if device.is_dir()), None)
