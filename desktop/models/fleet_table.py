"""The table of gateways and their devices: state, model, when last heard, what is set differently."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from area_configs.domain.devices import KIND_NAMES
from area_configs.domain.names import Language, Name
from area_configs.domain.readings import Series
from desktop.models import wording
from desktop.models.device_states import State
from desktop.models.fleet import HEALTH_NAMES
from desktop.models.settings_fields import DEVICES

if TYPE_CHECKING:
    from area_configs.domain.areas import Device, Gateway
    from desktop.models.area_models import AreaModels

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class Column(IntEnum):
    """The columns, in order."""

    NAME = 0
    STATE = 1
    MODEL = 2
    SEEN = 3
    SETTING = 4


class Role(IntEnum):
    """What a view may ask for beside the text."""

    ROW = Qt.ItemDataRole.UserRole + 1  # Row
    STATE = Qt.ItemDataRole.UserRole + 2  # State
    SEARCH = Qt.ItemDataRole.UserRole + 3  # everything that a filter looks at, in small letters


HEADERS = {
    Column.NAME: Name("名称", "Name"),
    Column.STATE: Name("状態", "State"),
    Column.MODEL: Name("機種・版", "Model, version"),
    Column.SEEN: Name("受信", "Heard"),
    Column.SETTING: Name("設定", "Setting"),
}
EVERY = Name("{n:g}秒ごと", "every {n:g} s")
NOT_ASKED = Name("読み取り停止", "not read")
EDITED = Name("下書き", "draft")
_NEVER = Name("未受信", "never")
_HEALTHY = {"online": State.NORMAL, "losing": State.UNCERTAIN, "silent": State.STALE}


@dataclass(frozen=True, slots=True)
class Row:
    """A gateway, or one of its devices."""

    gateway: str
    device: str = ""


class FleetTable(QAbstractTableModel):
    """Each gateway, its devices below it, in file order."""

    def __init__(self, models: AreaModels, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._rows = [
            row
            for gateway in models.area.gateways
            for row in (
                Row(gateway.id),
                *(Row(gateway.id, device.id) for device in models.area.devices_of(gateway.id)),
            )
        ]
        models.states.changed.connect(lambda _: self.refresh())
        models.fleet.changed.connect(lambda _: self.refresh())
        for draft in models.fleet.drafts.values():
            draft.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Write every row anew."""
        last = len(self._rows) - 1
        self.dataChanged.emit(self.index(0, 0), self.index(last, len(Column) - 1))

    def set_language(self, _language: Language) -> None:
        """Speak another language."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self.refresh()

    def row_at(self, at: int) -> Row:
        """Return what a row shows."""
        return self._rows[at]

    def place(self, row: Row) -> int:
        """Return where something stands, -1 where it is not in this area."""
        return self._rows.index(row) if row in self._rows else -1

    @override
    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[Column(section)].text(self._models.language)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return int(left) if role == Qt.ItemDataRole.TextAlignmentRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        match role:
            case (
                Qt.ItemDataRole.DisplayRole
                | Qt.ItemDataRole.AccessibleTextRole
                | Qt.ItemDataRole.ToolTipRole
            ):
                return self.text(row, column)
            case Role.ROW:
                return row
            case Role.STATE:
                return self.state(row)
            case Role.SEARCH:
                shown = " ".join(self.text(row, one) for one in Column)
                return f"{shown} {row.gateway} {row.device}".casefold()
        return None

    def state(self, row: Row) -> State:
        """Return how something is."""
        if row.device:
            return self._models.states.of(row.device).state
        return _HEALTHY.get(self._models.fleet.facts(row.gateway).health, State.NO_DATA)

    def text(self, row: Row, column: Column) -> str:
        """Return the text of a cell."""
        if row.device:
            return self._device_text(self._models.area.device(row.device), column)
        return self._gateway_text(self._models.area.gateway(row.gateway), column)

    def heard_us(self, device: str) -> int:
        """Return when a device was last heard, 0 where it never was."""
        profile = self._models.area.profile_of(self._models.area.device(device))
        series = (Series(device, point.quantity) for point in profile.points)
        found = (self._models.live.latest(one) for one in series)
        return max((one.observed_us for one in found if one), default=0)

    def _gateway_text(self, gateway: Gateway, column: Column) -> str:
        language, facts = self._models.language, self._models.fleet.facts(gateway.id)
        match column:
            case Column.NAME:
                return gateway.name.text(language)
            case Column.STATE:
                return HEALTH_NAMES[facts.health].text(language)
            case Column.MODEL:
                return facts.version or wording.UNKNOWN
            case Column.SEEN:
                return self._ago(facts.last_seen_us)
            case _:
                dirty = self._models.fleet.drafts[gateway.id].dirty
                return EDITED.text(language) if dirty else ""

    def _device_text(self, device: Device, column: Column) -> str:
        language = self._models.language
        profile = self._models.area.profile_of(device)
        match column:
            case Column.NAME:
                return device.name.text(language)
            case Column.STATE:
                return wording.STATE_NAMES[self.state(Row("", device.id))].text(language)
            case Column.MODEL:
                return KIND_NAMES[profile.kind].text(language)
            case Column.SEEN:
                return self._ago(self.heard_us(device.id))
            case _:
                return self._setting(device)

    def _setting(self, device: Device) -> str:
        language = self._models.language
        draft = self._models.fleet.drafts[device.gateway]
        if any(one.path[:2] == (DEVICES, device.id) for one in draft.differences()):
            return EDITED.text(language)
        asked = self._models.fleet.asked_settings(device.gateway, device.id)
        if asked.get("polled") is False:
            return NOT_ASKED.text(language)
        period_s = asked.get("period_s")
        return EVERY.text(language).format(n=period_s) if period_s else ""

    def _ago(self, at_us: int) -> str:
        language = self._models.language
        if not at_us:
            return _NEVER.text(language)
        return wording.age_text(at_us, self._models.clock(), language)
