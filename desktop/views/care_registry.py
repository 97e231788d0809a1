"""The manager's page of residents: who is registered at the left, one of them at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QTabWidget, QWidget
from typing_extensions import override

from desktop.models import person
from desktop.models.care_registry import RegistryColumn, RegistryTable
from desktop.views.care_charge import CareCharge
from desktop.views.care_consent import CareConsent
from desktop.views.care_enrolment import CareEnrolment
from desktop.views.delegates import ROW_PX
from desktop.views.panels import Panel, TallScroll, Translated, column, label, row
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme


class RegistryPage(Translated):
    """Asks anew whenever it is opened; nobody but a manager is shown anything."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme, self._registry = models, theme, models.registry
        self.notice, self.message, self.empty = label("notice"), label("message"), label("muted")
        self.enrol, self.refresh = QPushButton(), QPushButton()
        self.residents = RegistryTable(self._registry, self)
        self.table = PlainTable(self.residents, {}, RegistryColumn.WEARABLES)
        self.enrolment = CareEnrolment(models)
        self.charge, self.consent = CareCharge(models), CareConsent(models, self._registry)
        self.tabs = QTabWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.notice.setText(
            self.tr("How residents are is shown to their caregivers only, and not here.")
        )
        self.enrol.setText(self.tr("Register a resident ..."))
        self.refresh.setText(self.tr("Refresh"))
        self.table.setAccessibleName(self.tr("Residents"))
        self.tabs.setTabText(0, self.tr("Care and devices"))
        self.tabs.setTabText(1, self.tr("Consent"))
        self._show()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._registry.refresh()
        super().showEvent(event)

    def say(self, text: str) -> None:
        """Show one line about what was asked for."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _lay_out(self) -> None:
        for text in (self.notice, self.message, self.empty):
            text.setWordWrap(True)
        for part in (self.charge, self.consent):
            self.tabs.addTab(TallScroll(part), "")
        bar = row(self.notice, self.enrol, self.refresh, gap=8)
        bar.setStretch(0, 1)
        left, right = Panel(), Panel()
        left.setLayout(column(self.enrolment, self.empty, self.table, margin=8, gap=8))
        right.setLayout(column(self.tabs, margin=1))
        middle = row(left, right, gap=8)
        middle.setStretch(0, 1)
        middle.setStretch(1, 1)
        box = column(bar, self.message, middle, margin=8, gap=8)
        box.setStretch(2, 1)
        self.setLayout(box)
        self.message.hide()

    def _connect(self) -> None:
        registry = self._registry
        registry.changed.connect(self._show)
        registry.page_changed.connect(self._mark)
        registry.page_changed.connect(self._permit)
        registry.failed.connect(self.say)
        registry.done.connect(lambda: self.say(self.tr("Recorded.")))
        self._models.person.changed.connect(self._show)
        self._theme.changed.connect(self._show)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.enrol.clicked.connect(self.enrolment.open)
        self.refresh.clicked.connect(registry.refresh)

    def _show(self) -> None:
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        self.residents.set_language(self._models.language)
        self.residents.show_residents()
        self.table.fit_words(self._theme.px(ROW_PX))
        selection.blockSignals(False)
        self._mark()
        self._permit()

    def _mark(self) -> None:
        """Mark the row of whoever is open."""
        for place, one in enumerate(self.residents.residents):
            if one.id == self._registry.chosen:
                self.table.selectRow(place)

    def _permit(self) -> None:
        """Offer what can be done; say why nothing is listed."""
        may = self._may
        self.enrol.setEnabled(may and self._registry.heard)
        self.refresh.setEnabled(may)
        self.tabs.setTabEnabled(1, self._registry.resident is not None)
        self.empty.setText(self._emptiness(may=may))
        self.empty.setVisible(not self.residents.row_total())

    def _emptiness(self, *, may: bool) -> str:
        if not may:
            return self.tr("Sign in as the area manager: only managers register residents.")
        if not self._registry.heard:
            return self.tr("The hub has not answered yet.")
        return self.tr("Nobody is registered yet.")

    @property
    def _may(self) -> bool:
        return self._models.person.acts_as(person.MANAGER)

    def _chosen(self) -> None:
        place = self.table.currentIndex().row()
        if 0 <= place < self.residents.row_total():
            self._registry.choose(self.residents.residents[place].id)
