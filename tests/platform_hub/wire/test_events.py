"""Server-sent events: the framing of the HTML standard, and what the stream carries."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import BadFrame
from area_configs.domain.readings import Reading
from platform_hub.wire import events, ngsi_ld
from platform_hub.wire.events import Event, GatewayState
from tests.platform_hub.wire.strategies import known_readings

words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1)
some_events = st.builds(Event, words, st.text(st.characters(codec="utf-8")), words)


def _parsed(stream: bytes) -> list[Event]:
    return list(events.parse(events.lines([stream])))


def _as_sent(event: Event) -> Event:
    """Return the event as any stream can carry it: every line end in the data is a line feed."""
    return Event(event.kind, event.data.replace("\r\n", "\n").replace("\r", "\n"), event.id)


@given(st.lists(some_events, max_size=5), st.data())
def test_events_survive_the_stream_however_it_is_cut(sent: list[Event], data: st.DataObject):
    stream = b"".join(b": still here\n\n" + events.frame(event) for event in sent)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=10)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert list(events.parse(events.lines(pieces))) == [_as_sent(event) for event in sent]


# Examples 1 to 4 of the WHATWG HTML standard, section 9.2.6, and its rules in 9.2.5 and 9.2.6.
@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("data: YHOO\ndata: +2\ndata: 10\n\n", [Event("message", "YHOO\n+2\n10")]),
        (
            (
                ": test stream\n\ndata: first event\nid: 1\n\n"
                "data:second event\nid\n\ndata:  third event\n\n"
            ),
            [
                Event("message", "first event", "1"),
                Event("message", "second event"),
                Event("message", " third event"),
            ],
        ),
        ("data\n\ndata\ndata\n\ndata:", [Event("message", ""), Event("message", "\n")]),
        ("data:test\n\ndata: test\n\n", [Event("message", "test")] * 2),
        ("event: gateway\n\ndata: x\n\n", [Event("message", "x")]),  # no data, no event
        ("event:\ndata: x\n\n", [Event("message", "x")]),
        ("id: 4\0\ndata: x\n\n", [Event("message", "x")]),
        ("retry: 10\nother: 1\ndata: x\n\n", [Event("message", "x")]),
        ("data: cut off\n", []),
        ("\ufeffdata: x\n\n", [Event("message", "x")]),
        ("data: a\r\ndata: b\rdata: c\n\r\n", [Event("message", "a\nb\nc")]),
    ],
)
def test_the_stream_is_read_as_the_standard_has_it(stream: str, expected: list[Event]):
    assert _parsed(stream.encode()) == expected
    assert list(events.parse(events.lines(bytes([b]) for b in stream.encode()))) == expected


def test_an_event_is_complete_with_its_last_byte():
    """A reader that waits for one byte more shows every value late."""
    framed = events.frame(Event("readings", "x", "1"))
    consumed = []

    def pieces():
        for byte in framed:
            consumed.append(byte)
            yield bytes([byte])
        pytest.fail("asked for more than the event")

    assert next(events.parse(events.lines(pieces()))) == Event("readings", "x", "1")
    assert len(consumed) == len(framed)


def test_bytes_that_are_no_text_do_not_end_the_stream():
    assert _parsed(b"data: \xff\n\n") == [Event("message", "\ufffd")]


@pytest.mark.parametrize("event", [Event("a\nb", ""), Event("a", "", "1\r2")])
def test_a_kind_or_id_of_two_lines_is_a_bug(event: Event):
    with pytest.raises(ValueError, match="one line each"):
        events.frame(event)


@given(st.lists(known_readings, max_size=5, unique_by=lambda r: r.quantity))
def test_readings_travel_as_a_notification(readings: list[Reading]):
    entities = [
        {
            "id": ngsi_ld.entity_id("harumi", reading.device),
            "type": "Device",
            "name": {"type": "Property", "value": "Meter"},
            ngsi_ld.attribute_name(reading.quantity): ngsi_ld.property_of(reading),
        }
        for reading in readings
    ]
    event = events.notification(7, "2026-11-25T00:00:00Z", entities)
    assert (event.kind, event.id) == ("readings", "7")
    (arrived,) = _parsed(events.frame(event))
    assert events.readings_of(arrived) == readings


def test_several_instances_of_an_attribute_are_several_readings():
    readings = [Reading("m", "active_power", n, float(n)) for n in range(3)]
    entity = {
        "id": "urn:ngsi-ld:Device:harumi:m",
        "activePower": [ngsi_ld.property_of(reading) for reading in readings],
    }
    assert list(events.readings_in(entity)) == readings


@pytest.mark.parametrize(
    "held",
    [
        {"type": "Property", "value": 1.0},
        {"type": "Property", "value": "text", "observedAt": "2026-11-25T00:00:00Z"},
        {"type": "Property", "value": True, "observedAt": "2026-11-25T00:00:00Z"},
        {"type": "Property", "value": None, "observedAt": "2026-11-25T00:00:00Z"},
        {"type": "Property", "value": 1.0, "observedAt": "yesterday"},
        {"type": "Property", "value": 1.0, "observedAt": 5},
        {
            "type": "Property",
            "value": 1.0,
            "observedAt": "2026-11-25T00:00:00Z",
            "quality": {"type": "Property", "value": "unheard-of"},
        },
        {"type": "Relationship", "object": "urn:x"},
        "2026-11-25T00:00:00Z",
        [],
        None,
    ],
)
def test_what_is_no_reading_is_skipped_and_costs_no_other(held: object):
    reading = Reading("m", "river_level", 5, 1.5)
    entity = {
        "id": "urn:ngsi-ld:Device:harumi:m",
        "strange": held,
        "riverLevel": ngsi_ld.property_of(reading),
    }
    assert list(events.readings_in(entity)) == [reading]


def test_entities_that_are_no_devices_have_no_readings():
    held = ngsi_ld.property_of(Reading("m", "river_level", 5, 1.5))
    assert list(events.readings_in({"id": "urn:ngsi-ld:Building:1", "riverLevel": held})) == []
    assert list(events.readings_in({"riverLevel": held})) == []


def test_a_gateways_state_travels_as_an_event():
    state = GatewayState("gw-1", 5, 7, 9, 3)
    event = events.gateway_event(state)
    assert (event.kind, event.id) == ("gateway", "")
    assert msgspec.json.decode(event.data) == {
        "id": "gw-1",
        "lastSeenUs": 5,
        "backlog": 7,
        "acknowledged": 9,
        "lost": 3,
    }
    assert events.gateway_of(_parsed(events.frame(event))[0]) == state


@pytest.mark.parametrize("data", ["", "[]", '{"id": 1}', '{"data": [1]}', "<html>"])
def test_data_of_another_form_is_named(data: str):
    with pytest.raises(BadFrame, match="'readings' event cannot be read"):
        events.readings_of(Event("readings", data))
    with pytest.raises(BadFrame, match="'gateway' event cannot be read"):
        events.gateway_of(Event("gateway", data))
