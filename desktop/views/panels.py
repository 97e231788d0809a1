"""Building stones of the pages: a widget that retranslates, a bordered panel, boxes on the grid."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.views.theme import STEP

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

Box = TypeVar("Box", bound=QBoxLayout)


class Translated(QWidget):
    """A widget whose `retranslate` is called at every change of language."""

    def retranslate(self) -> None:
        """Write every text anew."""

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class Panel(Translated):
    """A translated widget with a ground and a border of its own."""

    def __init__(self, parent: QWidget | None = None, name: str = "panel") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where it lacks room; the whole text is its tooltip."""

    def __init__(self, name: str = "", least_px: int = 40, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._least_px = least_px
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._least_px, super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(box, int(self.alignment() | Qt.TextFlag.TextSingleLine), text)
        if not self.toolTip() and text != self.text():
            self.setToolTip(self.text())


_RELAID = frozenset(
    {
        QEvent.Type.LayoutRequest,
        QEvent.Type.Show,
        QEvent.Type.FontChange,
        QEvent.Type.StyleChange,
    }
)


class TallScroll(QScrollArea):
    """Lets a widget be as tall as its wrapped words need at this width; scrolls where there is less.

    A scroll area alone asks for the size hint, which knows nothing of words that wrap.
    """

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plainScroll")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._later = QTimer(self, singleShot=True, interval=0)  # once fonts and words have settled
        self._later.timeout.connect(self._fit)
        self.setWidget(inner)
        inner.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() in _RELAID:
            self._later.start()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        inner = self.widget()
        layout = inner.layout() if inner else None
        if inner is None or layout is None:
            return
        width = max(self.viewport().width(), layout.minimumSize().width())
        height = layout.totalHeightForWidth(width)
        if inner.minimumHeight() != max(0, height):
            inner.setMinimumHeight(max(0, height))
            layout.invalidate()


def column(*items: QWidget | QLayout, margin: int = 0, gap: int = STEP) -> QVBoxLayout:
    """Stack widgets or layouts downwards."""
    return _filled(QVBoxLayout(), items, margin, gap)


def row(*items: QWidget | QLayout, margin: int = 0, gap: int = STEP) -> QHBoxLayout:
    """Set widgets or layouts side by side."""
    return _filled(QHBoxLayout(), items, margin, gap)


def label(name: str = "", text: str = "") -> QLabel:
    """Return a label that the style sheet knows by a name."""
    made = QLabel(text)
    made.setObjectName(name)
    return made


def spaced(*lines: str) -> str:
    """Return lines as rich text with room between them: the bundled font sets them close."""
    return "".join(
        f'<p style="line-height: 125%; margin: 0 0 3px 0">{escape(line)}</p>' for line in lines
    )


def restyle(widget: QWidget, **properties: str) -> None:
    """Set properties that the style sheet looks at, and apply it again where they changed."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _filled(box: Box, items: tuple[QWidget | QLayout, ...], margin: int, gap: int) -> Box:
    box.setContentsMargins(margin, margin, margin, margin)
    box.setSpacing(gap)
    for item in items:
        if isinstance(item, QWidget):
            box.addWidget(item)
        else:
            box.addLayout(item)
    return box
