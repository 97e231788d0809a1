"""The header: the area's name, its local time, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from desktop.views.panels import Panel, label, row

if TYPE_CHECKING:
    from datetime import datetime

_HEIGHT_PX = 56


class Header(Panel):
    """One line above everything else."""

    help_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "header")
        self.setFixedHeight(_HEIGHT_PX)
        self._area, self._time = label("title"), label("muted")
        self._help = QPushButton("?")
        self._help.setFixedWidth(40)
        self._help.clicked.connect(self.help_wanted)
        box = row(self._area, gap=0)
        box.setContentsMargins(16, 0, 8, 0)
        box.addStretch(1)
        box.addWidget(self._time)
        box.addSpacing(16)
        box.addWidget(self._help)
        self.setLayout(box)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._help.setAccessibleName(self.tr("Keyboard shortcuts"))
        self._help.setToolTip(self.tr("Keyboard shortcuts (F1)"))
        self._time.setAccessibleName(self.tr("Local time of the area"))

    def show_area(self, name: str) -> None:
        """Show the area's name."""
        self._area.setText(name)

    def show_time(self, now: datetime) -> None:
        """Show the area's local time."""
        self._time.setText(f"{now:%Y-%m-%d %H:%M:%S %Z}")
