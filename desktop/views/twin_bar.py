"""The bar above the twin: search, whole area, plan, section, measuring, views, exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QInputDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from desktop.views.panels import Translated, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent

EXPORTS = ("picture1", "picture2", "picture4", "video", "gltf", "tiles")
_PAUSE_MS = 250  # after the last letter
_LIST_PX = (360, 220)


class TwinBar(Translated):
    """Says what is wanted; knows nothing of the twin."""

    home_wanted = Signal()
    plan_wanted = Signal(bool)
    section_wanted = Signal(bool)
    measure_wanted = Signal(bool)
    dress_wanted = Signal(bool)
    view_wanted = Signal(str)
    view_saved = Signal(str)
    view_dropped = Signal(str)
    export_wanted = Signal(str)  # one of EXPORTS

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self.search = SearchField()
        self.home, self.plan, self.section, self.measure = (QPushButton() for _ in range(4))
        self.views, self.exports = QPushButton(), QPushButton()
        for button in (self.plan, self.section, self.measure):
            button.setCheckable(True)
        self.dress = QAction(self)
        self.dress.setCheckable(True)
        self.dress.setChecked(True)
        self._view_menu, self._export_menu = QMenu(self), QMenu(self)
        self.views.setMenu(self._view_menu)
        self.exports.setMenu(self._export_menu)
        self.home.clicked.connect(self.home_wanted)
        self.plan.clicked.connect(self.plan_wanted)
        self.section.clicked.connect(self.section_wanted)
        self.measure.clicked.connect(self.measure_wanted)
        self.dress.toggled.connect(self.dress_wanted)
        buttons = (self.home, self.plan, self.section, self.measure, self.views, self.exports)
        box = row(self.search, *buttons, gap=4)
        box.setContentsMargins(6, 4, 6, 4)
        box.setStretch(0, 1)
        self.setLayout(box)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        for button, text, tip in self._words():
            button.setText(text)
            button.setToolTip(tip)
        self.dress.setText(self.tr("Pictures on buildings"))
        self._fill_views()
        self._export_menu.clear()
        for kind, text in zip(EXPORTS, self._export_words(), strict=True):
            self._export_menu.addAction(text).triggered.connect(
                lambda _=False, kind=kind: self.export_wanted.emit(kind)
            )

    def show_tools(self, *, plan: bool, section: bool, measuring: bool) -> None:
        """Show which tools are in hand."""
        self.plan.setChecked(plan)
        self.section.setChecked(section)
        self.measure.setChecked(measuring)

    def show_views(self, names: Sequence[str]) -> None:
        """Offer saved views."""
        self._names = names
        self._fill_views()

    def _words(self) -> list[tuple[QPushButton, str, str]]:
        return [
            (self.home, self.tr("Whole area"), self.tr("Show the whole area (Home)")),
            (self.plan, self.tr("Plan"), self.tr("From above, true to scale (P)")),
            (
                self.section,
                self.tr("Section"),
                self.tr("Cut the city open (X); [ and ] move the cut, with Shift they turn it"),
            ),
            (
                self.measure,
                self.tr("Measure"),
                self.tr("Measure distance and height (M); Backspace takes a place back"),
            ),
            (self.views, self.tr("Views"), self.tr("Saved views and pictures on buildings")),
            (self.exports, self.tr("Export"), self.tr("Pictures, video, glTF, 3D Tiles")),
        ]

    def _export_words(self) -> list[str]:
        picture = self.tr("Picture (PNG), {n} times the size ...")
        return [
            *(picture.format(n=n) for n in (1, 2, 4)),
            self.tr("Video once around ..."),
            self.tr("City as glTF ..."),
            self.tr("City as 3D Tiles ..."),
        ]

    def _fill_views(self) -> None:
        menu = self._view_menu
        menu.clear()
        for name in self._names:
            menu.addAction(name).triggered.connect(
                lambda _=False, name=name: self.view_wanted.emit(name)
            )
        if self._names:
            menu.addSeparator()
        menu.addAction(self.tr("Save this view ...")).triggered.connect(self._ask_name)
        if self._names:
            forget = menu.addMenu(self.tr("Forget a view"))
            for name in self._names:
                forget.addAction(name).triggered.connect(
                    lambda _=False, name=name: self.view_dropped.emit(name)
                )
        menu.addSeparator()
        menu.addAction(self.dress)

    def _ask_name(self) -> None:
        name, good = QInputDialog.getText(
            self, self.tr("Save this view"), self.tr("Name of the view")
        )
        if good:
            self.view_saved.emit(name)


class SearchField(QLineEdit):
    """Asks for what is written, shows what was found, tells what is chosen."""

    asked = Signal(str)
    chosen = Signal(str)  # gml:id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(120)
        self.setClearButtonEnabled(True)
        self.found = QListWidget(self)
        self.found.setWindowFlags(Qt.WindowType.ToolTip)
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.itemClicked.connect(self._choose)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.asked.emit(self.text()))
        self.textEdited.connect(self._edited)
        self._write()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def show_found(self, text: str, found: Sequence[tuple[str, str]] | None) -> None:
        """Show what a text finds, as (gml:id, words); None while it is being searched."""
        if text != self.text() or not text.strip() or not self.isVisible():
            return
        self.found.clear()
        if found is None:
            self._say(self.tr("Searching ..."))
        elif not found:
            self._say(self.tr("Nothing is found"))
        for ident, words in found or ():
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, ident)
            self.found.addItem(item)
        if found:
            self.found.setCurrentRow(0)
        self.found.move(self.mapToGlobal(QPoint(0, self.height())))
        self.found.resize(*_LIST_PX)
        self.found.show()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = event.key(), {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if key in step and self.found.isVisible():
            last = self.found.count() - 1
            line = self.found.currentRow() + step[Qt.Key(key)]
            self.found.setCurrentRow(max(0, min(last, line)))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.found.isVisible():
            if self.found.currentRow() >= 0:
                self._choose(self.found.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.found.hide()
            self.clear()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.found.hide()
        super().focusOutEvent(event)

    def _write(self) -> None:
        self.setPlaceholderText(self.tr("Search buildings (Ctrl+F)"))
        self.setToolTip(self.tr("Id, name, use, address or any attribute"))
        self.setAccessibleName(self.tr("Search buildings"))

    def _edited(self, text: str) -> None:
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()
            self.found.hide()

    def _say(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.found.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        if ident := item.data(Qt.ItemDataRole.UserRole):
            self.found.hide()
            self.chosen.emit(ident)
