"""Half hours that a smart meter kept: chosen, read, refused where they are damaged."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import BadFrame
from edge_agent.decoding import echonet_history as history

JST = history.JST
NOON = datetime(2026, 11, 23, 12, 10, tzinfo=JST)


def test_the_half_hours_of_an_outage():
    until = datetime(2026, 11, 23, 13, 30, tzinfo=JST)
    assert [f"{at:%H:%M}" for at in history.half_hours(NOON, until)] == ["12:30", "13:00", "13:30"]
    assert history.half_hours(NOON, NOON) == []
    assert history.half_hours(until, NOON) == []


def test_a_day_of_counts():
    edt = b"\x00\x01" + b"".join(n.to_bytes(4, "big") for n in range(48))
    counts = history.day_counts(edt, date(2026, 11, 23))
    assert counts[0] == history.Count(datetime(2026, 11, 22, 0, 0, tzinfo=JST), b"\0\0\0\0")
    assert counts[47].at == datetime(2026, 11, 22, 23, 30, tzinfo=JST)
    assert counts[47].edt == b"\0\0\0\x2f"


def test_recent_half_hours():
    assert history.recent_choice(NOON, 2).hex() == "07ea0b170c0a02"
    edt = bytes.fromhex("07EA0B170A1E020001F3A4000008340001F3A0FFFFFFFE")
    newest, before = history.recent_counts(edt)
    assert newest[0] == history.Count(datetime(2026, 11, 23, 10, 30, tzinfo=JST), edt[7:11])
    assert before[1] == history.Count(datetime(2026, 11, 23, 10, 0, tzinfo=JST), edt[19:23])


@pytest.mark.parametrize("edt", [b"", b"\0\1", b"\0\x64" + bytes(192), bytes(193)])
def test_a_day_that_is_none(edt):
    with pytest.raises(BadFrame):
        history.day_counts(edt, date(2026, 11, 23))


@given(st.binary(max_size=120))
def test_any_bytes_are_half_hours_or_refused(edt):
    with contextlib.suppress(BadFrame):
        assert len(history.recent_counts(edt)) == edt[6]
