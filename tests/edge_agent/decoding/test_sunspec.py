"""SunSpec models: transcribed right, found, read with their scale factors and sentinels."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import sunspec2
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.devices import Point
from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import Reason
from area_configs.domain.sources import SunSpecSource
from area_configs.loader.sunspec_models import sunspec_models
from edge_agent.decoding import sunspec

PUBLISHED = Path(sunspec2.__file__).parent / "models" / "json"
MODELS = sunspec_models()
POWER = Point("active_power", SunSpecSource((103,), "W"), 1.0)
WORDS = st.integers(0, 0xFFFF)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_as_published(model):
    group = json.loads((PUBLISHED / f"model_{model}.json").read_text())["group"]
    offset, found = 0, MODELS[model].by_name
    for point in group["points"]:
        ours = found[point["name"]]
        assert (ours.offset, ours.registers) == (offset, point["size"])
        assert ours.type == point["type"]
        assert ours.scale == str(point.get("sf", ""))
        assert ours.writable == (point.get("access") == "RW")
        offset += point["size"]


def _walk(answers):
    """Run a survey against a map of registers; a register that is not there is refused."""
    survey, answer, asked = sunspec.survey(), None, []
    while True:
        try:
            ask = survey.send(answer)
        except StopIteration as done:
            return done.value, asked
        asked.append(ask.address)
        wanted = range(ask.address, ask.address + ask.count)
        answer = tuple(answers[a] for a in wanted) if answers.keys() >= set(wanted) else None


def test_models_are_found_at_each_place():
    for base in sunspec.BASES:
        chain = [*sunspec.MARK, 1, 3, 0, 0, 0, 103, 2, 7, 8, 0xFFFF, 0]
        layout, _ = _walk(dict(enumerate(chain, base)))
        assert layout.models == {1: base + 2, 103: base + 7}


def test_without_the_mark_there_is_no_map():
    with pytest.raises(BadFrame, match="no SunSpec map begins at register 40000, 0, 50000"):
        _walk({})


def test_a_chain_that_leads_nowhere_ends():
    endless = dict(enumerate([*sunspec.MARK, *[5, 0] * 200], 40000))
    with pytest.raises(BadFrame, match="does not end"):
        _walk(endless)


def test_a_map_that_just_stops_is_taken():
    assert _walk(dict(enumerate([*sunspec.MARK, 103, 0], 40000)))[0].models == {103: 40002}


def _read(raw, power, point=POWER):
    base, model = 40002, MODELS[103]
    words = {base + model.by_name["W"].offset: raw, base + model.by_name["W_SF"].offset: power}
    found = sunspec.Layout({103: base}), MODELS
    (reading,) = sunspec.readings((point,), found, words, "d", 1)
    return reading.value, reading.quality.reason


@pytest.mark.parametrize(
    ("raw", "power", "expected"),
    [
        (1234, 1, (12340.0, Reason.OK)),
        (0xFB2E, 0xFFFF, (-123.4, Reason.OK)),
        (0x8000, 0, (None, Reason.NOT_IMPLEMENTED)),
        (1234, 0x8000, (None, Reason.CONFIG)),
        (1234, 99, (None, Reason.CONFIG)),
    ],
)
def test_scale_factors_and_sentinels(raw, power, expected):
    assert _read(raw, power) == expected


def test_a_model_that_the_device_lacks_gives_no_value():
    (reading,) = sunspec.readings((POWER,), (sunspec.Layout({1: 2}), MODELS), {}, "d", 1)
    assert (reading.value, reading.quality.reason) == (None, Reason.NOT_SUPPORTED)


def test_the_plan_reads_scale_factors_and_cuts_no_number():
    total = Point("energy_export", SunSpecSource((701,), "TotWhInj"), 1.0)
    layout = sunspec.Layout({701: 100})
    (first, second) = sunspec.plan((total,), layout, MODELS, 60)
    assert first == sunspec.Ask(100 + MODELS[701].by_name["TotWhInj"].offset, 4)
    assert second == sunspec.Ask(100 + MODELS[701].by_name["TotWh_SF"].offset, 1)


@given(st.lists(WORDS, max_size=200))
def test_any_map_is_found_or_refused(words):
    try:
        layout, asked = _walk(dict(enumerate([*sunspec.MARK, *words], 40000)))
    except BadFrame:
        return
    assert len(asked) <= 70
    assert set(layout.models) <= set(words)


@given(st.lists(WORDS, min_size=155, max_size=155), st.sampled_from(sorted(MODELS)))
def test_any_registers_give_values_or_reasons(words, model):
    points = [
        Point("active_power", SunSpecSource((model,), p.name), 1.0)
        for p in MODELS[model].points
        if p.type not in {"string", "pad", "ipaddr", "ipv6addr", "eui48"}
    ]
    found = sunspec.Layout({model: 0}), MODELS
    for reading in sunspec.readings(points, found, dict(enumerate(words)), "d", 1):
        assert (reading.value is None) == (reading.quality.level >= 0x8000_0000)


@given(st.integers(-32767, 32767), st.integers(-3, 3))
def test_what_is_written_is_read_again(raw, power):
    point = MODELS[103].by_name["W"]
    source = SunSpecSource((103,), "W")
    value = _read(raw % 0x10000, power % 0x10000)[0]
    (word,) = sunspec.encode(source, value, point, power)
    assert struct.unpack(">h", struct.pack(">H", word))[0] == raw
