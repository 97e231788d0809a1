"""Reports from the trend page's menu: of the day or month that the time bar shows, off the GUI thread."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from desktop.app import reports
from desktop.models import report
from desktop.models.report import Report, ReportKind

if TYPE_CHECKING:
    from desktop.bridge.history_desk import HistoryDesk
    from desktop.models.area_models import AreaModels
    from desktop.views.main_window import MainWindow
    from platform_hub.client import HubClient
    from platform_hub.client.credentials import Credential


class ReportMenu(QObject):
    """Asks where to, then the hub; the file is written when the numbers have come."""

    def __init__(
        self,
        window: MainWindow,
        models: AreaModels,
        desk: HistoryDesk,
        credential: str | Credential,
    ) -> None:
        super().__init__(models)
        self._window, self._models, self._desk = window, models, desk
        self._credential = credential
        self._open: dict[int, Path] = {}
        desk.answered.connect(self._answered)
        desk.failed.connect(self._failed)
        window.when_made("trends", lambda page: page.panel.report_wanted.connect(self._ask))

    def make(self, kind: ReportKind, path: Path) -> None:
        """Make the report of the shown day or its month, as PDF or XLSX by the file's name."""
        zone = ZoneInfo(self._models.area.timezone)
        day = datetime.fromtimestamp(self._models.clock() / 1e6, tz=zone).date()
        span = report.span_of(kind, day, self._models.area.timezone)
        request = partial(self._fetch, span=span)
        self._open[self._desk.ask(request)] = path
        self._say(self.tr("Making the report…"))

    def _fetch(self, client: HubClient, span: report.Span) -> Report:
        return reports.fetch(client.url, self._credential, self._models.area, span)

    def _ask(self, kind: ReportKind) -> None:
        title, suggested = self.tr("Save the report"), str(Path.home() / f"{kind}.pdf")
        forms = "PDF (*.pdf);;XLSX (*.xlsx)"
        name, _ = QFileDialog.getSaveFileName(self._window, title, suggested, forms)
        if name:
            self.make(kind, Path(name))

    def _answered(self, ticket: int, answer: object) -> None:
        path = self._open.pop(ticket, None)
        if path is None or not isinstance(answer, Report):
            return
        try:
            reports.write(answer, path, self._models.language)
        except OSError as error:
            self._say(self.tr("The report cannot be written. {why}").format(why=error))
        else:
            self._say(self.tr("Report written: {file}").format(file=path))

    def _failed(self, ticket: int, why: str) -> None:
        if self._open.pop(ticket, None):
            self._say(self.tr("The report cannot be made. {why}").format(why=why))

    def _say(self, words: str) -> None:
        self._window.banners.show_text("report", words)
