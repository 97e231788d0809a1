"""Banners above the page: one line for each thing that the person must know or do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.models.device_states import State
from desktop.views.icons import mark_icon
from desktop.views.panels import Panel, column, label, row

if TYPE_CHECKING:
    from desktop.views.theme import Theme


class Banners(QWidget):
    """Shows texts by topic; a topic's new text replaces its old one, an empty one removes it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._banners: dict[str, _Banner] = {}
        self._box = column(gap=0)
        self.setLayout(self._box)
        self.hide()

    def show_text(self, topic: str, text: str) -> None:
        """Show, change or (with an empty text) remove the banner of a topic."""
        if not text:
            self._remove(topic)
            return
        if topic not in self._banners:
            banner = _Banner(self._theme)
            banner.close_button.clicked.connect(lambda: self._remove(topic))
            self._banners[topic] = banner
            self._box.addWidget(banner)
        self._banners[topic].set_text(text)
        self.show()

    def text(self, topic: str) -> str:
        """Return the text of a topic, empty where it has none."""
        banner = self._banners.get(topic)
        return banner.text.text() if banner else ""

    def _remove(self, topic: str) -> None:
        banner = self._banners.pop(topic, None)
        if banner:
            self._box.removeWidget(banner)
            banner.deleteLater()
        self.setVisible(bool(self._banners))


class _Banner(Panel):
    def __init__(self, theme: Theme) -> None:
        super().__init__(None, "banner")
        mark = label()
        mark.setPixmap(mark_icon(State.UNCERTAIN, theme.tokens, 20).pixmap(20, 20))
        self.text = label()
        self.text.setWordWrap(True)
        self.close_button = QPushButton("×")  # noqa: RUF001  # the sign people close things with
        self.close_button.setMinimumWidth(40)
        box = row(mark, self.text, self.close_button, gap=12)
        box.setContentsMargins(16, 4, 16, 4)
        box.setStretch(1, 1)
        self.setLayout(box)

    def set_text(self, text: str) -> None:
        """Show a text and say it to a screen reader."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.close_button.setAccessibleName(self.tr("Close this message"))
