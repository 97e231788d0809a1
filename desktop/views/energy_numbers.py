"""The numbers of a plan: doing nothing, the plan in force, the proposal and a scenario, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget
from typing_extensions import override

from desktop.models.wording import UNKNOWN, number
from desktop.views.panels import Translated, label

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.models.energy import EnergyBoard
    from energy_planner.explain.costs import Outcome

_ROWS, _COLUMNS = 6, 4
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class EnergyNumbers(Translated):
    """A small table; what is not known is a dash."""

    def __init__(self, board: EnergyBoard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._heads = [label("small") for _ in range(_COLUMNS)]
        self._names = [label("muted") for _ in range(_ROWS)]
        self._cells = [[QLabel() for _ in range(_COLUMNS)] for _ in range(_ROWS)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for column, head in enumerate(self._heads):
            head.setAlignment(_RIGHT)
            grid.addWidget(head, 0, column + 1)
        for row, name in enumerate(self._names):
            grid.addWidget(name, row + 1, 0)
            for column, cell in enumerate(self._cells[row]):
                cell.setAlignment(_RIGHT)
                grid.addWidget(cell, row + 1, column + 1)
        grid.setColumnStretch(0, 1)
        board.changed.connect(self.retranslate)
        self.retranslate()

    @property
    def text(self) -> str:
        """Return the table, a row in a line."""
        rows = zip(self._names, self._cells, strict=True)
        return "\n".join(
            " ".join([name.text(), *(cell.text() for cell in cells)]) for name, cells in rows
        )

    @override
    def retranslate(self) -> None:
        titles = (
            self.tr("Do nothing"),
            self.tr("In force"),
            self.tr("Proposed"),
            self.tr("Scenario"),
        )
        for head, title in zip(self._heads, titles, strict=True):
            head.setText(title)
        for row, (name, write) in enumerate(self._rows()):
            self._names[row].setText(name)
            for column, outcome in enumerate(self._outcomes()):
                text = write(outcome) if outcome else UNKNOWN
                cell = self._cells[row][column]
                cell.setText(f"<b>{text}</b>" if column >= 2 and outcome else text)  # noqa: PLR2004 - what is proposed
        shown = self._board.variant is not None
        for column, visible in ((1, not shown), (3, shown)):  # four columns have no room
            for part in (self._heads[column], *(cells[column] for cells in self._cells)):
                part.setVisible(visible)

    def _outcomes(self) -> tuple[Outcome | None, ...]:
        base, variant = self._board.base, self._board.variant
        return (
            base.idle if base else None,
            base.current if base else None,
            base.proposed if base else None,
            variant.proposed if variant else None,
        )

    def _rows(self) -> list[tuple[str, Callable[[Outcome], str]]]:
        tariff = self._board.site.tariff
        currency = tariff.currency
        months = tariff.ratchet_months if tariff.demand == "actual" else 1
        return [
            (self.tr("Highest, kW"), lambda o: number(float(o.import_kw.max()), 1)),
            (self.tr("Billed peak, kW"), lambda o: number(o.peak_kw, 1)),
            (
                self.tr("Energy, {currency}").format(currency=currency),
                lambda o: number(o.energy_cost + o.hydrogen_cost + o.other_cost, 0),
            ),
            (
                self.tr("Demand, {n} months").format(n=months),
                lambda o: number(o.demand_cost, 0),
            ),
            (self.tr("Total, {currency}").format(currency=currency), lambda o: number(o.cost, 0)),
            (
                self.tr("CO2, kg"),
                lambda o: UNKNOWN if o.carbon_kg is None else number(o.carbon_kg, 0),
            ),
        ]
