"""This machine: its board by the device tree, its architecture as packages name it."""

from __future__ import annotations

import platform
from pathlib import Path

from firmware_tools.update.signed_releases import Machine

_COMPATIBLE = Path("/sys/firmware/devicetree/base/compatible")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armhf"}


def this_machine(installed: str, board: str = "", arch: str = "") -> Machine:
    """Return what an update must fit; `board` and `arch` stand in for what the machine says."""
    boards = (board,) if board else _boards()
    found = platform.machine()
    return Machine(boards, arch or _ARCHITECTURES.get(found, found), installed)


def _boards() -> tuple[str, ...]:
    try:
        text = _COMPATIBLE.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ("pc",)
    return tuple(part for part in text.split("\0") if part)
