"""Files that people ask for on the trend page and in the report menu: asks where, writes, says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from desktop.models import trend_table, wording, workbooks
from desktop.models.drafts import write_whole

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.models.trend_table import TrendTable
    from desktop.views.main_window import MainWindow
    from desktop.views.trends_page import TrendsPage


class TrendExports(QObject):
    """Writes what the trend page shows."""

    def __init__(self, window: MainWindow, models: AreaModels) -> None:
        super().__init__(models)
        self._window, self._models = window, models
        window.when_made("trends", self._bind)

    def write(self, form: str, path: Path) -> None:
        """Write a file of this form: csv, xlsx or png.

        Raises:
            OSError: it cannot be written; a file that was there before still is.
        """
        if form == "png":
            if not self._panel.grab().save(str(path), "PNG"):
                raise OSError(f"{path} cannot be written: choose a folder that can.")
        elif form == "xlsx":
            workbooks.write_trend(self._table(), path, self._models.language)
        else:
            write_whole(path, self._table().csv_text().encode())

    def _bind(self, page: TrendsPage) -> None:
        self._panel = page.panel
        page.panel.export_wanted.connect(self._ask)

    def _ask(self, form: str) -> None:
        title = self.tr("Save what the trend shows")
        suggested = str(Path.home() / f"trend.{form}")
        name, _ = QFileDialog.getSaveFileName(
            self._window, title, suggested, f"{form.upper()} (*.{form})"
        )
        if not name:
            return
        try:
            self.write(form, Path(name))
        except OSError as error:
            words = self.tr("The file cannot be written. {why}").format(why=error)
        else:
            words = self.tr("Written: {file}").format(file=name)
        self._window.banners.show_text("export", words)

    def _table(self) -> TrendTable:
        models, panel = self._models, self._panel
        panel.sum_up()
        series = models.wide_trend.series
        names = {
            one: f"{models.area.device(one.device).name.text(models.language)} "
            f"{wording.quantity_of(one.quantity).name.text(models.language)}"
            for one in series
        }
        drawn = {one: panel.plot.drawn(one) for one in series}
        rows = panel.statistics.rows
        return trend_table.table(names, drawn, rows, panel.zone, models.language)
