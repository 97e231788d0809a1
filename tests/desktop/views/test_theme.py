"""The look: text can be read in both themes, and lines can be told apart."""

from __future__ import annotations

import pytest

from desktop.views.theme import DARK, LIGHT, TOKENS, contrast, luminance

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
