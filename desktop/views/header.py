"""The header: the area's name, the pages, the area's local time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from desktop.views.panels import Panel, label, row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_HEIGHT_PX = 56


class Header(Panel):
    """Pages are enabled once there is an area to show."""

    page_wanted = Signal(str)
    help_wanted = Signal()

    def __init__(self, pages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, "header")
        self.setFixedHeight(_HEIGHT_PX)
        self._area, self._time = label("title"), label("muted")
        self._pages = {name: QPushButton() for name in pages}
        self._help = QPushButton("?")
        self._help.setFixedWidth(40)
        self._help.clicked.connect(self.help_wanted)
        box = row(self._area, gap=0)
        box.setContentsMargins(16, 0, 8, 0)
        box.addSpacing(32)
        self._add_pages(box)
        box.addStretch(1)
        box.addWidget(self._time)
        box.addSpacing(16)
        box.addWidget(self._help)
        self.setLayout(box)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        names = {
            "overview": self.tr("Overview"),
            "values": self.tr("All values"),
            "trends": self.tr("Trends"),
        }
        for name, button in self._pages.items():
            button.setText(names[name])
        self._help.setAccessibleName(self.tr("Keyboard shortcuts"))
        self._help.setToolTip(self.tr("Keyboard shortcuts (F1)"))
        self._time.setAccessibleName(self.tr("Local time of the area"))

    def show_area(self, name: str) -> None:
        """Show the area's name."""
        self._area.setText(name)

    def show_time(self, now: datetime) -> None:
        """Show the area's local time."""
        self._time.setText(f"{now:%Y-%m-%d %H:%M:%S %Z}")

    def enable(self) -> None:
        """Let the pages be chosen."""
        for button in self._pages.values():
            button.setEnabled(True)

    def check(self, name: str) -> None:
        """Mark the page that is shown."""
        self._pages[name].setChecked(True)

    def _add_pages(self, box: QHBoxLayout) -> None:
        group = QButtonGroup(self)
        for place, (name, button) in enumerate(self._pages.items(), start=1):
            button.setObjectName("page")
            button.setCheckable(True)
            button.setEnabled(False)
            button.setFixedHeight(_HEIGHT_PX)
            button.setToolTip(f"Ctrl+{place}")
            button.clicked.connect(lambda _=False, to=name: self.page_wanted.emit(to))
            group.addButton(button)
            box.addWidget(button)
