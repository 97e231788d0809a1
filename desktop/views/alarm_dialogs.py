"""Dialogs of the alarm desk: why something is put aside and for how long; several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLineEdit, QPushButton, QWidget

from desktop.views.panels import column, label

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_LISTED = 8
_MOST_CHARACTERS = 500  # that the hub takes


class AskingDialog(QDialog):
    """A question with a line to write in; `answered` carries what was written."""

    answered = Signal(str)

    def __init__(self, title: str, question: str, *, required: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(480)
        self._required = required
        self.line = QLineEdit()
        self.line.setMaxLength(_MOST_CHARACTERS)
        words = self.tr("Reason (required)") if required else self.tr("Note (optional)")
        self.line.setPlaceholderText(words)
        self.line.setAccessibleName(words)
        self.text = label(text=question)
        self.text.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.do = QPushButton(title)
        buttons.addButton(self.do, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        self.line.textChanged.connect(self._check)
        self.box = column(self.text, self.line, margin=24, gap=16)
        self.box.addWidget(buttons)
        self.setLayout(self.box)
        self._check()

    def _check(self) -> None:
        self.do.setEnabled(bool(self.line.text().strip()) or not self._required)

    def _finish(self) -> None:
        self.answered.emit(self.line.text().strip())
        self.accept()


class ShelveDialog(AskingDialog):
    """Why an alarm is put aside, and for how long."""

    def __init__(self, title: str, what: str, parent: QWidget) -> None:
        super().__init__(title, what, required=True, parent=parent)
        self.hours = QComboBox()
        self.hours.setAccessibleName(self.tr("For how long"))
        for seconds, words in self._spans():
            self.hours.addItem(words, seconds)
        self.hours.setCurrentIndex(1)
        self.box.insertWidget(1, self.hours)

    @property
    def for_s(self) -> int:
        """Return for how long, in seconds."""
        return int(self.hours.currentData())

    def _spans(self) -> Sequence[tuple[int, str]]:
        return (
            (900, self.tr("15 minutes")),
            (3600, self.tr("1 hour")),
            (4 * 3600, self.tr("4 hours")),
            (8 * 3600, self.tr("8 hours (the longest)")),
        )


def listed(lines: Sequence[str], more: str) -> str:
    """Return the first lines, and how many there are beside them (`more` holds `{n}`)."""
    shown = [f"・{line}" for line in lines[:_MOST_LISTED]]
    if len(lines) > _MOST_LISTED:
        shown.append(more.format(n=len(lines) - _MOST_LISTED))
    return "\n".join(shown)
