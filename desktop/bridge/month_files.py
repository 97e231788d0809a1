"""A month's report as files, written off the GUI thread: PDF and XLSX, whole or not at all."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QObject, QPointF, QRectF, QSizeF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextDocument,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CHART = (1400, 420)
_DPI = 150
_PX = 26
_LONG = 20  # rows; such a table has a page of its own


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: heading, columns, and cells as numbers or text."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    texts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class MonthFiles:
    """What is written: the tables, notes below them, and the days' peaks for the chart."""

    title: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]
    peaks: tuple[tuple[int, float | None], ...]
    limit: float
    limit_name: str
    family: str


class MonthWriter(QObject):
    """Writes one report at a time."""

    written = Signal(str)  # path
    failed = Signal(str)  # a sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []

    def write(self, content: MonthFiles, path: Path) -> None:
        """Write in a thread; the name's ending says which kind."""
        thread = threading.Thread(target=self._run, args=(content, path), name="month-report")
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait for what is being written."""
        for thread in self._threads:
            thread.join()

    def _run(self, content: MonthFiles, path: Path) -> None:
        beside = path.with_name(f".{path.stem}.new{path.suffix}")
        try:
            write_book(content, beside)
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            self.failed.emit(f"{path}: {error.strerror or error}")
        else:
            self.written.emit(str(path))


def write_book(content: MonthFiles, path: Path) -> None:
    """Write a report; `.xlsx` is a spreadsheet, anything else a PDF.

    Raises:
        OSError: it cannot be written.
    """
    if path.suffix.lower() == ".xlsx":
        _write_xlsx(content, path)
    else:
        _write_pdf(content, path)


def _write_xlsx(content: MonthFiles, path: Path) -> None:
    import xlsxwriter  # noqa: PLC0415 - only where a spreadsheet is wanted
    from xlsxwriter.exceptions import XlsxWriterException  # noqa: PLC0415 - as above

    book = xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    for sheet in content.sheets:
        page = book.add_worksheet(sheet.heading[:31])
        page.write_row(0, 0, sheet.columns, bold)
        for place, cells in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(cells):
                if cell is not None:  # what is not known stays empty
                    page.write(place, column, cell)
        page.set_column(0, len(sheet.columns), 24)
        page.freeze_panes(1, 0)
    page = book.add_worksheet("Notes")
    page.write_column(0, 0, [content.title, *content.notes])
    try:
        book.close()
    except XlsxWriterException as error:
        raise OSError(0, str(error)) from error


def _write_pdf(content: MonthFiles, path: Path) -> None:
    with path.open("wb"):  # says in words why it cannot be, where Qt only warns
        pass
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    writer.setTitle(content.title)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(15, 15, 15, 18),
            QPageLayout.Unit.Millimeter,
        )
    )
    document = QTextDocument()
    font = QFont(content.family)
    font.setPixelSize(_PX - 6)
    document.setDefaultFont(font)
    chart = QUrl("chart://peaks")
    document.addResource(QTextDocument.ResourceType.ImageResource, chart, _chart(content))
    width, height = writer.width(), writer.height()
    document.setPageSize(QSizeF(width, height - 2 * _PX))
    document.setHtml(_html(content, width))
    painter = QPainter(writer)
    try:
        for page in range(document.pageCount()):
            if page:
                writer.newPage()
            _paint_page(painter, document, page, QRectF(0, 0, width, height))
    finally:
        painter.end()


def _paint_page(painter: QPainter, document: QTextDocument, page: int, box: QRectF) -> None:
    height = document.pageSize().height()
    painter.save()
    painter.translate(0, -page * height)
    document.drawContents(painter, QRectF(0, page * height, box.width(), height))
    painter.restore()
    painter.setFont(document.defaultFont())
    foot = f"{page + 1} / {document.pageCount()}"
    painter.drawText(QRectF(0, box.height() - _PX, box.width(), _PX), _CENTRE, foot)


def _html(content: MonthFiles, width: int) -> str:
    parts = [f"<h2>{escape(content.title)}</h2>"]
    for place, sheet in enumerate(content.sheets):
        long = ' style="page-break-before: always"' if len(sheet.rows) > _LONG else ""
        parts.append(f"<h3{long}>{escape(sheet.heading)}</h3>")
        parts.append(_table(sheet, width))
        if place == 0:
            parts.append(f'<p><img src="chart://peaks" width="{width}"/></p>')
    parts += [f"<p>{escape(note)}</p>" for note in content.notes]
    return "".join(parts)


def _table(sheet: Sheet, width: int) -> str:
    heads = "".join(f'<th align="left">{escape(name)}</th>' for name in sheet.columns)
    rows = "".join(
        "<tr>"
        + "".join(_cell(text, value) for text, value in zip(texts, cells, strict=True))
        + "</tr>"
        for texts, cells in zip(sheet.texts, sheet.rows, strict=True)
    )
    look = 'cellspacing="0" cellpadding="5" border="1" style="border-collapse:collapse"'
    return f'<table width="{width}" {look}><tr>{heads}</tr>{rows}</table>'


def _cell(text: str, value: str | float | None) -> str:
    side = "left" if isinstance(value, str) else "right"
    return f'<td align="{side}">{escape(text)}</td>'


def _chart(content: MonthFiles) -> QImage:
    """Draw each day's peak as a bar, and the contract as a line; a day that is not known is a gap."""
    image = QImage(*_CHART, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    font = QFont(content.family)
    font.setPixelSize(22)
    painter.setFont(font)
    box = QRectF(80, 20, _CHART[0] - 100, _CHART[1] - 70)
    known = [kw for _, kw in content.peaks if kw is not None]
    most = 1.15 * max([content.limit, *known])
    step = box.width() / max(1, len(content.peaks))
    for place, (day, kw) in enumerate(content.peaks):
        left = box.left() + place * step
        if kw is not None:
            tall = box.height() * kw / most
            colour = "#A3170F" if kw > content.limit else "#1F4E79"
            bar = QRectF(left + step * 0.15, box.bottom() - tall, step * 0.7, tall)
            painter.fillRect(bar, QColor(colour))
        painter.drawText(QRectF(left, box.bottom() + 6, step, 30), _CENTRE, str(day))
    _chart_lines(painter, box, content, most)
    painter.end()
    return image


def _chart_lines(painter: QPainter, box: QRectF, content: MonthFiles, most: float) -> None:
    painter.setPen(QPen(QColor("#4A545C"), 2))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    y = box.bottom() - box.height() * content.limit / most
    painter.setPen(QPen(QColor("#A3170F"), 3, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
    words = f"{content.limit_name} {content.limit:,.0f}"
    painter.drawText(QRectF(box.left() + 6, y - 34, 600, 30), _LEFT, words)
    painter.setPen(QColor("#4A545C"))
    for value in _ticks(most):
        at = box.bottom() - box.height() * value / most
        painter.drawText(QRectF(0, at - 15, 70, 30), _RIGHT, f"{value:,.0f}")


def _ticks(most: float) -> Sequence[float]:
    step = 10.0 ** math.floor(math.log10(most))
    while most / step < 4:  # noqa: PLR2004 - four marks or more
        step /= 2
    return [step * n for n in range(int(most / step) + 1)]


_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
