"""Why the plan is as it is: what decides the peak, the chosen step, what more of each asset would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget
from typing_extensions import override

from area_configs.domain.errors import SmartAreaError
from desktop.models import energy_words
from desktop.models.wording import number
from desktop.views.panels import Translated, column, label, spaced
from energy_planner.errors import InfeasiblePlan, PlanCancelled, PlanInputError

if TYPE_CHECKING:
    from desktop.models.energy import EnergyBoard


class EnergyReasons(Translated):
    """Sentences; the first says what cannot be kept, where something cannot."""

    def __init__(self, board: EnergyBoard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._trouble, self._peak = label("trouble"), QLabel()
        self._step_head, self._step = label("heading"), QLabel()
        self._more_head, self._more = label("heading"), QLabel()
        self._data_head, self._data = label("heading"), label("muted")
        texts = (self._trouble, self._peak, self._step, self._more, self._data)
        for text in texts:
            text.setWordWrap(True)
            text.setTextFormat(Qt.TextFormat.RichText)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = QWidget()
        box = column(
            *(self._trouble, self._peak, self._step_head, self._step),
            *(self._more_head, self._more, self._data_head, self._data),
            margin=4,
            gap=6,
        )
        box.addStretch(1)
        inside.setLayout(box)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setObjectName("plain")
        inside.setObjectName("plain")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(column(scroll))
        board.changed.connect(self.retranslate)
        board.step_changed.connect(self.retranslate)
        self.retranslate()

    @property
    def text(self) -> str:
        """Return everything that is said."""
        parts = (self._trouble, self._peak, self._step, self._more, self._data)
        texts = (QTextDocumentFragment.fromHtml(part.text()).toPlainText() for part in parts)
        return "\n".join(text for text in texts if text)

    @override
    def retranslate(self) -> None:
        board, made = self._board, self._board.shown
        self._step_head.setText(self.tr("The chosen half hour (click into a plot)"))
        self._more_head.setText(self.tr("What more would bring"))
        self._data_head.setText(self.tr("What the plan knows"))
        troubles = self._troubles()
        self._trouble.setText(spaced(*troubles))
        self._trouble.setVisible(bool(troubles))
        for part in (self._peak, self._step_head, self._step, self._more_head, self._more):
            part.setVisible(made is not None)
        if made is None:
            self._data.setText(spaced(self.tr("Nothing is planned yet: press “Plan now”.")))
            return
        self._peak.setText(spaced(energy_words.peak_reason(board.voice, made)))
        self._step.setText(spaced(*energy_words.step_reasons(board.voice, made, board.step)))
        self._more.setText(spaced(*(energy_words.margins(board.voice, made) or ["—"])))
        self._data.setText(spaced(*self._facts()))

    def _troubles(self) -> list[str]:
        error, conflicts = self._board.trouble, self._board.conflicts()
        if isinstance(error, PlanCancelled):
            return [self.tr("Planning was stopped.")]
        if isinstance(error, InfeasiblePlan):
            return [self.tr("No plan keeps every limit."), *conflicts]
        if isinstance(error, PlanInputError):
            return [self.tr("There is too little to plan from."), *error.mistakes]
        if isinstance(error, SmartAreaError):
            return [str(error)]
        if conflicts:
            return [self.tr("The contract cannot be kept; the plan comes closest."), *conflicts]
        return []

    def _facts(self) -> list[str]:
        """Say where the past comes from, which model forecasts and how well it did today."""
        board, made = self._board, self._board.shown
        if made is None:
            return []
        lines, load = [], made.made.problem.load
        if board.gathered:
            lines.append(self._source_text())
        words = self.tr("Forecast: {model}; today so far it missed by {kw} kW on average.")
        error = load.error
        missed = number(error, 1) if error == error else "—"  # noqa: PLR0124 - not a NaN
        lines.append(words.format(model=energy_words.model(load.model, board.language), kw=missed))
        proof = self.tr("Proof: at most {gap} % from the cheapest plan there can be.")
        lines.append(proof.format(gap=number(100 * made.made.plan.gap, 2)))
        hits = board.hits()
        count = self.tr(
            "This month: {over} half hours above the contract, {near} just below it, of {known} known."
        )
        lines.append(count.format(over=hits.over, near=hits.near, known=hits.known))
        return lines

    def _source_text(self) -> str:
        board = self._board
        since = board.gathered.since if board.gathered else None
        measured = (
            self.tr("Measured since {when}.").format(
                when=energy_words.clock(since.timestamp(), board.zone)
            )
            if since
            else self.tr("The hub holds no whole half hour yet.")
        )
        if not board.older_name:
            return measured
        older = self.tr("Before it, {file} counts.").format(file=board.older_name)
        if board.older_simulated:
            older = self.tr("Before it, a SIMULATED past counts ({file}).").format(
                file=board.older_name
            )
        return f"{measured} {older}"
