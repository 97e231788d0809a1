"""The one device that is chosen, everywhere in the console."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Holds the chosen device; tree, table and twin all choose here and all listen here."""

    changed = Signal(str)  # device id, empty for none

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._device = ""

    @property
    def device(self) -> str:
        """Return the chosen device's id, empty for none."""
        return self._device

    def choose(self, device: str) -> None:
        """Choose a device, or none with an empty id; says so only where it changes."""
        if device != self._device:
            self._device = device
            self.changed.emit(device)
