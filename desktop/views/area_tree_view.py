"""The tree of gateways and devices at the left of the overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget
from typing_extensions import override

from desktop.models.area_tree import Column
from desktop.views.delegates import TreePainter
from desktop.views.panels import Panel, column, label

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme


class AreaTreeView(Panel):
    """Shows the tree; choosing a device here chooses it everywhere."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._heading = label("heading")
        self.tree = QTreeView()
        self._prepare(theme)
        layout = column(self._heading, self.tree, margin=8)
        self.setLayout(layout)
        self.tree.selectionModel().currentChanged.connect(self._current_changed)
        models.selection.changed.connect(self._follow)
        self._follow(models.selection.device)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._heading.setText(self.tr("Devices"))
        self.tree.setAccessibleName(self.tr("Gateways and devices of the area"))

    def _prepare(self, theme: Theme) -> None:
        tree = self.tree
        tree.setModel(self._models.tree)
        tree.setItemDelegate(TreePainter(theme, tree))
        tree.setHeaderHidden(True)
        tree.setUniformRowHeights(True)
        tree.setIndentation(12)
        tree.setRootIsDecorated(False)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setColumnHidden(Column.HEADLINE, True)  # the painter writes it into the row itself
        tree.expandAll()

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        device = self._models.tree.device_at(current)
        if device:
            self._models.selection.choose(device)

    def _follow(self, device: str) -> None:
        index = self._models.tree.index_of(device)
        if self._models.tree.device_at(self.tree.currentIndex()) != device:
            self.tree.setCurrentIndex(index)
        if index.isValid():
            self.tree.scrollTo(index)
