"""Labels: a gateway's one-time code as a QR code and as digits, on a small page to stick on its box."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from firmware_tools import pdf

if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware_tools.image.first_boot import Card

DIGITS = 8
_WIDTH_MM, _HEIGHT_MM = 74.0, 52.0


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
    page.image(picture, x=2, y=4, w=34)
    page.set_xy(37, 6)
    page.set_font(pdf.FACE, size=9)
    page.cell(35, 5, "ゲートウェイ / Gateway")
    page.set_xy(37, 11)
    page.set_font(pdf.FACE, style="B", size=13)
    page.cell(35, 7, card.gateway)
    page.set_xy(37, 20)
    page.set_font(pdf.FACE, size=9)
    page.cell(35, 5, "コード / Code")
    page.set_xy(37, 25)
    page.set_font(pdf.FACE, style="B", size=17)
    page.cell(35, 9, f"{card.code[:4]} {card.code[4:]}")
    page.set_xy(4, 40)
    page.set_font(pdf.FACE, size=7)
    page.cell(66, 4, f"CA {card.hub_ca[:16] or '-'}")
    page.set_xy(4, 44)
    page.cell(66, 4, "一度だけ有効 / valid once")
    return bytes(page.output())
