"""Who looks after one resident and what the resident wears, to tick and record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from desktop.models.care_registry import named
from desktop.views.care_form import FormLife
from desktop.views.care_ticks import TickList
from desktop.views.panels import Translated, column, label, row

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.models.care_registry import Choice


class CareCharge(Translated):
    """The tab of assignment; each list has a button of its own."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._registry = models, models.registry
        self.heading, self.pseudonym = label("heading"), label("muted")
        self.carers, self.wearables = TickList(self._carer), TickList(self._wearable)
        self.assign, self.give = QPushButton(), QPushButton()
        self.no_carers = label("muted")
        self._titles = {name: label("stripTitle") for name in ("carers", "wearables")}
        self._hints = {name: label("muted") for name in ("carers", "wearables")}
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._titles["carers"].setText(self.tr("Looked after by"))
        self._titles["wearables"].setText(self.tr("Wears"))
        self._hints["carers"].setText(
            self.tr("Who is ticked sees this resident, from now on. Nobody else does.")
        )
        self._hints["wearables"].setText(
            self.tr("Gateways hear of it within a minute. Without consent nothing is collected.")
        )
        self.no_carers.setText(
            self.tr(
                "There is no caregiver yet: at the hub, area-hub user add NAME --role caregiver."
            )
        )
        self.assign.setText(self.tr("Record who looks after them"))
        self.give.setText(self.tr("Record what they wear"))
        self.carers.setAccessibleName(self.tr("Caregivers"))
        self.wearables.setAccessibleName(self.tr("Wearables"))
        self.carers.reword()
        self.wearables.reword()
        self._show()

    def record_carers(self) -> None:
        """Record who is ticked."""
        self._life.sent()
        self._registry.carers_wanted.emit(self._registry.chosen, self.carers.ticked())

    def record_wearables(self) -> None:
        """Record what is ticked."""
        self._life.sent()
        self._registry.wearables_wanted.emit(self._registry.chosen, self.wearables.ticked())

    def _lay_out(self) -> None:
        for text in (self.heading, self.no_carers, *self._hints.values()):
            text.setWordWrap(True)
        assigning, giving = row(self.assign), row(self.give)
        for buttons in (assigning, giving):
            buttons.addStretch(1)
        box = column(
            *(self.heading, self.pseudonym),
            *(
                self._titles["carers"],
                self._hints["carers"],
                self.no_carers,
                self.carers,
                assigning,
            ),
            *(self._titles["wearables"], self._hints["wearables"], self.wearables, giving),
            margin=12,
            gap=8,
        )
        box.addStretch(1)
        self.setLayout(box)

    def _connect(self) -> None:
        self._life = FormLife(self._registry, self._begin)
        self._registry.changed.connect(self._follow)
        self._registry.page_changed.connect(self._show)
        self.assign.clicked.connect(self.record_carers)
        self.give.clicked.connect(self.record_wearables)

    def _begin(self) -> None:
        self.carers.show_choices(self._registry.carers())
        self.wearables.show_choices(self._registry.wearables())
        self._show()

    def _follow(self) -> None:
        self.carers.follow(self._registry.carers())
        self.wearables.follow(self._registry.wearables())
        self._show()

    def _show(self) -> None:
        one = self._registry.resident
        for part in (self.carers, self.wearables, self.assign, self.give):
            part.setEnabled(one is not None)
        self.no_carers.setVisible(one is not None and not self.carers.count())
        if one is None:
            self.heading.setText(self.tr("Choose a resident at the left."))
            self.pseudonym.setText("")
            return
        self.heading.setText(named(one, self._models.language))
        self.pseudonym.setText(self.tr("Pseudonym: {id}").format(id=one.id))

    def _carer(self, one: Choice) -> str:
        return one.id if one.known else self.tr("{name} (no account any more)").format(name=one.id)

    def _wearable(self, one: Choice) -> str:
        if not one.known:
            return self.tr("{device} (not in the area any more)").format(device=one.id)
        name = self._registry.area.device(one.id).name.text(self._models.language)
        words = f"{name} ({one.id})"
        if one.holder:
            return self.tr("{device}: worn by {label}").format(device=words, label=one.holder)
        return words
