"""Labels: a gateway's one-time code as a QR code and as digits, on a small page to stick on its box."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from firmware_tools import pdf

if TYPE_CHECKING:
    from collections.abc import Callable

    from fpdf import FPDF

    from firmware_tools.image.first_boot import Card

DIGITS = 8
_WIDTH_MM, _HEIGHT_MM = 74.0, 52.0
_MARGIN_MM = 4.0
_MM_PER_POINT = 25.4 / 72


def new_code(below: Callable[[int], int]) -> str:
    """Return a new code of 8 digits; `below` is `secrets.randbelow`."""
    return f"{below(10**DIGITS):0{DIGITS}}"


def link(card: Card) -> str:
    """Return what the QR code says."""
    return f"smartarea:{card.gateway}?c={card.code}&v=1"


def label(card: Card) -> bytes:
    """Return the label as a PDF of one page, 74 x 52 mm (ISO 216 A8)."""
    import segno  # noqa: PLC0415 - loaded only where labels are made

    picture = io.BytesIO()
    segno.make_qr(link(card), error="m").save(picture, kind="png", scale=8, border=2)
    page = pdf.document((_WIDTH_MM, _HEIGHT_MM))
    page.add_page()
    page.image(picture, x=2, y=4, w=32)
    _line(page, (35, 6), "ゲートウェイ / Gateway", 8)
    _line(page, (35, 11), card.gateway, 12, bold=True)
    _line(page, (35, 20), "コード / Code", 8)
    _line(page, (35, 25), f"{card.code[:4]} {card.code[4:]}", 15, bold=True)
    _line(page, (4, 40), f"CA {card.hub_ca[:16] or '-'}", 7)
    _line(page, (4, 45), "一度だけ有効 / valid once", 7)
    return bytes(page.output())


def _line(
    page: FPDF, place: tuple[float, float], text: str, size: float, *, bold: bool = False
) -> None:
    """Write a line, smaller where it would run over the edge."""
    room = _WIDTH_MM - place[0] - _MARGIN_MM
    page.set_font(pdf.FACE, style="B" if bold else "", size=size)
    wide = page.get_string_width(text)
    page.set_font_size(size * min(1.0, room / wide))
    page.set_xy(*place)
    page.cell(room, size * _MM_PER_POINT, text)
