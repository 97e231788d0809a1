"""The box under an advice: a person follows it or decides otherwise, and that is written down."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from area_configs.domain.advice import Verdict
from desktop.views.alarm_dialogs import AskingDialog
from desktop.views.panels import Translated, column, label, row

if TYPE_CHECKING:
    from area_configs.domain.advice import RecordedAnswer
    from desktop.models.area_models import AreaModels
    from desktop.models.twin_layers import GivenAdvice


class AdviceBox(Translated):
    """Two buttons, why they may not be pressed, and what was decided last."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._desk = models, models.advice
        self._advice: GivenAdvice | None = None
        self._trouble = ""
        self.follow, self.decline = QPushButton(), QPushButton()
        self.said = label("muted")
        self.said.setWordWrap(True)
        self.setLayout(column(row(self.follow, self.decline), self.said, gap=4))
        self.follow.clicked.connect(partial(self.ask, Verdict.FOLLOWED))
        self.decline.clicked.connect(partial(self.ask, Verdict.DECLINED))
        self._desk.changed.connect(self._decided)
        self._desk.refused.connect(self._refused)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.follow.setText(self.tr("Follow and record ..."))
        self.decline.setText(self.tr("Decide otherwise ..."))
        self._show()

    def show_advice(self, advice: GivenAdvice | None) -> None:
        """Offer to decide on an advice; None hides the box."""
        self._advice = advice
        self._show()

    def ask(self, verdict: Verdict) -> AskingDialog | None:
        """Ask for a note, then record; the advice is the one that stands in the question."""
        advice = self._advice
        if advice is None:
            return None
        declines = verdict is Verdict.DECLINED
        title = self.tr("Record another decision") if declines else self.tr("Record as followed")
        dialog = AskingDialog(title, self._question(advice), required=declines, parent=self)
        dialog.answered.connect(partial(self._desk.decide, advice, verdict))
        dialog.open()
        return dialog

    def _question(self, advice: GivenAdvice) -> str:
        lines = [advice.text, *(f"・{reason}" for reason in advice.reasons)]
        lines.append(
            self.tr(
                "Your name, the time and this advice are written into the audit log. "
                "Nothing is moved by it: tell whoever is on site."
            )
        )
        return "\n".join(lines)

    def _decided(self) -> None:
        self._trouble = ""
        self._show()

    def _refused(self, why: str) -> None:
        self._trouble = self.tr("Not recorded: {why}").format(why=why)
        self._show()

    def _show(self) -> None:
        advice, language = self._advice, self._models.language
        self.setVisible(advice is not None)
        if advice is None:
            return
        why = self._desk.why_not()
        for button in (self.follow, self.decline):
            button.setEnabled(why is None)
            button.setToolTip(why.text(language) if why else "")
        last = self._desk.last(advice.topic)
        lines = [self._trouble, why.text(language) if why else "", self._told(last) if last else ""]
        self.said.setText("\n".join(line for line in lines if line))
        self.said.setVisible(bool(self.said.text()))

    def _told(self, recorded: RecordedAnswer) -> str:
        at = datetime.fromtimestamp(recorded.at_us / 1e6, ZoneInfo(self._models.area.timezone))
        followed = recorded.answer.verdict is Verdict.FOLLOWED
        words = (
            self.tr("{time} {who}: follows the advice. In the audit log.")
            if followed
            else self.tr("{time} {who}: decided otherwise ({note}). In the audit log.")
        )
        return words.format(time=f"{at:%H:%M}", who=recorded.by, note=recorded.answer.note)
