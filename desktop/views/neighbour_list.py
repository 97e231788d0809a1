"""The list of hubs and gateways that announce themselves on this network; a hub is taken by choosing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.names import Language
    from desktop.models.neighbours import Neighbour


class NeighbourList(QListWidget):
    """Shown where there is something in it."""

    hub_chosen = Signal(str)  # its address

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Sequence[Neighbour] = ()
        self._language: Language = "ja"
        self.setObjectName("neighbours")
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._take)
        self.itemActivated.connect(self._take)
        self.hide()

    def take(self, found: Sequence[Neighbour]) -> None:
        """List these and no others."""
        self._found = found
        self._fill()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        self.setAccessibleName(self.tr("Hubs and gateways on this network"))
        self._fill()

    def _fill(self) -> None:
        self.clear()
        for one in self._found:
            said = (one.kind().text(self._language), one.name, one.place, one.version)
            item = QListWidgetItem(" · ".join(filter(None, said)))
            item.setData(Qt.ItemDataRole.UserRole, one.url)
            if not one.is_hub:
                item.setFlags(Qt.ItemFlag.NoItemFlags)  # nothing to take from it
            self.addItem(item)
        self.setVisible(bool(self._found))

    def _take(self, item: QListWidgetItem) -> None:
        if url := str(item.data(Qt.ItemDataRole.UserRole)):
            self.hub_chosen.emit(url)
