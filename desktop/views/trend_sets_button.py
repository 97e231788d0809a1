"""The button of named trends: show one, save what is shown, forget one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton
from typing_extensions import override

from desktop.models.saved_views import LONGEST_NAME
from desktop.views.panels import Translated, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.models.trend import Trend
    from desktop.models.trend_sets import TrendSets


class TrendSetsButton(Translated):
    """Opens a menu; the same is in the palette."""

    def __init__(self, sets: TrendSets, trend: Trend, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sets, self._trend = sets, trend
        self.button, self.menu = QPushButton(), QMenu()
        self.button.setMenu(self.menu)
        self.setLayout(row(self.button))
        sets.changed.connect(self.retranslate)
        trend.changed.connect(self.retranslate)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.button.setText(self.tr("Saved"))
        self.button.setToolTip(self.tr("Trends that you gave a name"))
        self.menu.clear()
        for name in self._sets.names:
            self.menu.addAction(_plain(name), partial(self._sets.show, name))
        if self._sets.names:
            self.menu.addSeparator()
        save = self.menu.addAction(self.tr("Save what is shown ..."), self.ask_name)
        save.setEnabled(bool(self._trend.series))
        if self._sets.names:
            forget = self.menu.addMenu(self.tr("Forget"))
            for name in self._sets.names:
                forget.addAction(_plain(name), partial(self._sets.drop, name))

    def ask_name(self) -> QInputDialog:
        """Ask for a name and save what is shown under it."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Save this trend"))
        dialog.setLabelText(
            self.tr("Name (at most {n} letters); one in use is replaced").format(n=LONGEST_NAME)
        )
        dialog.textValueSelected.connect(self._sets.save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog


def _plain(name: str) -> str:
    return name.replace("&", "&&")  # a menu would take it for a key
