"""The caregiver's page: who needs a look at the left, one resident at the right, papers and scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget
from typing_extensions import override

from desktop.models import care_words, person
from desktop.views import care_papers
from desktop.views.care_list import CareList
from desktop.views.care_tabs import CareTabs
from desktop.views.panels import Translated, column, label, row
from desktop.views.score_entry import ScoreEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from area_configs.domain.care import Handover
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_SHIFT_US = 8 * 3_600_000_000
_WATCH_MS = 20_000


class CarePage(Translated):
    """Asks anew when it is opened and while it is; nobody but a caregiver is shown anything."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self._care = models.care
        self.list, self.about = CareList(models, theme), CareTabs(models, theme)
        self.resident = self.about.today
        self.notice, self.message = label("notice"), label("message")
        self.score, self.handover, self.month = QPushButton(), QPushButton(), QPushButton()
        self.refresh = QPushButton()
        self._handover_path: Path | None = None
        self.watch = QTimer(self, interval=_WATCH_MS)
        self.setFocusProxy(self.list.list)
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._show_notice()
        self.score.setText(self.tr("Enter a score"))
        self.handover.setText(self.tr("Handover (PDF)"))
        self.month.setText(self.tr("Look back at the month (PDF)"))
        self.refresh.setText(self.tr("Refresh"))
        self.list.retranslate()
        self._permit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._care.refresh()
        self.watch.start()
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.watch.stop()
        super().hideEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.list.fit(self.width())
        super().resizeEvent(event)

    def say(self, text: str) -> None:
        """Show one line about what was asked for."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def write_month_to(self, path: Path) -> None:
        """Write the look back at the month of the open resident; a failure is told."""
        page = self._care.page
        if page:
            zone, language = self._models.area.timezone, self._models.language
            now_us = self._models.clock()
            self._written(path, lambda: care_papers.write_month(page, path, zone, language, now_us))

    def write_handover_to(self, path: Path) -> None:
        """Ask for the shift and write it when it comes."""
        self._handover_path = path
        self._care.handover_wanted.emit(self._models.clock() - _SHIFT_US)

    def entry(self) -> ScoreEntry:
        """Return a dialog for a score of the open resident."""
        return ScoreEntry(self._models, self._theme, self)

    def _lay_out(self) -> None:
        bar = row(self.notice, self.score, self.handover, self.month, self.refresh, gap=8)
        bar.setStretch(0, 1)
        middle = row(self.list, self.about, gap=8)
        middle.setStretch(1, 1)
        self.message.setWordWrap(True)
        self.message.hide()
        box = column(bar, self.message, middle, margin=8, gap=8)
        box.setStretch(2, 1)
        self.setLayout(box)

    def _connect(self) -> None:
        care = self._care
        self.list.chosen.connect(care.choose)
        care.changed.connect(self._show_notice)
        care.failed.connect(self.say)
        care.done.connect(lambda: self.say(self.tr("Recorded.")))
        care.page_changed.connect(self._permit)
        care.handover_came.connect(self._handover_came)
        self._models.person.changed.connect(self._permit)
        self._theme.changed.connect(lambda: self.list.fit(self.width()))
        self.score.clicked.connect(self._enter_score)
        self.handover.clicked.connect(lambda: self._ask_where("handover.pdf"))
        self.month.clicked.connect(lambda: self._ask_where("month.pdf"))
        self.refresh.clicked.connect(care.refresh)
        self.watch.timeout.connect(self._look_again)

    def _look_again(self) -> None:
        self.list.grow_old()
        self._care.watch()

    def _show_notice(self) -> None:
        self.notice.setText(care_words.NOT_FOR_DIAGNOSIS.text(self._models.language))

    def _permit(self) -> None:
        """Offer what can be done; say what is missing where nothing can."""
        there = self._care.page is not None
        self.score.setEnabled(there)
        self.month.setEnabled(there)
        self.handover.setEnabled(self._care.overview is not None)
        who, words = (
            self._models.person,
            self.tr("Sign in as a caregiver: only caregivers see residents."),
        )
        if not who.acts_as(person.CAREGIVER) and not there:
            self.say(words)
        elif self.message.text() == words:
            self.say("")

    def _enter_score(self) -> None:
        dialog = self.entry()
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_where(self, name: str) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Write PDF"), name, "PDF (*.pdf)")
        if chosen:
            write = self.write_month_to if name.startswith("month") else self.write_handover_to
            write(Path(chosen))

    def _handover_came(self, handover: Handover) -> None:
        path, self._handover_path = self._handover_path, None
        if path:
            zone, language = self._models.area.timezone, self._models.language
            now_us = self._models.clock()
            self._written(
                path,
                lambda: care_papers.write_handover(handover, path, zone, language, now_us),
            )

    def _written(self, path: Path, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            self.say(self.tr("Not written: {why}").format(why=error))
        else:
            self.say(self.tr("Written: {path}").format(path=path))
