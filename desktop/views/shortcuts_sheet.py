"""The sheet of keyboard shortcuts (F1)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QWidget

from desktop.views.panels import column, label


class ShortcutsSheet(QDialog):
    """Lists every key that does something."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for place, (key, what) in enumerate(self._keys()):
            key_label = label("heading", key)
            grid.addWidget(key_label, place, 0)
            grid.addWidget(label(text=what), place, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = column(margin=24, gap=16)
        box.addLayout(grid)
        box.addWidget(buttons)
        self.setLayout(box)

    def _keys(self) -> list[tuple[str, str]]:
        return [
            ("Ctrl+1", self.tr("Overview")),
            ("Ctrl+2", self.tr("Energy")),
            ("Ctrl+3", self.tr("All values")),
            ("Ctrl+4", self.tr("Trends")),
            ("Ctrl+F", self.tr("Filter the values")),
            ("Esc", self.tr("Choose no device")),
            ("Tab / Shift+Tab", self.tr("Next or previous control")),
            ("↑ ↓", self.tr("Previous or next row")),
            ("← →", self.tr("In a plot: move the cursor by one point")),
            ("Ctrl+Shift+L", self.tr("Layers of the map")),
            ("+ - Shift+← →", self.tr("In a large plot: zoom and move in time")),
            ("M / Home", self.tr("In a large plot: mark to measure from, follow the time")),
            ("Ctrl+T", self.tr("Time bar; arrows step, Home is the present")),
            ("Ctrl+Space", self.tr("Play or pause")),
            ("Ctrl+L", self.tr("Switch between Japanese and English")),
            ("Ctrl+D", self.tr("Switch between light and dark")),
            ("F1", self.tr("This sheet")),
            ("Ctrl+Q", self.tr("Quit")),
        ]
