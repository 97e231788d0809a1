"""The command palette on the screen (Ctrl+K): type a few letters, choose with the arrows, Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget
from typing_extensions import override

from desktop.models import palette
from desktop.views.panels import column, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.names import Language
    from desktop.models.palette import Entry

_WIDTH_PX, _HEIGHT_PX = 640, 440
_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class PaletteDialog(QDialog):
    """Lists what fits; choosing closes the dialog and does it."""

    def __init__(
        self, entries: Sequence[Entry], language: Language, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries, self._language = entries, language
        self.line, self.list = QLineEdit(), QListWidget()
        self._found: list[Entry] = []
        self._none = label("muted")
        self.setWindowTitle(self.tr("Go to or do"))
        self.line.setPlaceholderText(self.tr("Page, device, alarm, layer or action"))
        self.line.setAccessibleName(self.tr("Go to or do"))
        self.list.setAccessibleName(self.tr("What fits"))
        self._none.setText(self.tr("Nothing fits."))
        self.setLayout(column(self.line, self._none, self.list, margin=16))
        self.resize(_WIDTH_PX, _HEIGHT_PX)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._search)
        self.line.returnPressed.connect(self._run)
        self.list.itemActivated.connect(lambda _: self._run())
        self._search("")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move through the list while one types."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in _MOVES
        ):
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        self._found = palette.search(self._entries, text)
        self.list.clear()
        for entry in self._found:
            kind = entry.kind_name.text(self._language)
            words = f"{entry.name.text(self._language)}　{kind}"
            item = QListWidgetItem(f"{words}　{entry.keys}" if entry.keys else words)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._none.setVisible(not self._found)

    def _run(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._found):
            entry = self._found[row]
            self.accept()
            entry.run()
