"""Instants on the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_hub.wire import timestamps
from tests.platform_hub.wire.strategies import FIRST_US, LAST_US, instants


@given(instants)
def test_an_instant_survives_to_the_microsecond(instant: int):
    text = timestamps.to_text(instant)
    assert text.endswith("Z")
    assert timestamps.from_text(text) == instant


@given(instants, instants)
def test_instants_of_one_form_sort_as_text(one: int, other: int):
    one, other = one // 10**6 * 10**6, other // 10**6 * 10**6
    assert (one < other) == (timestamps.to_text(one) < timestamps.to_text(other))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T09:00:00+09:00", 0),
        ("1970-01-01T00:00:00.000Z", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2026-11-25T01:02:03.5Z", 1_795_568_523_500_000),
        ("0001-01-01T00:00:00Z", FIRST_US),
        ("9999-12-31T23:59:59.999999Z", LAST_US),
    ],
)
def test_every_spelling_of_an_instant_is_read(text: str, instant: int):
    assert timestamps.from_text(text) == instant


def test_a_fraction_is_written_only_where_there_is_one():
    assert timestamps.to_text(1_000_000) == "1970-01-01T00:00:01Z"
    assert timestamps.to_text(1_500_000) == "1970-01-01T00:00:01.500000Z"


@pytest.mark.parametrize("text", ["2026-11-25", "2026-11-25T01:02:03"])
def test_without_an_offset_the_remedy_is_named(text: str):
    with pytest.raises(ValueError, match="has no time zone: end it with Z"):
        timestamps.from_text(text)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)
def test_what_is_no_instant_is_refused(text: str):
    with pytest.raises(ValueError, match=r"Invalid isoformat|must be in 1..12|outside the years"):
        timestamps.from_text(text)


@given(st.text())
def test_any_text_is_an_instant_or_refused(text: str):
    try:
        instant = timestamps.from_text(text)
    except ValueError:
        return
    assert timestamps.from_text(timestamps.to_text(instant)) == instant


@pytest.mark.parametrize("instant", [FIRST_US - 1, LAST_US + 1, 2**80, -(2**80)])
def test_an_instant_outside_the_calendar_is_refused(instant: int):
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        timestamps.to_text(instant)


@given(st.lists(st.integers(-(10**16), 10**16) | st.integers(-120, 120).map(lambda s: s * 10**6)))
def test_many_at_once_are_written_as_each_alone(instants: list[int]) -> None:
    assert timestamps.texts(instants) == [timestamps.to_text(us).encode() for us in instants]
