"""The palette finds things by a few letters, in kana and in English."""

from __future__ import annotations

import pytest

from area_configs.domain.names import Name
from desktop.models.palette import Entry, folded, search

KIND = Name("機器", "device")
NAMES = {
    "battery-1": Name("蓄電池1号", "Battery 1"),
    "tower-a": Name("晴海タワーA", "Harumi tower A"),
    "pier": Name("桟橋 人流カウンター", "Pier people counter"),
}
ENTRIES = [Entry("device", KIND, name, lambda: None, more=ident) for ident, name in NAMES.items()]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("batt", "Battery 1"),
        ("b1", "Battery 1"),
        ("たわー", "Harumi tower A"),
        ("タワー", "Harumi tower A"),
        ("ﾀﾜｰ", "Harumi tower A"),
        ("ＴＯＷＥＲ", "Harumi tower A"),  # noqa: RUF001  # full width is meant
        ("ppl", "Pier people counter"),
        ("人流 pier", "Pier people counter"),
        ("tower-a", "Harumi tower A"),
    ],
)
def test_a_few_letters_find_it(text, first):
    assert search(ENTRIES, text)[0].name.en == first


def test_nothing_typed_lists_all_and_nonsense_nothing():
    assert [one.name for one in search(ENTRIES, " ")] == list(NAMES.values())
    assert search(ENTRIES, "zzz") == []


def test_kana_are_one():
    assert folded("カウンター") == folded("かうんたー") == folded("ｶｳﾝﾀｰ")
