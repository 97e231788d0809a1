"""Everything of one resident in tabs: today, days, sleep, care cycle, events, NEWS2 where offered, consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTabWidget, QWidget
from typing_extensions import override

from desktop.views.care_consent import CareConsent
from desktop.views.care_cycle import CareCycle
from desktop.views.care_days import CareDays
from desktop.views.care_events import CareEvents
from desktop.views.care_news2 import CareNews2
from desktop.views.care_resident import CareResident
from desktop.views.care_rhythm import CareRhythm
from desktop.views.panels import Panel, TallScroll, column

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme


class CareTabs(Panel):
    """The tabs; each scrolls by itself, so that no window and no size of text cuts it."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._care = models.care
        self.today = CareResident(models, theme)
        self.days = CareDays(models, theme)
        self.rhythm = CareRhythm(models, theme)
        self.cycle = CareCycle(models)
        self.events = CareEvents(models, theme)
        self.news2 = CareNews2(models, theme)
        self.consent = CareConsent(models, models.care)
        self.tabs = QTabWidget()
        every = (
            *(self.today, self.days, self.rhythm, self.cycle),
            *(self.events, self.news2, self.consent),
        )
        self._places = {self.tabs.addTab(TallScroll(tab), ""): tab for tab in every}
        self.setLayout(column(self.tabs, margin=1))
        self._care.page_changed.connect(self._show)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        names = (
            self.tr("Today"),
            self.tr("Day by day"),
            self.tr("Sleep and rhythm"),
            self.tr("Care cycle"),
            self.tr("Events"),
            self.tr("NEWS2"),
            self.tr("Consent"),
        )
        for place, name in enumerate(names):
            self.tabs.setTabText(place, name)
        self._show()

    def open(self, tab: QWidget) -> None:
        """Show one of the tabs."""
        self.tabs.setCurrentIndex(self._place(tab))

    def _show(self) -> None:
        page = self._care.page
        offered = page is not None and page.news2 is not None
        news2 = self._place(self.news2)
        if self.tabs.isTabVisible(news2) != offered:  # else Qt forgets that names have changed
            self.tabs.setTabVisible(news2, offered)
        for place, tab in self._places.items():
            self.tabs.setTabEnabled(place, page is not None or tab is self.today)

    def _place(self, tab: QWidget) -> int:
        return next(place for place, one in self._places.items() if one is tab)
