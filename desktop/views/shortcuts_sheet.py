"""The sheet of keyboard shortcuts (F1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QWidget

from desktop.views.panels import column, label

if TYPE_CHECKING:
    from collections.abc import Sequence


class ShortcutsSheet(QDialog):
    """Lists every key that does something: those of the window, then those of its parts."""

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        lines = [*keys, *self._everywhere()]
        half = (len(lines) + 1) // 2
        for place, (key, what) in enumerate(lines):
            grid.addWidget(label("heading", key), place % half, place // half * 2)
            grid.addWidget(label(text=what), place % half, place // half * 2 + 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = column(margin=24, gap=16)
        box.addLayout(grid)
        box.addWidget(buttons)
        self.setLayout(box)

    def _everywhere(self) -> list[tuple[str, str]]:
        return [
            ("Tab / Shift+Tab", self.tr("Next or previous control")),
            ("↑ ↓", self.tr("Previous or next row")),
            ("← →", self.tr("In a plot: move the cursor by one point")),
            ("+ - Shift+← →", self.tr("In a large plot: zoom and move in time")),
            ("M / Home", self.tr("In a large plot: mark to measure from, follow the time")),
            ("Ctrl+F / Home", self.tr("In the map: search buildings, whole area")),
            ("P / X / M", self.tr("In the map: plan, section ([ ] moves it), measure")),
        ]
