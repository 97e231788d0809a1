"""What is abnormal now: alarm rules that hold, and devices that are silent or doubtful."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from area_configs.domain.alarms import Priority
from area_configs.domain.names import Language, Name
from area_configs.domain.readings import Series
from desktop.models import wording
from desktop.models.device_states import State
from desktop.models.judgement import urgency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from area_configs.domain.areas import Area, Device, Gateway
    from area_configs.domain.readings import Reading
    from desktop.models.device_states import DeviceStates

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()

PRIORITY_NAMES = {
    Priority.CRITICAL: Name("緊急", "Critical"),
    Priority.HIGH: Name("高", "High"),
    Priority.MEDIUM: Name("中", "Medium"),
    Priority.LOW: Name("低", "Low"),
}
_ACTIONS = {
    State.STALE: Name("機器と通信線を確認", "Check the device and its line"),
    State.NO_DATA: Name("機器の電源と設定を確認", "Check the device's power and settings"),
    State.UNCERTAIN: Name("値を現地で確認", "Check the value on site"),
}
_SILENT = Name(
    "全{count}台が更新遅れまたはデータなし", "all {count} devices are stale or without data"
)
_GATEWAY_ACTION = Name("ゲートウェイの電源と通信を確認", "Check the gateway's power and network")
_PRIORITIES = list(Priority)


class Role(IntEnum):
    """What a view may ask for beside the text; Qt hands a StrEnum back as plain text."""

    DEVICE = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2
    PRIORITY = Qt.ItemDataRole.UserRole + 3  # Priority, None where no rule is behind it


@dataclass(frozen=True, slots=True)
class Abnormality:
    """One thing that is not as it should be.

    Attributes:
        key: what makes it the same thing a moment later.
        device: the device to look at; of a silent gateway, its first one.
        subject: who; `what` says what is wrong with it, `action` what to do.
        since_us: when it was first seen to be so.
        extent: how many devices it concerns.
    """

    key: str
    state: State
    priority: Priority | None
    device: str
    subject: Name
    what: Name
    action: Name
    since_us: int
    extent: int = 1

    def rank(self) -> tuple[int, int, int, int]:
        """Order: state, then priority, then the widest, then the newest first."""
        priority = _PRIORITIES.index(self.priority) if self.priority else len(_PRIORITIES)
        return (-urgency(self.state), priority, -self.extent, -self.since_us)


class Abnormalities(QAbstractListModel):
    """Everything abnormal now, most urgent first; empty when all is well."""

    def __init__(self, area: Area, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._area = area
        self._language: Language = "ja"
        self._items: list[Abnormality] = []

    @property
    def items(self) -> tuple[Abnormality, ...]:
        """Return what is abnormal, most urgent first."""
        return tuple(self._items)

    def evaluate(
        self, latest: Callable[[Series], Reading | None], states: DeviceStates, now_us: int
    ) -> None:
        """Find what is abnormal by the newest readings and the devices' states."""
        since = {item.key: item.since_us for item in self._items}
        found = list(self._found(latest, states))
        items = [replace(item, since_us=since.get(item.key, now_us)) for item in found]
        items.sort(key=Abnormality.rank)
        if items != self._items:
            self.beginResetModel()
            self._items = items
            self.endResetModel()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        if self._items:
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1))

    @override
    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._items)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{item.subject.text(self._language)}: {item.what.text(self._language)}"
            case Qt.ItemDataRole.ToolTipRole:
                return item.action.text(self._language)
            case _:
                return _fact(item, role)

    def _found(
        self, latest: Callable[[Series], Reading | None], states: DeviceStates
    ) -> Iterator[Abnormality]:
        yield from self._broken_rules(latest)
        for gateway in self._area.gateways:
            devices = self._area.devices_of(gateway.id)
            silent = [d for d in devices if states.of(d.id).state in {State.STALE, State.NO_DATA}]
            if len(silent) > 1 and len(silent) == len(devices):
                yield _silent_gateway(gateway, silent, [states.of(d.id).state for d in silent])
            else:
                yield from _devices(devices, states)

    def _broken_rules(self, latest: Callable[[Series], Reading | None]) -> Iterator[Abnormality]:
        told: set[Series] = set()
        for rule in sorted(self._area.alarms, key=lambda rule: _PRIORITIES.index(rule.priority)):
            reading = latest(Series(rule.device, rule.quantity))
            if reading is None or reading.series in told:
                continue  # of several limits on one value, the most urgent one says it all
            if reading.value is not None and rule.holds(reading.value):
                told.add(reading.series)
                value = Name(
                    f"{rule.name.ja} {wording.value_text(rule.quantity, reading.value, 'ja')}",
                    f"{rule.name.en} {wording.value_text(rule.quantity, reading.value, 'en')}",
                )
                yield Abnormality(
                    rule.id,
                    State.ALARM,
                    rule.priority,
                    rule.device,
                    self._area.device(rule.device).name,
                    value,
                    rule.action,
                    0,
                )


def _fact(item: Abnormality, role: int) -> Any:
    facts: dict[int, Any] = {
        Role.DEVICE: item.device,
        Role.STATE: item.state,
        Role.PRIORITY: item.priority,
    }
    return facts.get(role)


def _devices(devices: Iterable[Device], states: DeviceStates) -> Iterator[Abnormality]:
    for device in devices:
        state = states.of(device.id).state
        if state in _ACTIONS:
            words, action = wording.STATE_NAMES[state], _ACTIONS[state]
            key = f"{device.id}/{state}"
            yield Abnormality(key, state, None, device.id, device.name, words, action, 0)


def _silent_gateway(gateway: Gateway, silent: list[Device], states: list[State]) -> Abnormality:
    words = Name(_SILENT.ja.format(count=len(silent)), _SILENT.en.format(count=len(silent)))
    state = State.STALE if State.STALE in states else State.NO_DATA
    return Abnormality(
        key=gateway.id,
        state=state,
        priority=None,
        device=silent[0].id,
        subject=gateway.name,
        what=words,
        action=_GATEWAY_ACTION,
        since_us=0,
        extent=len(silent),
    )
