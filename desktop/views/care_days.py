"""The days of one resident as a table: what the strips of today draw, in numbers with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from desktop.models.care_tables import DayTable, local_now
from desktop.views.delegates import ROW_PX
from desktop.views.panels import Translated, column, label
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_SHOWN = 28
_ROWS = 10


class CareDays(Translated):
    """The tab of days, newest first."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.about, self.days = label("muted"), DayTable(self)
        self.table = PlainTable(self.days, {}, self.days.columnCount() - 1)
        self.about.setWordWrap(True)
        box = column(self.about, self.table, margin=12, gap=10)
        box.setStretch(1, 1)
        self.setLayout(box)
        models.care.page_changed.connect(self._show)
        theme.changed.connect(self._show)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.about.setText(
            self.tr("A dash is not known, not 0. A day counts from 16 hours worn, a night from 4.")
        )
        self.table.setAccessibleName(self.tr("Days as a table"))
        self._show()

    def _show(self) -> None:
        page = self._models.care.page
        now = local_now(self._models.clock(), self._models.area.timezone)
        self.days.set_language(self._models.language)
        self.days.show_days(tuple(reversed(page.days))[:_SHOWN] if page else (), now)
        self.table.fit_words(self._theme.px(ROW_PX))
        self.table.setMinimumHeight(self._theme.px(ROW_PX) * (_ROWS + 1))
