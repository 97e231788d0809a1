"""A report as pages: one text document in the bundled font, drawn on A4 with numbered pages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from desktop.models import report_words as words
from desktop.models.drafts import write_whole
from desktop.views.theme import FAMILY, LIGHT, body_font, sized

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from area_configs.domain.names import Language, Name
    from desktop.models.report import Report

DPI = 150
_A4_IN = (8.27, 11.69)
_MARGIN_IN, _FOOT_IN = 0.7, 0.35
_CHART_PX = (1000, 260)
_CSS = f"""
body {{ font-family: '{FAMILY}'; font-size: 19px; color: {LIGHT.text}; }}
h1 {{ font-size: 32px; margin-bottom: 6px; }}
h2 {{ font-size: 23px; margin-top: 26px; margin-bottom: 6px; }}
th {{ background-color: {LIGHT.surface}; color: {LIGHT.text}; text-align: left; }}
p {{ color: {LIGHT.muted}; font-size: 17px; margin-top: 4px; margin-bottom: 0px; }}
"""


def write_pdf(report: Report, path: Path, language: Language) -> None:
    """Write a report as PDF, A4.

    Raises:
        OSError: it cannot be written; a file that was there before still is.
    """
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    writer.setResolution(DPI)
    writer.setTitle(words.title(report, language))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    document = _document(report, language)
    for number in range(document.pageCount()):
        if number:
            writer.newPage()
        _paint(painter, document, number, language)
    painter.end()
    held.close()
    write_whole(path, bytes(held.data().data()))


def images(report: Report, language: Language) -> list[QImage]:
    """Return the pages as pictures, as they stand in the PDF."""
    document = _document(report, language)
    return [_image(document, number, language) for number in range(document.pageCount())]


def _image(document: QTextDocument, number: int, language: Language) -> QImage:
    width, height = (round(side * DPI) for side in _A4_IN)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    _paint(painter, document, number, language)
    painter.end()
    return image


def _document(report: Report, language: Language) -> QTextDocument:
    document = QTextDocument()
    document.setDefaultFont(sized(body_font(), 19))
    document.setDefaultStyleSheet(_CSS)
    document.setDocumentMargin(0)
    width, height = _text_size()
    document.setPageSize(QSizeF(width, height))
    kind = QTextDocument.ResourceType.ImageResource
    document.addResource(kind, QUrl("chart"), _chart(report))
    document.setHtml(_html(report, language))
    return document


def _text_size() -> tuple[float, float]:
    width, height = (side * DPI for side in _A4_IN)
    return width - 2 * _MARGIN_IN * DPI, height - (2 * _MARGIN_IN + _FOOT_IN) * DPI


def _paint(painter: QPainter, document: QTextDocument, number: int, language: Language) -> None:
    width, height = _text_size()
    margin = _MARGIN_IN * DPI
    painter.save()
    painter.translate(margin, margin - number * height)
    document.drawContents(painter, QRectF(0, number * height, width, height))
    painter.restore()
    words_of_page = words.PAGE.text(language).format(n=number + 1, count=document.pageCount())
    painter.setFont(sized(body_font(), 16))
    painter.setPen(QColor(LIGHT.muted))
    foot = QRectF(margin, margin + height, width, _FOOT_IN * DPI)
    painter.drawText(
        foot, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), words_of_page
    )


def _html(report: Report, language: Language) -> str:
    rows = [*report.energy, *([report.feeder] if report.feeder else [])]
    energy = [words.energy_cells(report, row, language) for row in rows]
    alarms = [words.alarm_cells(row, language) for row in report.alarms]
    parts = [
        f"<h1>{escape(words.title(report, language))}</h1>",
        *(f"<p>{escape(note)}</p>" for note in words.notes(report, language)),
        _head(words.SUMMARY, language),
        _table([], [list(pair) for pair in words.summary(report, language)]),
    ]
    if any(one is not None for one in report.shape):
        width = int(_text_size()[0])
        parts += [_head(words.SHAPE, language), f'<img src="chart" width="{width}">']
    parts += [_head(words.ENERGY, language)]
    parts += (
        [_table(words.ENERGY_HEAD, energy, language)]
        if energy
        else [_none(words.NO_METERS, language)]
    )
    parts += [_head(words.ALARMS, language)]
    parts += (
        [_table(words.ALARM_HEAD, alarms, language)]
        if alarms
        else [_none(words.NO_ALARMS, language)]
    )
    return "".join(parts)


def _head(name: Name, language: Language) -> str:
    return f"<h2>{escape(name.text(language))}</h2>"


def _none(name: Name, language: Language) -> str:
    return f"<p>{escape(name.text(language))}</p>"


def _table(heads: Sequence[Name], rows: Sequence[Sequence[str]], language: Language = "ja") -> str:
    names = [escape(one.text(language)) for one in heads]
    head = "".join(
        f'<th align="{"right" if at else "left"}">{n}</th>' for at, n in enumerate(names)
    )
    lines = [f"<tr>{head}</tr>"] if heads else []
    for number, cells in enumerate(rows):
        first, *rest = cells
        more = "".join(f'<td align="right">{escape(cell)}</td>' for cell in rest)
        ground = LIGHT.field if number % 2 else "#FFFFFF"
        lines.append(f'<tr bgcolor="{ground}"><td>{escape(first)}</td>{more}</tr>')
    return (
        f'<table width="100%" cellpadding="6" cellspacing="0" border="0">{"".join(lines)}</table>'
    )


def _chart(report: Report) -> QImage:
    """Draw the power of the area as bars; where nobody knows there is hatching, not zero."""
    width, height = _CHART_PX
    image = QImage(2 * width, 2 * height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    known = [one for one in report.shape if one is not None]
    if not known:
        return image
    painter = QPainter(image)
    painter.scale(2, 2)
    painter.setFont(sized(body_font(), 14))
    box = QRectF(56, 12, width - 64, height - 42)
    low, high = min(0.0, *known), max(known) or 1.0
    for at, value in enumerate(report.shape):
        _bar(painter, box, (at, len(report.shape)), (value, low, high))
    _scale(painter, box, low, high)
    _ticks(painter, box, report)
    painter.end()
    return image


def _bar(
    painter: QPainter,
    box: QRectF,
    place: tuple[int, int],
    values: tuple[float | None, float, float],
) -> None:
    at, count = place
    value, low, high = values
    step = box.width() / count
    left = box.left() + at * step
    if value is None:
        painter.fillRect(QRectF(left, box.top(), step, box.height()), Qt.BrushStyle.BDiagPattern)
        return
    zero = box.bottom() + low / (high - low) * box.height()
    top = box.bottom() - (value - low) / (high - low) * box.height()
    bar = QRectF(left + 1, min(top, zero), max(1.0, step - 2), abs(zero - top))
    painter.fillRect(bar, QColor(LIGHT.lines[0]))


def _scale(painter: QPainter, box: QRectF, low: float, high: float) -> None:
    painter.setPen(QColor(LIGHT.muted))
    for value in (low, (low + high) / 2, high):
        y = box.bottom() - (value - low) / (high - low) * box.height()
        painter.drawLine(round(box.left()) - 4, round(y), round(box.right()), round(y))
        where = QRectF(0, y - 10, box.left() - 8, 20)
        painter.drawText(
            where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), f"{value:,.0f}"
        )


def _ticks(painter: QPainter, box: QRectF, report: Report) -> None:
    day = report.span.kind == "day"
    count, every = len(report.shape), 6 if day else 5
    for at in range(0, count, every):
        x = box.left() + (at + (0.0 if day else 0.5)) * box.width() / count
        text = f"{at // 2}:00" if day else f"{at + 1}"
        painter.drawText(
            QRectF(x - 30, box.bottom() + 4, 60, 20), int(Qt.AlignmentFlag.AlignCenter), text
        )
