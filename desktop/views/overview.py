"""The first page: devices at the left, the twin in the middle, values right, the trend below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget
from typing_extensions import override

from desktop.views.area_tree_view import AreaTreeView
from desktop.views.device_card import DeviceCard
from desktop.views.layer_panel import LayerPanel
from desktop.views.outlook_bar import OutlookBar
from desktop.views.panels import Panel, Translated, column
from desktop.views.theme import STEP
from desktop.views.trend_panel import DeviceTrendPanel

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_TREE_PX, _TWIN_PX, _CARD_PX = 360, 624, 344
_TOP_PX, _TREND_PX = 500, 240


class Overview(Translated):
    """All four views of the same devices; choosing in one chooses in all."""

    page_wanted = Signal(str)

    def __init__(
        self, models: AreaModels, theme: Theme, twin: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._selection = models.selection
        self.outlook = OutlookBar(models, theme)
        self.outlook.wanted.connect(self._go)
        self.tree = AreaTreeView(models, theme)
        self.card = DeviceCard(models, theme)
        self.layers = LayerPanel(models.layers, models, theme)
        self.beside = QTabWidget()
        self.beside.setDocumentMode(True)
        self.beside.addTab(self.card, "")
        self.beside.addTab(self.layers, "")
        models.selection.changed.connect(self._device_chosen)
        self.trend = DeviceTrendPanel(models, theme)
        frame = Panel()
        frame.setLayout(column(twin, margin=1))
        top = _split(Qt.Orientation.Horizontal, (frame, _TWIN_PX), (self.beside, _CARD_PX))
        right = _split(Qt.Orientation.Vertical, (top, _TOP_PX), (self.trend, _TREND_PX))
        whole = _split(
            Qt.Orientation.Horizontal, (self.tree, _TREE_PX), (right, _TWIN_PX + _CARD_PX)
        )
        box = column(self.outlook, whole, margin=STEP)
        box.setStretch(1, 1)
        self.setLayout(box)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.beside.setTabText(0, self.tr("Device"))
        self.beside.setTabText(1, self.tr("Layers"))
        self.beside.setTabToolTip(
            1, self.tr("What the map shows beside the devices (Ctrl+Shift+L)")
        )

    def show_layers(self) -> None:
        """Turn to the layers of the map, ready for the keyboard."""
        self.beside.setCurrentWidget(self.layers)
        self.layers.setFocus()

    def _go(self, page: str, device: str) -> None:
        if device:
            self._selection.choose(device)
        self.page_wanted.emit(page)

    def _device_chosen(self, device: str) -> None:
        if device:
            self.beside.setCurrentWidget(self.card)


def _split(direction: Qt.Orientation, *parts: tuple[QWidget, int]) -> QSplitter:
    """Set parts beside one another with movable borders; the largest takes what is left."""
    splitter = QSplitter(direction)
    splitter.setHandleWidth(STEP)
    splitter.setChildrenCollapsible(False)
    for widget, _ in parts:
        splitter.addWidget(widget)
    splitter.setSizes([size for _, size in parts])
    largest = max(range(len(parts)), key=lambda at: parts[at][1])
    splitter.setStretchFactor(largest, 1)
    return splitter
