"""The ledger: every point that a simulated device really said, one JSON line each."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Said:
    """What one point of one device meant; `value` in its quantity's unit, None for "no data"."""

    device: str
    quantity: str
    value: float | None


class Ledger:
    """An append-only file of `{"device", "quantity", "value", "said_us"}` lines.

    The lines of one answer go out in one unbuffered write in append mode, so that a reader never
    sees half a line and several simulator processes may share the file.
    """

    def __init__(self, path: Path) -> None:
        """Open or continue the ledger; OSError where the file cannot be written."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o644)

    def write(self, said: Iterable[Said], said_us: int) -> None:
        """Add what one answer said at one instant."""
        if lines := b"".join(_line(one, said_us) for one in said):
            os.write(self._file, lines)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _line(said: Said, said_us: int) -> bytes:
    entry = {
        "device": said.device,
        "quantity": said.quantity,
        "value": said.value,
        "said_us": said_us,
    }
    return json.dumps(entry, ensure_ascii=False, allow_nan=False).encode() + b"\n"
