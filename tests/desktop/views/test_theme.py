"""The look: text can be read in both themes, and lines can be told apart."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QRawFont

from desktop.views.theme import DARK, FAMILY, LIGHT, TOKENS, contrast, luminance

PAIRS = [
    (name, pair, *colours)
    for name, tokens in TOKENS.items()
    for pair, colours in tokens.text_pairs().items()
]


@pytest.mark.parametrize(("theme", "pair", "one", "other"), PAIRS)
def test_text_has_a_contrast_of_at_least_4_5(theme, pair, one, other):
    assert contrast(one, other) >= 4.5, f"{theme}: {pair}"


def test_contrast_is_the_one_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_normal_grounds_are_grey(tokens):
    for colour in (tokens.window, tokens.surface, tokens.field, tokens.border):
        parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        assert max(parts) - min(parts) <= 20


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_lines_are_all_different_and_none_has_the_hue_of_an_alarm(tokens):
    assert len(set(tokens.lines)) == len(tokens.lines) == 6
    assert tokens.alarm not in tokens.lines


def test_dark_is_darker_than_light():
    assert luminance(DARK.field) < 0.05
    assert luminance(LIGHT.field) > 0.8


@pytest.mark.parametrize(
    ("sign", "opens"),
    [("\N{LESS-THAN OR EQUAL TO}", "right"), ("\N{GREATER-THAN OR EQUAL TO}", "left")],
)
def test_at_most_and_at_least_open_to_their_own_side(dressed, sign, opens):  # noqa: ARG001  # the font is loaded
    font = QFont(FAMILY)
    font.setPixelSize(64)
    raw = QRawFont.fromFont(font)
    (glyph,) = raw.glyphIndexesForString(sign)
    path = raw.pathForGlyph(glyph)
    box = path.boundingRect()
    strip = QRectF(box.left(), box.top(), box.width() / 4, box.height() / 10)
    inked = {
        "left": path.intersects(strip),
        "right": path.intersects(strip.translated(box.width() * 0.75, 0.0)),
    }
    assert [side for side, ink in inked.items() if ink] == [opens]
