"""A list of things to tick, by mouse or Space: those that are theirs first, those of others greyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desktop.models.care_registry import Choice

_ID = Qt.ItemDataRole.UserRole
_ROWS = 6  # that are shown at once
_GAP_PX = 3


class TickList(QListWidget):
    """Shows choices in the words that `worded` finds for each."""

    def __init__(self, worded: Callable[[Choice], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._worded = worded
        self._choices: list[Choice] = []
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(_GAP_PX)
        self.itemActivated.connect(self._turn)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Show these anew; what was ticked by hand and not sent is forgotten."""
        self._choices = sorted(choices, key=lambda one: (not one.ticked, bool(one.holder), one.id))
        self.clear()
        for one in self._choices:
            item = QListWidgetItem(self._worded(one))
            item.setData(_ID, one.id)
            item.setCheckState(_state(one.ticked))
            if one.holder:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self.addItem(item)
        self._fit()

    def follow(self, choices: Sequence[Choice]) -> None:
        """Show what is known now, unless something was ticked by hand meanwhile."""
        if not self.is_changed:
            self.show_choices(choices)

    def reword(self) -> None:
        """Write every text anew; what is ticked stays."""
        for place, one in enumerate(self._choices):
            self.item(place).setText(self._worded(one))

    def ticked(self) -> tuple[str, ...]:
        """Return what is ticked."""
        return tuple(item.data(_ID) for item in self._items() if _is_ticked(item))

    @property
    def is_changed(self) -> bool:
        """Tell whether something was ticked by hand."""
        return set(self.ticked()) != {one.id for one in self._choices if one.ticked}

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(place) for place in range(self.count())]

    def _turn(self, item: QListWidgetItem) -> None:
        item.setCheckState(_state(not _is_ticked(item)))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:  # text may be another size now
            self._fit()

    def _fit(self) -> None:
        rows = min(max(self.count(), 2), _ROWS)
        self.setFixedHeight(self._row_px() * rows + 2 * _GAP_PX)

    def _row_px(self) -> int:
        return max(self.sizeHintForRow(0), self.fontMetrics().height()) + 2 * _GAP_PX


def _state(ticked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked


def _is_ticked(item: QListWidgetItem) -> bool:
    return item.checkState() is Qt.CheckState.Checked
