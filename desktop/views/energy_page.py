"""The energy page: four aligned plots at the left; the half hour, the numbers, the actions at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QTabWidget, QWidget
from typing_extensions import override

from desktop.views.demand_gauge import DemandGauge
from desktop.views.energy_actions import EnergyActions
from desktop.views.energy_numbers import EnergyNumbers
from desktop.views.energy_plots import EnergyPlots
from desktop.views.energy_reasons import EnergyReasons
from desktop.views.month_panel import MonthPanel
from desktop.views.panels import Panel, Translated, column, row
from desktop.views.scenario_editor import ScenarioEditor
from desktop.views.theme import STEP

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from desktop.models.area_models import AreaModels
    from desktop.models.energy import EnergyBoard
    from desktop.views.theme import Theme

_RIGHT_PX = 448
_TICK_MS = 1000


class EnergyPage(Translated):
    """Plans by itself when it is first seen; everything later is asked for."""

    def __init__(self, board: EnergyBoard, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.plots = EnergyPlots(board, theme)
        self.gauge = DemandGauge(board, theme)
        self.numbers = EnergyNumbers(board)
        self.deeds = EnergyActions(board)
        self.reasons = EnergyReasons(board)
        self.scenario = ScenarioEditor(board)
        self.month = MonthPanel(board)
        self.tabs = QTabWidget()
        for tab in (self.reasons, self.scenario, self.month):
            self.tabs.addTab(tab, "")
        self.plots.step_chosen.connect(board.choose_step)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._lay_out()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        titles = (self.tr("Why"), self.tr("Scenario"), self.tr("Month"))
        for place, title in enumerate(titles):
            self.tabs.setTabText(place, title)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.gauge.refresh()
        if self._board.base is None and not self._board.busy:
            self._board.ask_plan()

    def _tick(self) -> None:
        if self.isVisible():
            self.gauge.refresh()

    def _lay_out(self) -> None:
        left, top, middle, bottom = Panel(), Panel(), Panel(), Panel()
        left.setLayout(column(self.plots, margin=STEP))
        top.setLayout(column(self.gauge, margin=STEP))
        middle.setLayout(column(self.numbers, self.deeds, margin=STEP))
        bottom.setLayout(column(self.tabs, margin=STEP))
        right = column(top, middle, bottom)
        right.setStretch(2, 1)
        beside = QWidget()
        beside.setLayout(right)
        beside.setFixedWidth(_RIGHT_PX)
        whole = row(left, beside, margin=STEP)
        whole.setStretch(0, 1)
        self.setLayout(whole)


def energy_page(models: AreaModels, theme: Theme) -> QWidget:
    """Return the page of an area; of one without an energy side, a sentence."""
    if models.energy is None:
        return _NoEnergy()
    return EnergyPage(models.energy, theme)


class _NoEnergy(Translated):
    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel()
        self.setLayout(column(self._text, margin=24))
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._text.setText(
            self.tr("This area has no energy side: add an [energy] table to its file.")
        )
