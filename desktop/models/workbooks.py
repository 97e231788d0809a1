"""Numbers as XLSX: a report, or what a trend shows; numbers stay numbers there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop.models import report_words as words
from desktop.models import trend_statistics
from desktop.models.drafts import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from area_configs.domain.names import Language
    from desktop.models.report import Report
    from desktop.models.trend_table import TrendTable

_WIDE, _NARROW = 44, 18


def write_report(report: Report, path: Path, language: Language) -> None:
    """Write a report's tables.

    Raises:
        OSError: it cannot be written; a file that was there before still is.
    """

    def fill(book: Any, bold: Any) -> None:
        sheet = _sheet(book, words.SUMMARY.text(language))
        sheet.write(0, 0, words.title(report, language), bold)
        for at, (name, value) in enumerate(words.summary(report, language), start=2):
            sheet.write_row(at, 0, (name, value))
        for at, note in enumerate(words.notes(report, language), start=10):
            sheet.write(at, 0, note)
        _energy(_sheet(book, words.ENERGY.text(language)), bold, report, language)
        sheet = _sheet(book, words.ALARMS.text(language))
        sheet.write_row(0, 0, [one.text(language) for one in words.ALARM_HEAD], bold)
        for at, row in enumerate(report.alarms, start=1):
            name, priority, _, after = words.alarm_cells(row, language)
            sheet.write_row(at, 0, (name, priority, row.raised, after))

    _write(path, fill)


def write_trend(table: TrendTable, path: Path, language: Language) -> None:
    """Write the visible values of a trend and their statistics.

    Raises:
        OSError: it cannot be written; a file that was there before still is.
    """

    def fill(book: Any, bold: Any) -> None:
        sheet = _sheet(book, trend_statistics.VALUES.text(language))
        sheet.write_row(0, 0, table.head, bold)
        for at, (instant, values) in enumerate(table.rows(), start=1):
            sheet.write_row(at, 0, (instant, *(None if np.isnan(v) else v for v in values)))
        sheet = _sheet(book, trend_statistics.STATISTICS.text(language))
        heads = trend_statistics.HEADERS.values()
        sheet.write_row(0, 0, [head.text(language) for head in heads], bold)
        for at, (name, row) in enumerate(table.statistics, start=1):
            made = trend_statistics.made_of(row.period_s, language)
            sheet.write_row(at, 0, (name, row.low, row.mean, row.high, row.coverage, made))

    _write(path, fill)


def _energy(sheet: Any, bold: Any, report: Report, language: Language) -> None:
    sheet.write_row(0, 0, [one.text(language) for one in words.ENERGY_HEAD], bold)
    rows = [*report.energy, *([report.feeder] if report.feeder else [])]
    for at, row in enumerate(rows, start=1):
        name, _, _, when, _ = words.energy_cells(report, row, language)
        sheet.write_row(at, 0, (name, row.energy_kwh, row.peak_kw, when, row.coverage))


def _sheet(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(name[:31])  # the longest that Excel takes
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, 8, _NARROW)
    sheet.freeze_panes(1, 0)
    return sheet


def _write(path: Path, fill: Callable[[Any, Any], None]) -> None:
    import xlsxwriter  # noqa: PLC0415  # only where a spreadsheet is wanted

    held = io.BytesIO()
    # a text from a device's name is a text: never a formula, never a link
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(held, options)
    fill(book, book.add_format({"bold": True}))
    book.close()
    write_whole(path, held.getvalue())
