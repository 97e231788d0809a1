"""The outlook above the twin: what is wrong, what is coming, what changed; each leads to its detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from desktop.views.panels import Translated, row
from desktop.views.theme import sized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.models.area_models import AreaModels
    from desktop.models.outlook import Glance
    from desktop.views.theme import Theme

_SHARES = {"wrong": 5, "changed": 5}
_SHARE = 4
_LEAST_PX = 120


class OutlookBar(Translated):
    """Grey while all is well; a word and a colour where it is not."""

    wanted = Signal(str, str)  # page, device

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self._box = row()
        self.buttons: dict[str, GlanceButton] = {}
        self.setLayout(self._box)
        models.outlook.changed.connect(self._show)
        self._show()

    @override
    def retranslate(self) -> None:
        self._show()

    def _show(self) -> None:
        glances = self._models.outlook.glances
        for key in self.buttons.keys() - {one.key for one in glances}:
            self.buttons.pop(key).deleteLater()
        for place, glance in enumerate(glances):
            if glance.key not in self.buttons:
                button = GlanceButton(self._theme)
                button.wanted.connect(self.wanted)
                self.buttons[glance.key] = button
                self._box.insertWidget(place, button, _SHARES.get(glance.key, _SHARE))
            language = self._models.language
            words = glance.title.text(language), glance.value.text(language)
            more = [line.text(language) for line in glance.more]
            self.buttons[glance.key].show_glance(glance, words, more)


class GlanceButton(QPushButton):
    """Two lines: what, and how it is; what does not fit ends in an ellipsis."""

    wanted = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("glance")
        self._theme = theme
        self._glance: Glance | None = None
        self._words = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._go)

    @property
    def words(self) -> tuple[str, str]:
        """Return title and value as they are shown."""
        return self._words

    def show_glance(self, glance: Glance, words: tuple[str, str], more: Sequence[str] = ()) -> None:
        """Show a glance in the words of one language; `more` is what its tooltip lists."""
        self._glance, self._words = glance, words
        self.setAccessibleName(": ".join(words))
        self.setToolTip("\n".join([words[0], *(more or words[1:])]))
        self.setAccessibleDescription("\n".join(more))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(_LEAST_PX, round(self.fontMetrics().height() * 2.1) + 16)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        box = self.rect().adjusted(12, 5, -12, -5)
        half = box.height() // 2
        level = self._glance.level if self._glance else ""
        small = sized(self.font(), round(self.font().pixelSize() * 12 / 13))
        bold = sized(self.font(), self.font().pixelSize(), bold=True)
        top, below = box.adjusted(0, 0, 0, -half), box.adjusted(0, half, 0, 0)
        for font, line, text, colour in (
            (small, top, self._words[0], "muted"),
            (bold, below, self._words[1], level or "text"),
        ):
            painter.setFont(font)
            painter.setPen(self._theme.colour(colour))
            width = line.width()
            cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line, int(left), cut)

    def _go(self) -> None:
        if self._glance:
            self.wanted.emit(self._glance.page, self._glance.device)
