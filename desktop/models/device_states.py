"""The state of each device as one word: what the tree, the tables and the twin colour by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class State(StrEnum):
    """Least to most urgent; four different things that are never drawn alike."""

    NORMAL = "normal"
    UNCERTAIN = "uncertain"  # it says that its value is doubtful
    NO_DATA = "no_data"  # never heard, or it says that it has no value
    STALE = "stale"  # heard, but longer ago than three of its periods
    ALARM = "alarm"  # a rule of the area holds


@dataclass(frozen=True, slots=True)
class DeviceState:
    """State of a device and its most telling value, ready to be drawn (`668 W`, `-`)."""

    state: State = State.NO_DATA
    headline: str = "-"


_UNKNOWN = DeviceState()


class DeviceStates(QObject):
    """State of every device by id."""

    changed = Signal(list)  # ids of the devices whose state or headline changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._states: dict[str, DeviceState] = {}

    def of(self, device: str) -> DeviceState:
        """Return a device's state; a device that nobody heard of has no data."""
        return self._states.get(device, _UNKNOWN)

    def update(self, states: dict[str, DeviceState]) -> None:
        """Take new states and tell which devices changed, in one signal."""
        news = [device for device, state in states.items() if self.of(device) != state]
        self._states.update(states)
        if news:
            self.changed.emit(news)
