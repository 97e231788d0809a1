"""The pairing window: an operator lets one device pair, for some minutes; otherwise nothing pairs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.clock import Clock

FILE = "pairing.json"


class PairingWindow:
    """Reads who may pair until when; the file is written by `open_window`.

    Args:
        folder: the gateway's data folder; None where nobody may open a window.
    """

    def __init__(self, folder: Path | None, clock: Clock) -> None:
        self._file = None if folder is None else folder / FILE
        self._clock = clock

    def allows(self, device: str) -> bool:
        """Tell whether a device may pair now."""
        if self._file is None:
            return False
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return bool(found["device"] == device and self._clock.now_us() < found["until_us"])
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def used(self, device: str) -> None:
        """Close the window after a device has paired."""
        if self._file is not None and self.allows(device):
            self._file.unlink(missing_ok=True)


def open_window(folder: Path, device: str, until_us: int) -> None:
    """Let one device pair until an instant; an older window is closed by that."""
    partial = folder / f"{FILE}.part"
    partial.touch(mode=0o600)
    partial.write_text(json.dumps({"device": device, "until_us": until_us}), encoding="utf-8")
    partial.replace(folder / FILE)
