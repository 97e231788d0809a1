"""Pages on paper: PDF documents with the suite's Japanese face, the same bytes for the same content."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import area_configs

if TYPE_CHECKING:
    from fpdf import FPDF

FACE = "BIZUDPGothic"
# The console's fonts are data of the same distribution; no code of it is loaded.
_FONTS = Path(area_configs.__file__).parents[1] / "desktop" / "fonts"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def document(page_mm: tuple[float, float] | str = "A4", made: datetime = _EPOCH) -> FPDF:
    """Return an empty document with both weights of the face."""
    from fpdf import FPDF  # noqa: PLC0415 - loads Pillow and fonttools

    found = FPDF(orientation="P", format=page_mm)  # "L" would swap the sides of a size of its own
    found.set_auto_page_break(isinstance(page_mm, str), margin=15)
    found.set_creation_date(made)
    found.add_font(FACE, "", _FONTS / f"{FACE}-Regular.ttf")
    found.add_font(FACE, "B", _FONTS / f"{FACE}-Bold.ttf")
    found.set_font(FACE, size=10)
    return found
