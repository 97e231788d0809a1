"""What can be done with a plan: make it, stop making it, apply it, take it back; and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QProgressBar, QPushButton, QWidget
from typing_extensions import override

from desktop.models import energy_words
from desktop.models.wording import number
from desktop.views.panels import Translated, column, label, row, spaced

if TYPE_CHECKING:
    from area_configs.domain.plans import EnergyPlan
    from desktop.models.energy import EnergyBoard


class EnergyActions(Translated):
    """Buttons with reasons where they are disabled; applying asks once, taking back does not."""

    def __init__(self, board: EnergyBoard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.plan, self.stop = QPushButton(), QPushButton()
        self.apply, self.revoke = QPushButton(), QPushButton()
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.hindrance, self.notice = label("small"), label("notice")
        self.stage, self.standing, self.said = label("small"), QLabel(), label("small")
        for text in (self.standing, self.said):
            text.setWordWrap(True)
            text.setTextFormat(Qt.TextFormat.RichText)
        self._stage = ""
        buttons = row(self.plan, self.stop, self.apply, self.revoke, gap=8)
        buttons.addStretch(1)
        box = column(
            buttons, self.hindrance, self.progress, self.stage, self.standing, self.said, gap=6
        )
        box.addWidget(self.notice)
        self.setLayout(box)
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.plan.setText(self.tr("Plan now"))
        self.stop.setText(self.tr("Stop"))
        self.apply.setText(self.tr("Apply"))
        self.revoke.setText(self.tr("Take back"))
        self.revoke.setToolTip(self.tr("Gateways fall back to their own control at once."))
        self._show_busy(self._stage, self.progress.value() / 100)
        self.refresh()

    def refresh(self) -> None:
        """Show where the newest plan stands, and what can be done."""
        board = self._board
        order = board.order()
        why = board.hindrance() or (self.tr("There is no plan yet.") if order is None else "")
        self.apply.setEnabled(not why and not board.busy)
        self.apply.setToolTip(why or self.tr("Signs the proposal and sends it to the gateways."))
        self.revoke.setEnabled(board.in_force is not None and not board.hindrance())
        self.hindrance.setText(spaced(board.hindrance()))
        self.hindrance.setVisible(bool(board.hindrance()))
        self.notice.setText(self.tr("Planned from a SIMULATED past: the hub is young."))
        self.notice.setVisible(board.older_simulated)
        self.standing.setText(spaced(self._standing_text()))

    def _connect(self) -> None:
        self.plan.clicked.connect(self._board.ask_plan)
        self.stop.clicked.connect(self._board.cancel_wanted)
        self.apply.clicked.connect(self._confirm)
        self.revoke.clicked.connect(self._take_back)
        self._board.busy_changed.connect(self._show_busy)
        self._board.changed.connect(self.refresh)
        self._board.standing_changed.connect(self.refresh)
        self._board.said.connect(lambda told: self.said.setText(spaced(told)))

    def _show_busy(self, stage: str, share: float) -> None:
        self._stage = stage
        self.stop.setEnabled(bool(stage))
        self.progress.setVisible(bool(stage))
        self.stage.setVisible(bool(stage))
        self.progress.setValue(round(100 * share))
        words = energy_words.STAGES.get(stage)
        self.stage.setText(words.text(self._board.language) if words else "")
        self.refresh()

    def _confirm(self) -> None:
        order = self._board.order()
        if order is None:
            return
        box = QMessageBox(self)
        box.setObjectName("confirmPlan")
        box.setWindowTitle(self.tr("Apply the plan"))
        box.setText(self._question(order))
        yes = box.addButton(self.tr("Apply"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        yes.clicked.connect(lambda: self._board.apply(order))
        box.open()

    def _question(self, order: EnergyPlan) -> str:
        board = self._board
        devices = sorted({step.device for step in order.steps})
        words = self.tr(
            "The gateways hold {kw} kW from {begins} until {ends} and move {devices}. "
            "Without the hub they go on until then, and fall back to their own control after it."
        )
        return words.format(
            kw=number(order.target_peak_w / 1000, 1),
            begins=energy_words.clock(order.valid_from_us / 1e6, board.zone),
            ends=energy_words.clock(order.valid_until_us / 1e6, board.zone),
            devices=", ".join(board.name(device) for device in devices),
        )

    def _take_back(self) -> None:
        if plan := self._board.in_force:
            self._board.revoke(plan.id)

    def _standing_text(self) -> str:
        board, standing = self._board, self._board.standing
        if standing is None:
            return self.tr("No plan was ever sent: the gateways hold the contract by themselves.")
        plan, told = standing.plan, standing.revocations or standing.deliveries
        language = board.language
        states = [
            f"{gateway}: {energy_words.STATES[state].text(language)}"
            for gateway, state in told.items()
            if state in energy_words.STATES
        ]
        head = self.tr("Plan {id} v{version}, {kw} kW until {ends}").format(
            id=plan.id,
            version=plan.version,
            kw=number(plan.target_peak_w / 1000, 1),
            ends=energy_words.clock(plan.valid_until_us / 1e6, board.zone),
        )
        if standing.revocations:
            head = self.tr("{plan} was taken back").format(plan=head)
        elif not standing.in_force(board.clock()):
            head = self.tr("{plan} has lapsed").format(plan=head)
        failed = {gateway for gateway, state in told.items() if state == "failed"}
        details = [standing.details[gateway] for gateway in failed if gateway in standing.details]
        return " · ".join([head, *states, *details])
