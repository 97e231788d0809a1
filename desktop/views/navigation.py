"""The navigation: a rail of pages at the left, each with its sign, its name and what is open there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from desktop.views.page_icons import page_icon
from desktop.views.panels import Panel, column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.views.theme import Theme

WIDTH_PX = 88
_SIGN_PX = 24
_LEAST_HEIGHT_PX = 60


class Navigation(Panel):
    """Pages are enabled once there is an area to show; those of other roles are not offered."""

    page_wanted = Signal(str)

    def __init__(self, pages: Sequence[str], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, "rail")
        self.setFixedWidth(WIDTH_PX)
        self._theme = theme
        self._open: dict[str, int] = {}
        self._offered: tuple[str, ...] = tuple(pages)
        self._buttons = {name: self._button(name) for name in pages}
        group = QButtonGroup(self)
        for button in self._buttons.values():
            group.addButton(button)
        self._box = column(*self._buttons.values(), gap=0)
        self._box.addStretch(1)
        self.setLayout(self._box)
        theme.changed.connect(self._draw)
        self._draw()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        for name, button in self._buttons.items():
            place = self._offered.index(name) + 1 if name in self._offered else 10
            title = self._title(name)
            count = self._open.get(name, 0)
            button.setText(f"{title} {count}" if count else title)
            button.setAccessibleName(title)
            button.setToolTip(f"{title} (Ctrl+{place})" if place < 10 else title)  # noqa: PLR2004  # nine digits have keys

    def title(self, name: str) -> str:
        """Return the name of a page as it is shown."""
        return self._title(name)

    def offer(self, names: Sequence[str]) -> None:
        """Enable and show these pages only, in this order."""
        self._offered = tuple(names)
        for name, button in self._buttons.items():
            button.setVisible(name in names)
            button.setEnabled(name in names)
        for place, name in enumerate(self._offered):
            self._box.insertWidget(place, self._buttons[name])
        self.retranslate()

    def check(self, name: str) -> None:
        """Mark the page that is shown."""
        self._buttons[name].setChecked(True)

    def count(self, name: str, number: int) -> None:
        """Say how many things wait on a page; 0 shows nothing."""
        if self._open.get(name, 0) != number:
            self._open[name] = number
            self.retranslate()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("railPage")
        button.setCheckable(True)
        button.setEnabled(False)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(_SIGN_PX, _SIGN_PX))
        button.setMinimumHeight(_LEAST_HEIGHT_PX)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _=False, to=name: self.page_wanted.emit(to))
        return button

    def _draw(self) -> None:
        tokens = self._theme.tokens
        for name, button in self._buttons.items():
            ratio = self.devicePixelRatioF()
            button.setIcon(page_icon(name, tokens.text, _SIGN_PX, ratio))

    def _title(self, name: str) -> str:
        return {
            "overview": self.tr("Overview"),
            "alarms": self.tr("Alarms"),
            "energy": self.tr("Energy"),
            "trends": self.tr("Trends"),
            "values": self.tr("All values"),
            "devices": self.tr("Devices"),
            "editor": self.tr("Area editor"),
            "care": self.tr("Care"),
            "residents": self.tr("Residents"),
            "technician": self.tr("Technician"),
            "audit": self.tr("Audit"),
            "settings": self.tr("Settings"),
        }[name]
