"""The footprint: what the process holds of the machine, and when that is a leak."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Verdict = Literal["well", "restart links", "restart process"]

_PROC = Path("/proc/self")
_SHARE_OF_FILES = 0.8
_PATIENCE = 3  # looks after the links were restarted: what a driver gave back is gone by then


@dataclass(frozen=True, slots=True)
class Footprint:
    """Open files, threads and resident memory of a process."""

    open_files: int
    threads: int
    resident_bytes: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is far more than an agent needs: about 40 files, 20 threads and 80 MiB in practice."""

    open_files: int
    threads: int = 150
    resident_bytes: int = 320 << 20  # below the MemoryMax of the service

    def exceeded(self, footprint: Footprint) -> str:
        """Say in a few words what is too much, empty where nothing is."""
        if footprint.open_files > self.open_files:
            return f"{footprint.open_files} open files"
        if footprint.threads > self.threads:
            return f"{footprint.threads} threads"
        if footprint.resident_bytes > self.resident_bytes:
            return f"{footprint.resident_bytes >> 20} MiB of memory"
        return ""


class LeakGuard:
    """Decides what to do about a leak: first the links, then the whole process."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._looks = 0

    def look(self, footprint: Footprint) -> tuple[Verdict, str]:
        """Judge one look; looks are about a minute apart. Returns the remedy and what is too much."""
        excess = self._bounds.exceeded(footprint)
        self._looks = self._looks + 1 if excess else 0
        if self._looks == 1:
            return "restart links", excess
        return ("restart process" if self._looks > _PATIENCE else "well"), excess


def footprint(proc: Path = _PROC) -> Footprint:
    """Return what this process holds."""
    fields = dict(
        line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line
    )
    resident_kib = int(fields["VmRSS"].split()[0])
    files = len(os.listdir(proc / "fd"))  # noqa: PTH208 - names are enough
    return Footprint(files, int(fields["Threads"]), resident_kib << 10)


def bounds() -> Bounds:
    """Return the bounds on this machine."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Bounds(int(min(allowed, 1 << 16) * _SHARE_OF_FILES))
