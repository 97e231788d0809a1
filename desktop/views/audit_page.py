"""The page of the audit log: who saw or changed what, and whether the chain is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from desktop.models.audit_log import Column
from desktop.models.table_export import write_csv
from desktop.views.panels import Panel, Translated, column, label, restyle, row
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QShowEvent

    from desktop.models.area_models import AreaModels

_WIDTHS: Mapping[int, int] = {
    Column.SEQ: 72,
    Column.AT: 176,
    Column.WHO: 168,
    Column.WHAT: 280,
    Column.TARGET: 280,
    Column.STATUS: 80,
    Column.ADDRESS: 112,
}
_MOST_FAULTS = 5


class AuditPage(Translated):
    """Asks for the newest entries whenever it is opened."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = models.audit_log
        self.table = PlainTable(self._log, _WIDTHS, Column.CHANGE)
        self.filter, self.verify = QLineEdit(), QPushButton()
        self.refresh, self.export, self.more = QPushButton(), QPushButton(), QPushButton()
        self._count, self._verdict = label("muted"), label("verdict")
        self._message, self.empty = label("message"), label("emptyList")
        self.empty.setWordWrap(True)
        self._lay_out()
        self._connect()
        self.retranslate()

    def export_to(self, path: Path) -> None:
        """Write what is listed as CSV; a failure is told."""
        try:
            write_csv(self._log, path)
        except OSError as error:
            self.say(self.tr("Not written: {why}").format(why=error))
        else:
            self.say(self.tr("Written: {path}").format(path=path))

    def say(self, text: str) -> None:
        """Show one line about what was asked for."""
        self._message.setText(text)
        self._message.setVisible(bool(text))

    @override
    def retranslate(self) -> None:
        self.filter.setPlaceholderText(self.tr("Filter by person, action, target"))
        self.filter.setAccessibleName(self.tr("Filter the audit log"))
        self.table.setAccessibleName(self.tr("Audit log"))
        self.verify.setText(self.tr("Verify the chain"))
        self.refresh.setText(self.tr("Refresh"))
        self.export.setText(self.tr("Export CSV"))
        self.more.setText(self.tr("Show older entries"))
        self._show_count()
        self._show_verdict()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._log.refresh()
        super().showEvent(event)

    def _lay_out(self) -> None:
        self.filter.setClearButtonEnabled(True)
        self._verdict.setWordWrap(True)
        self._message.hide()
        bar = row(self.filter, self._count, self.refresh, self.verify, self.export, gap=8)
        bar.setStretch(0, 1)
        foot = (self.more, self._message)
        panel = Panel()
        panel.setLayout(column(bar, self._verdict, self.empty, self.table, *foot, margin=8))
        self.setLayout(column(panel, margin=8))

    def _connect(self) -> None:
        log = self._log
        self.filter.textChanged.connect(log.find)
        self.refresh.clicked.connect(log.refresh)
        self.verify.clicked.connect(self._ask_verdict)
        self.more.clicked.connect(log.ask_more)
        self.export.clicked.connect(self._ask_where)
        log.modelReset.connect(self._show_count)
        log.verified.connect(self._show_verdict)
        log.failed.connect(self._refused)

    def _show_count(self) -> None:
        shown, held = self._log.rowCount(), self._log.held
        self._count.setText(self.tr("{shown} of {all} entries").format(shown=shown, all=held))
        self.more.setVisible(held > 0 and not self._log.complete)
        self._show_emptiness(shown)

    def _show_emptiness(self, shown: int, why: str = "") -> None:
        """Say why nothing is listed: not heard yet, refused, nothing kept, or nothing found."""
        if self._log.held:
            words = self.tr("No entry has all of these words.")
        elif self._log.heard:
            words = self.tr("The hub keeps no entry yet.")
        else:
            words = why or self.tr("The hub has not answered yet.")
        self.empty.setText(words)
        self.empty.setVisible(not shown)

    def _refused(self, why: str) -> None:
        words = self.tr("The hub does not show its audit log: {why}").format(why=why)
        self.say(words if self._log.held else "")
        self._show_emptiness(self._log.rowCount(), words)

    def _ask_verdict(self) -> None:
        self.verify.setEnabled(False)
        self._verdict.setText(self.tr("The hub verifies every entry ..."))
        self._verdict.show()
        self._log.verification_wanted.emit()

    def _show_verdict(self) -> None:
        self.verify.setEnabled(True)
        verdict = self._log.verdict
        self._verdict.setVisible(verdict is not None)
        if verdict is None:
            return
        broken = verdict["broken"]
        restyle(self._verdict, abnormal="alarm" if broken else "")
        if broken:
            faults = [self._fault(one) for one in broken[:_MOST_FAULTS]]
            words = self.tr("The log was tampered with: {n} faults.").format(n=len(broken))
            self._verdict.setText("\n".join([words, *faults]))
        else:
            words = self.tr("The chain of {n} entries is whole, its head is signed by this hub.")
            self._verdict.setText(words.format(n=verdict["entries"]))

    def _fault(self, one: dict[str, object]) -> str:
        words = self.tr("Entry {seq}: {reason}")
        return words.format(seq=one["seq"], reason=one["reason"])

    def _ask_where(self) -> None:
        title = self.tr("Export CSV")
        name, _ = QFileDialog.getSaveFileName(self, title, "audit.csv", "CSV (*.csv)")
        if name:
            self.export_to(Path(name))
