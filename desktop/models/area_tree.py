"""The tree of the area: gateways and their devices, each with its state and headline value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from area_configs.domain.names import Language, Name
from desktop.models import wording
from desktop.models.judgement import urgency, worst

if TYPE_CHECKING:
    from area_configs.domain.areas import Area
    from area_configs.domain.devices import DeviceKind
    from desktop.models.device_states import DeviceStates, State

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class Column(IntEnum):
    """The columns, in order."""

    NAME = 0
    HEADLINE = 1


class Role(IntEnum):
    """What a view may ask for beside the texts; Qt hands a StrEnum back as plain text."""

    DEVICE = Qt.ItemDataRole.UserRole + 1  # device id, empty for a gateway or the area
    STATE = Qt.ItemDataRole.UserRole + 2  # State; the worst one below for a gateway or the area
    KIND = Qt.ItemDataRole.UserRole + 3  # DeviceKind, None for a gateway or the area


HEADERS = {Column.NAME: Name("エリア", "Area"), Column.HEADLINE: Name("主な値", "Main value")}
_ABNORMAL = Name("異常 {count}/{all}", "{count} of {all} abnormal")
_DEVICES = Name("{all}台", "{all} devices")
_DEVICE = Name("{all}台", "{all} device")


@dataclass(eq=False)
class Node:
    """A place in the tree; `device` is set on leaves only."""

    name: Name
    parent: Node | None = None
    row: int = 0
    device: str = ""
    kind: DeviceKind | None = None
    children: list[Node] = field(default_factory=list)

    def add(self, child: Node) -> Node:
        """Hang a child below."""
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child

    def devices(self) -> list[str]:
        """Return the ids of the devices at and below this place."""
        below = [device for child in self.children for device in child.devices()]
        return [self.device, *below] if self.device else below


class AreaTree(QAbstractItemModel):
    """Area > gateways > devices. The shape never changes, the states do."""

    def __init__(self, area: Area, states: DeviceStates, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._states = states
        self._language: Language = "ja"
        self._root = Node(Name("根", "root"))
        self._leaves: dict[str, Node] = {}
        self._nodes: list[Node] = []  # a QModelIndex holds no reference: these keep them alive
        self._build(area)
        states.changed.connect(self._states_changed)

    def index_of(self, device: str) -> QModelIndex:
        """Return where a device stands, an invalid index where it does not."""
        node = self._leaves.get(device)
        return self._index(node) if node else QModelIndex()

    def device_at(self, index: Index) -> str:
        """Return the device at a place, empty for a gateway or the area."""
        return self._node(index).device

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        for node in self._nodes:
            self._tell(node)

    @override
    def index(self, row: int, column: int, parent: Index = _NONE) -> QModelIndex:
        children = self._node(parent).children
        if not (0 <= row < len(children) and 0 <= column < len(Column)):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    @override
    def parent(self, index: Index = _NONE) -> QModelIndex:  # type: ignore[override]  # QObject.parent() is its other overload
        node = self._node(index).parent if index.isValid() else None
        return self._index(node) if node and node is not self._root else QModelIndex()

    @override
    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.column() > 0 else len(self._node(parent).children)

    @override
    def columnCount(self, parent: Index = _NONE) -> int:
        return len(Column)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[Column(section)].text(self._language)
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self._node(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(node, Column(index.column()))
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return self._spoken(node)
            case Role.STATE:
                return self._state(node)
            case _:
                return _fact(node, role)

    def _build(self, area: Area) -> None:
        top = self._root.add(Node(area.name))
        self._nodes.append(top)
        for gateway in area.gateways:
            branch = top.add(Node(gateway.name))
            self._nodes.append(branch)
            for device in area.devices_of(gateway.id):
                kind = area.profile_of(device).kind
                leaf = branch.add(Node(device.name, device=device.id, kind=kind))
                self._nodes.append(leaf)
                self._leaves[device.id] = leaf

    def _text(self, node: Node, column: Column) -> str:
        if column is Column.NAME:
            return node.name.text(self._language)
        if node.device:
            return self._states.of(node.device).headline
        return self._summary(node)

    def _summary(self, node: Node) -> str:
        devices = node.devices()
        count = sum(urgency(self._states.of(device).state) > 0 for device in devices)
        words = _ABNORMAL if count else _DEVICES if len(devices) != 1 else _DEVICE
        return words.text(self._language).format(count=count, all=len(devices))

    def _spoken(self, node: Node) -> str:
        state = wording.STATE_NAMES[self._state(node)].text(self._language)
        parts = [self._text(node, Column.NAME), state, self._text(node, Column.HEADLINE)]
        return ", ".join(parts)

    def _state(self, node: Node) -> State:
        return worst(self._states.of(device).state for device in node.devices())

    def _states_changed(self, devices: list[str]) -> None:
        touched: dict[Node, None] = {}
        for device in devices:
            node: Node | None = self._leaves.get(device)
            while node is not None and node is not self._root:
                touched[node] = None
                node = node.parent
        for node in touched:
            self._tell(node)

    def _tell(self, node: Node) -> None:
        left = self._index(node)
        self.dataChanged.emit(left, left.siblingAtColumn(Column.HEADLINE))

    def _index(self, node: Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node)

    def _node(self, index: Index) -> Node:
        if not index.isValid():
            return self._root
        node: Node = index.internalPointer()
        return node


def _fact(node: Node, role: int) -> Any:
    if role == Role.DEVICE:
        return node.device
    return node.kind if role == Role.KIND else None
