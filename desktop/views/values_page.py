"""The page of all live values: a filter line above the full table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget
from typing_extensions import override

from desktop.models.live_readings import Column
from desktop.views.panels import Panel, Translated, column, label, row
from desktop.views.values_table import STRETCH, ValuesTable

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_WIDTHS = {
    Column.STATE: 136,
    Column.DEVICE: STRETCH,
    Column.QUANTITY: 224,
    Column.VALUE: 152,
    Column.QUALITY: 224,
    Column.AGE: 88,
    Column.GATEWAY: 232,
}


class ValuesPage(Translated):
    """Every value of the area; Ctrl+F goes to the filter."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self.table = ValuesTable(models, theme, _WIDTHS)
        self.table.make_sortable()
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(360)
        self.abnormal = QCheckBox()
        self._count = label("muted")
        bar = row(self.filter, self.abnormal, gap=16)
        bar.addStretch(1)
        bar.addWidget(self._count)
        panel = Panel()
        panel.setLayout(column(bar, self.table, margin=8))
        self.setLayout(column(panel, margin=8))
        self._connect()
        self.table.follow(models.selection.device)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.filter.setPlaceholderText(self.tr("Filter by device, quantity, gateway, quality"))
        self.filter.setAccessibleName(self.tr("Filter the values"))
        self.abnormal.setText(self.tr("Abnormal only"))
        self.table.setAccessibleName(self.tr("Live values of all devices"))
        self._show_count()

    def _connect(self) -> None:
        selection = self._models.selection
        self.table.series_chosen.connect(lambda device, _quantity: selection.choose(device))
        selection.changed.connect(self.table.follow)
        self.filter.textChanged.connect(self.table.rows.find)
        self.abnormal.toggled.connect(self.table.rows.show_abnormal_only)
        self.table.rows.rowsInserted.connect(self._show_count)
        self.table.rows.rowsRemoved.connect(self._show_count)

    def _show_count(self, *_: object) -> None:
        shown, held = self.table.rows.rowCount(), self.table.rows.sourceModel().rowCount()
        self._count.setText(self.tr("{shown} of {all} values").format(shown=shown, all=held))
