"""What a layer says as a table: small in its panel, or large in a window of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from desktop.views.panels import column, label

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.models.twin_layers import LayerFacts, LayerInfo, TwinLayers

ROW_PX = 26


class LayerTable(QTableWidget):
    """The rows of a layer; one that is of a building is the same choice as on the map."""

    def __init__(self, layers: TwinLayers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = layers
        self._facts: LayerFacts | None = None
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setHorizontalScrollMode(QTableWidget.ScrollMode.ScrollPerPixel)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.cellClicked.connect(self._choose)
        layers.building_chosen.connect(self._mark)

    def show_facts(self, facts: LayerFacts) -> None:
        """Show the rows of what a layer says."""
        self._facts = facts
        self.setColumnCount(len(facts.headers))
        self.setRowCount(len(facts.rows))
        self.setHorizontalHeaderLabels(list(facts.headers))
        for line, cells in enumerate(facts.rows):
            for place, text in enumerate(cells):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                self.setItem(line, place, cell)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._mark(self._layers.building)

    def _choose(self, line: int) -> None:
        """Choose the building of a row."""
        if self._facts and line < len(self._facts.buildings):
            self._layers.choose_building(self._facts.buildings[line])

    def _mark(self, building: str) -> None:
        """Mark the row of the chosen building, where there is one."""
        buildings = self._facts.buildings if self._facts else ()
        if building in buildings:
            self.selectRow(buildings.index(building))
        elif buildings:
            self.clearSelection()


class LayerWindow(QDialog):
    """The table of one layer in a window beside the console; it closes with its layer."""

    def __init__(self, info: LayerInfo, models: AreaModels, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._info, self._models = info, models
        self.table = LayerTable(models.layers)
        self._said = label("muted")
        self._said.setWordWrap(True)
        self.setLayout(column(self.table, self._said, margin=12))
        self.resize(900, 480)
        models.layers.told.connect(self._told)
        models.layers.changed.connect(self._told)
        self._told(info.key)

    def _told(self, key: str) -> None:
        if key != self._info.key:
            return
        layers, language = self._models.layers, self._models.language
        if not layers.is_on(key):
            self.close()
            return
        facts = layers.facts(key)
        name, option = self._info.name.text(language), layers.option(key)
        chosen = [o.name.text(language) for o in self._info.options if o.key == option]
        self.setWindowTitle(" – ".join([name, *chosen]))  # noqa: RUF001  # a dash between names
        self.table.setAccessibleName(self.windowTitle())
        self.table.show_facts(facts)
        unit = f"[{facts.unit}]" if facts.unit else ""
        heads = " ".join(text for text in (facts.scenario, facts.when, unit) if text)
        self._said.setText("\n".join(t for t in (heads, *facts.notes, facts.source) if t))
