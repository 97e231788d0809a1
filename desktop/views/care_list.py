"""Who needs a look: one card a reason, the most urgent first; then everybody who is as usual."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget
from typing_extensions import override

from area_configs.domain.care import LookReason
from desktop.models import care_words
from desktop.models.wording import age_text
from desktop.views.panels import Translated, column, label, restyle, spaced

if TYPE_CHECKING:
    from area_configs.domain.care import Look, Resident
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

WIDTH_PX = 400
LEAST_PX = 300
SHARE = 0.36  # of the page at most, in large text too
_ROOM_PX = 30
_RESIDENT = Qt.ItemDataRole.UserRole
_NAME = Qt.ItemDataRole.UserRole + 1
_STALE_US = 90_000_000  # no answer for so long: what is shown may be over


class CareList(Translated):
    """The list; `chosen` tells the resident of the card that was opened."""

    chosen = Signal(str)

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.title, self.asked, self.budget = label("heading"), label("verdict"), label("muted")
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for text in (self.asked, self.budget):
            text.setWordWrap(True)
        box = column(self.title, self.asked, self.list, self.budget, gap=8)
        box.setStretch(2, 1)
        self.setLayout(box)
        self.list.currentItemChanged.connect(self._opened)
        models.care.changed.connect(self.retranslate)
        models.care.page_changed.connect(self._mark)
        theme.changed.connect(self.retranslate)

    @override
    def retranslate(self) -> None:
        overview = self._models.care.overview
        looks = overview.looks if overview else ()
        self.title.setText(self.tr("Who needs a look: {n}").format(n=len(looks)))
        self.list.setAccessibleName(self.tr("Who needs a look"))
        marked, at = self._marked(), self.list.verticalScrollBar().value()
        self.list.blockSignals(True)
        self.list.clear()
        for look in looks:
            self._add(look.resident, self._card(look), urgent=look.reason is LookReason.EVENT)
        waiting = {look.resident for look in looks}
        for one in overview.residents if overview else ():
            if one.id not in waiting:
                self._add(one.id, [one.label, self._calm(one)], urgent=False)
        self.list.setCurrentRow(self._place(_NAME, marked))
        self.list.blockSignals(False)
        self._mark()
        self.list.verticalScrollBar().setValue(at)
        self._show_budget()

    def grow_old(self) -> None:
        """Say anew how long ago everything was, and mark it where no answer comes any more."""
        if self._is_stale:
            self.retranslate()

    @property
    def _is_stale(self) -> bool:
        care = self._models.care
        return care.overview is not None and self._models.clock() - care.overview_us >= _STALE_US

    def fit(self, page_px: int) -> None:
        """Take the share of a page that is so wide; cards wrap."""
        wanted = max(LEAST_PX, min(self._theme.px(WIDTH_PX), round(page_px * SHARE)))
        if wanted != self.width() or self.minimumWidth() != wanted:
            self.setFixedWidth(wanted)
            self.retranslate()

    def _card(self, look: Look) -> list[str]:
        language = self._models.language
        urgent = self.tr("Nobody has answered for 5 minutes") if look.escalated else ""
        since = self.tr("Since {at} ({age} ago)").format(
            at=self._when(look.since_us),
            age=age_text(look.since_us, self._models.clock(), language),
        )
        todo = self.tr("To do: {what}").format(what=care_words.action_text(look, language))
        first = f"{look.label}  {care_words.reason_text(look, language)}"
        return [line for line in (first, urgent, since, todo) if line]

    def _calm(self, one: Resident) -> str:
        if "wearable" not in one.consent:
            return self.tr("No consent to wearables: nothing is collected")
        return self.tr("As usual")

    def _when(self, at_us: int) -> str:
        zone = ZoneInfo(self._models.area.timezone)
        at, now = (
            datetime.fromtimestamp(us / 1e6, tz=zone) for us in (at_us, self._models.clock())
        )
        return f"{at:%H:%M}" if at.date() == now.date() else f"{at.month}/{at.day} {at:%H:%M}"

    def _add(self, resident: str, lines: list[str], *, urgent: bool) -> None:
        item = QListWidgetItem()
        card = label("careCard", spaced(*lines))
        card.setWordWrap(True)
        card.setMargin(8)
        card.setProperty("abnormal", "alarm" if urgent else "")
        card.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        item.setData(_RESIDENT, resident)
        item.setData(_NAME, f"{resident} {lines[0]}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, "\n".join(lines))
        self.list.addItem(item)
        self.list.setItemWidget(item, card)
        card.ensurePolished()  # its height is that of the dressed text
        width = max(LEAST_PX, self.minimumWidth()) - _ROOM_PX
        item.setSizeHint(QSize(width, card.heightForWidth(width)))

    def _mark(self) -> None:
        """Show which resident is open; a card of theirs that is marked already stays so."""
        wanted = self._models.care.chosen
        row = self.list.currentRow()
        if row >= 0 and self.list.item(row).data(_RESIDENT) == wanted:
            return
        self.list.blockSignals(True)
        self.list.setCurrentRow(self._place(_RESIDENT, wanted))
        self.list.blockSignals(False)

    def _marked(self) -> str:
        """Return the name of the card that is marked, empty where none is."""
        row = self.list.currentRow()
        return str(self.list.item(row).data(_NAME)) if row >= 0 else ""

    def _place(self, role: int, wanted: str) -> int:
        """Return the first card that holds this, -1 where none does."""
        places = range(self.list.count())
        return next((n for n in places if self.list.item(n).data(role) == wanted), -1)

    def _opened(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_RESIDENT))

    def _show_budget(self) -> None:
        overview = self._models.care.overview
        for text in (self.asked, self.budget):
            text.setVisible(overview is not None)
        if overview is None:
            return
        said = (
            self.tr("No answer since {at}: this may be over, or more may have happened.")
            if self._is_stale
            else self.tr("As of {at}")
        )
        self.asked.setText(said.format(at=self._when(self._models.care.overview_us)))
        restyle(self.asked, abnormal="alarm" if self._is_stale else "")
        lines = care_words.budget_lines(overview.budget, self._models.language)
        self.budget.setText(spaced(*lines))
