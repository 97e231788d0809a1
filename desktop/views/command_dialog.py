"""The question before a command goes out: what will be told to which device, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLineEdit, QPushButton, QWidget

from desktop.views.panels import column, label, spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_CHARACTERS = 500  # that the hub takes


class CommandDialog(QDialog):
    """Nothing goes out without a reason; `confirmed` carries it and whether it was confirmed."""

    confirmed = Signal(str, bool)

    def __init__(
        self, title: str, lines: Sequence[str], confirmation: str, parent: QWidget
    ) -> None:
        """Ask.

        Args:
            title: what the command is.
            lines: what will happen, and under which conditions.
            confirmation: what must be ticked first, empty where nothing must.
            parent: the widget that asks.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(520)
        self.text = label(text=spaced(*lines))
        self.text.setWordWrap(True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(_MOST_CHARACTERS)
        self.reason.setPlaceholderText(self.tr("Reason (required, stands in the audit log)"))
        self.reason.setAccessibleName(self.tr("Reason"))
        self.tick = QCheckBox(confirmation)
        self.tick.setVisible(bool(confirmation))
        self._needs_tick = bool(confirmation)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.send = QPushButton(self.tr("Send command"))
        self.send.setObjectName("primary")
        self.send.setAutoDefault(False)  # Enter in the reason must not send
        buttons.addButton(self.send, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        self.reason.textChanged.connect(self._check)
        self.tick.toggled.connect(self._check)
        heading = label("heading", title)
        box = column(heading, self.text, self.reason, self.tick, margin=24, gap=16)
        box.addWidget(buttons)
        self.setLayout(box)
        self._check()

    def _check(self) -> None:
        ticked = self.tick.isChecked() or not self._needs_tick
        self.send.setEnabled(ticked and bool(self.reason.text().strip()))

    def _finish(self) -> None:
        self.confirmed.emit(self.reason.text().strip(), self._needs_tick)
        self.accept()
