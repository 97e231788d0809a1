"""Cut BIZ UDPGothic down to what the console writes: Latin, JIS X 0208 and its symbols.

    python scripts/subset_fonts.py /usr/share/fonts/truetype/bizud-gothic

The source is Debian's package fonts-morisawa-bizud-gothic. The font's SIL Open Font License 1.1
names no Reserved Font Name, so a subset may keep the name.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools import subset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "desktop" / "fonts"
FACES = ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf")
AT_MOST, AT_LEAST = 0x2264, 0x2265
SYMBOLS = "–—‘’“”…‰℃Ω←↑→↓⇄≤≥≠≈±×÷−∞√°·•■□▲△▼▽◆◇○●◎★☆✓²³µ"  # noqa: RUF001  # the look-alikes are meant


def characters() -> set[int]:
    """Return the code points to keep."""
    latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))
    kana = set(range(0x3000, 0x3100)) | set(range(0xFF00, 0xFFF0))
    return latin | kana | {ord(letter) for letter in SYMBOLS} | set(_jis_x_0208())


def _jis_x_0208() -> Iterator[int]:
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("euc_jp"))
            except (UnicodeDecodeError, TypeError):  # an unassigned place of the table
                continue


def cut(source: Path, target: Path) -> None:
    """Write one face with the kept characters only; the same input gives the same bytes."""
    options = subset.Options(
        layout_features=["kern", "palt", "locl", "vert"],
        hinting=False,  # half of the file, and Qt draws with its own at these sizes
        name_IDs=["*"],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    _mend(font)
    subset.save_font(font, str(target), options)


def _mend(font: TTFont) -> None:
    """Give the signs of `at most` and `at least` their own drawings: in the source they are swapped."""
    for table in font["cmap"].tables:
        signs = table.cmap
        if AT_MOST in signs and signs[AT_MOST] == "lessequal":
            signs[AT_MOST], signs[AT_LEAST] = signs[AT_LEAST], signs[AT_MOST]


def main() -> None:
    """Cut every face from the folder given on the command line."""
    source = Path(sys.argv[1])
    for face in FACES:
        cut(source / face, FONTS / face)
        print(f"{face}: {(FONTS / face).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
