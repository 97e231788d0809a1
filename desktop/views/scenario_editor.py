"""The scenario editor: another contract, tariff, weather or assets that are away, planned beside the area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from typing_extensions import override

from desktop.views.panels import Translated, column, row
from energy_planner.scenario import Scenario

if TYPE_CHECKING:
    from desktop.models.energy import EnergyBoard

_FACTORS = ("energy_price", "hydrogen_price", "sun", "load")


class ScenarioEditor(Translated):
    """Numbers that differ from the area as it is; comparing leaves the area itself untouched."""

    def __init__(self, board: EnergyBoard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        site = board.site
        self.contract = _spin(0, 100_000, site.contract_kw, "kW", 10)
        unit = f"{site.tariff.currency}/kW"
        self.rate = _spin(0, 100_000, site.tariff.demand_rate, unit, 100)
        self.factors = {name: _spin(0, 1000, 100, "%", 10) for name in _FACTORS}
        self.present = {device: QCheckBox() for device in _assets(board)}
        for tick in self.present.values():
            tick.setChecked(True)
        self.compare, self.reset = QPushButton(), QPushButton()
        self.compare.clicked.connect(self._compare)
        self.reset.clicked.connect(self._reset)
        self._labels = [QLabel() for _ in range(2 + len(_FACTORS))]
        self._absent = QLabel()
        form = QFormLayout()
        form.setVerticalSpacing(4)
        spins = (self.contract, self.rate, *self.factors.values())
        for name, spin in zip(self._labels, spins, strict=True):
            form.addRow(name, spin)
        inside = QWidget()
        box = column(form, self._absent, *self.present.values(), gap=4, margin=4)
        box.addStretch(1)
        inside.setLayout(box)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setObjectName("plain")
        inside.setObjectName("plain")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        buttons = row(self.compare, self.reset)
        buttons.addStretch(1)
        self.setLayout(column(scroll, buttons))
        self.retranslate()

    @override
    def retranslate(self) -> None:
        names = (
            self.tr("Contract"),
            self.tr("Demand charge per month"),
            self.tr("Price of energy"),
            self.tr("Price of hydrogen"),
            self.tr("Sun"),
            self.tr("Load"),
        )
        spins = (self.contract, self.rate, *self.factors.values())
        for label, name, spin in zip(self._labels, names, spins, strict=True):
            label.setText(name)
            spin.setAccessibleName(name)
        self._absent.setText(self.tr("Available assets"))
        for device, box in self.present.items():
            box.setText(self._board.name(device))
        self.compare.setText(self.tr("Compare"))
        self.reset.setText(self.tr("As it is"))

    def scenario(self) -> Scenario:
        """Return what is set."""
        site = self._board.site
        contract, rate = self.contract.value(), self.rate.value()
        factors = {name: spin.value() / 100 for name, spin in self.factors.items()}
        absent = frozenset(device for device, box in self.present.items() if not box.isChecked())
        return Scenario(
            None if contract == site.contract_kw else contract,
            None if rate == site.tariff.demand_rate else rate,
            absent=absent,
            **factors,
        )

    def _compare(self) -> None:
        scenario = self.scenario()
        if scenario.is_plain:
            self._board.ask_plan()
        else:
            self._board.ask_scenario(scenario)

    def _reset(self) -> None:
        site = self._board.site
        self.contract.setValue(site.contract_kw)
        self.rate.setValue(site.tariff.demand_rate)
        for spin in self.factors.values():
            spin.setValue(100)
        for box in self.present.values():
            box.setChecked(True)
        self._board.ask_plan()


def _assets(board: EnergyBoard) -> list[str]:
    site = board.site
    found = [battery.device for battery in site.batteries]
    found += [unit.device for unit in (*site.fuel_cells, *site.electrolysers)]
    found += [charger.device for charger in site.charging]
    return found + [load.device for load in site.sheddable]


def _spin(low: float, high: float, value: float, unit: str, step: float) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(low, high)
    spin.setDecimals(0)
    spin.setSingleStep(step)
    spin.setGroupSeparatorShown(True)
    spin.setSuffix(f" {unit}")
    spin.setValue(value)
    spin.setAlignment(Qt.AlignmentFlag.AlignRight)
    return spin
