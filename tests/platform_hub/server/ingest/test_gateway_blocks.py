"""Ingest: stored before acknowledged, each reading once, whatever comes in whatever order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import pytest
import zstandard

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from platform_hub.wire import acknowledgements, blocks
from platform_hub.wire.acknowledgements import Refusal
from platform_hub.wire.blocks import Block
from tests.platform_hub.server.town import METER, T0, power, sent_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platform_hub.server.town import Town

BLOCKS = "/ngsi-ld/ex/v1/blocks"


def test_a_block_is_stored_and_acknowledged(hub: Town) -> None:
    answer = hub.say(power(0), power(1), power(2))
    assert (answer.gateway, answer.epoch) == ("gw-1", 1)
    assert (answer.upto, answer.stored, answer.known, answer.refused) == (3, 3, 0, ())


def test_a_replay_changes_nothing(hub: Town) -> None:
    hub.say(power(0), power(1))
    answer = hub.say(power(0), power(1))
    assert (answer.upto, answer.stored, answer.known) == (2, 0, 2)
    assert hub.get("/health").json()["readingsStored"] == 2


def test_overlapping_blocks_store_each_reading_once(hub: Town) -> None:
    hub.say(power(0), power(1), power(2))
    answer = hub.say(power(1), power(2), power(3), first_seq=2)
    assert (answer.upto, answer.stored, answer.known) == (4, 1, 2)


def test_a_gap_is_stored_and_holds_the_watermark(hub: Town) -> None:
    assert hub.say(power(5), first_seq=6).upto == 0
    assert hub.say(power(0), power(1)).upto == 2
    answer = hub.say(*(power(n) for n in range(2, 5)), first_seq=3)
    assert answer.upto == 6
    assert hub.get("/health").json()["readingsStored"] == 6


def test_what_is_stored_ahead_of_a_gap_is_named(hub: Town) -> None:
    hub.say(power(0), power(1))
    assert hub.say(power(5), power(6), first_seq=6).ahead == ((6, 7),)
    assert hub.say(power(9), first_seq=10).ahead == ((6, 7), (10, 10))
    assert hub.store().ahead == ((6, 7), (10, 10))  # a sign of life asks without sending
    assert hub.say(*(power(n) for n in range(2, 5)), first_seq=3).ahead == ((10, 10),)


def test_a_gateway_that_lost_its_first_readings_says_so(hub: Town) -> None:
    block = Block("gw-1", 1, 101, (power(0), power(1)))
    assert hub.store(block).upto == 0
    assert hub.store(block, Area_Oldest="101").upto == 102


def test_epochs_and_gateways_have_their_own_watermarks(hub: Town) -> None:
    hub.say(power(0), power(1))
    assert hub.store(Block("gw-1", 2, 1, (power(9),)), Area_Epoch="2").upto == 1
    other = hub.store(Block("gw-2", 1, 1, (power(0, device="gauge"),)), Area_Gateway="gw-2")
    assert other.upto == 1


def test_a_request_without_blocks_says_how_the_gateway_is(hub: Town) -> None:
    hub.say(power(0))
    hub.clock.us += 7
    answer = acknowledgements.decode(hub.post(b"", Area_Backlog="42").content)
    assert (answer.upto, answer.stored) == (1, 0)
    first, second = hub.get("/area/v1/gateways").json()
    seen = {"lastSeenUs": hub.clock.us, "backlog": 42, "acknowledged": 1, "lost": 0}
    assert first == {"id": "gw-1"} | seen
    assert second == {"id": "gw-2", "lastSeenUs": 0, "backlog": 0, "acknowledged": 0, "lost": 0}


def test_a_late_reading_enters_history_but_not_the_current_state(hub: Town) -> None:
    hub.say(power(10, 5.0))
    hub.say(power(3, 7.0), first_seq=2)
    assert hub.get(f"/ngsi-ld/v1/entities/{METER}").json()["activePower"]["value"] == 5.0
    history = hub.get(f"/ngsi-ld/v1/temporal/entities/{METER}").json()["activePower"]
    assert [one["value"] for one in history] == [7.0, 5.0]


def test_a_reading_without_a_value_stays_without(hub: Town) -> None:
    hub.say(Reading("meter-1", "active_power", T0, None, Quality(Reason.NO_DATA, "7FFFFFFE")))
    held = hub.get(f"/ngsi-ld/v1/entities/{METER}").json()["activePower"]
    assert held["value"] == "urn:ngsi-ld:null"
    assert held["quality"]["value"] == "no_data"
    assert held["rawCode"]["value"] == "7FFFFFFE"


def test_a_device_of_no_area_file_becomes_an_entity(hub: Town) -> None:
    hub.say(power(0, 3.0, device="stranger"))
    found = hub.get("/ngsi-ld/v1/entities", type="Device").json()
    assert [entity["id"] for entity in found] == ["urn:ngsi-ld:Device:town:stranger"]
    assert found[0]["activePower"]["value"] == 3.0
    assert found[0]["refGateway"]["object"] == "urn:ngsi-ld:EdgeGateway:town:gw-1"


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (power(0, math.nan), "not a finite number"),
        (power(0, math.inf), "not a finite number"),
        (power(0, -math.inf), "not a finite number"),
        (Reading("a/b", "active_power", T0, 1.0), "device id 'a/b'"),
        (Reading("", "active_power", T0, 1.0), "device id ''"),
        (Reading("meter-1", "9 lives", T0, 1.0), "cannot be an attribute name"),
        (Reading("meter-1", "name", T0, 1.0), "reserved"),
        (Reading("meter-1", "active_power", 1 << 60, 1.0), "outside the years"),
        (Reading("meter-1", "active_power", -(1 << 60), 1.0), "outside the years"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_and_the_rest_kept(
    hub: Town, reading: Reading, reason: str
) -> None:
    answer = hub.say(power(1), reading, reading, power(2))
    assert (answer.upto, answer.stored) == (4, 2)
    (refusal,) = answer.refused
    assert (refusal.first_seq, refusal.count) == (2, 2)
    assert reason in refusal.reason


def test_refusals_are_runs_of_one_reason(hub: Town) -> None:
    bad, odd = power(0, math.nan), Reading("meter-1", "name", T0, 1.0)
    answer = hub.say(bad, power(1), bad, odd, odd)
    assert [(r.first_seq, r.count) for r in answer.refused] == [(1, 1), (3, 1), (4, 2)]
    assert isinstance(answer.refused[0], Refusal)


def _damaged() -> dict[str, bytes]:
    good = blocks.encode(Block("gw-1", 1, 1, (power(0), power(1))))
    flipped = good[:-1] + bytes([good[-1] ^ 1])
    return {
        "flipped bit": blocks.join([flipped]),
        "cut": blocks.join([good])[:-3],
        "no length": b"\x01\x02",
        "not a block": blocks.join([b"<html>log in here</html>"]),
        "good, then damaged": blocks.join([good, flipped]),
    }


@pytest.mark.parametrize("fault", _damaged())
def test_a_damaged_body_is_refused_whole(hub: Town, fault: str) -> None:
    answer = hub.post(_damaged()[fault])
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "nothing of this request was stored" in answer.json()["detail"]
    assert hub.get("/health").json()["readingsStored"] == 0


def test_a_block_that_unpacks_without_end_is_refused(hub: Town) -> None:
    bomb = zstandard.compress(msgspec.msgpack.encode(bytes(80 << 20)), level=1)
    head = blocks._HEAD.pack(b"SAB1", blocks.zlib.crc32(bomb))
    assert hub.post(blocks.join([head + bomb])).status_code == 400


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Area_Gateway": ""}, "Area-Gateway"),
        ({"Area_Gateway": "a b"}, "Area-Gateway"),
        ({"Area_Epoch": ""}, "Area-Epoch"),
        ({"Area_Epoch": "-1"}, "Area-Epoch"),
        ({"Area_Epoch": "9" * 30}, "Area-Epoch"),
        ({"Area_Epoch": "9" * 5000}, "Area-Epoch"),
        ({"Area_Backlog": "many"}, "Area-Backlog"),
        ({"Area_Oldest": "1.5"}, "Area-Oldest"),
    ],
)
def test_headers_are_checked(hub: Town, headers: dict[str, str], words: str) -> None:
    answer = hub.post(b"", **headers)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    "block",
    [
        Block("gw-2", 1, 1, (power(0),)),
        Block("gw-1", 2, 1, (power(0),)),
        Block("gw-1", 1, 0, (power(0),)),
        Block("gw-1", 1, (1 << 63) - 1, (power(0), power(1))),
    ],
)
def test_a_block_of_another_log_or_impossible_place_is_refused(hub: Town, block: Block) -> None:
    assert hub.post(blocks.join([blocks.encode(block)])).status_code == 400
    assert hub.get("/health").json()["readingsStored"] == 0


def test_an_empty_block_is_harmless(hub: Town) -> None:
    assert hub.store(Block("gw-1", 1, 5, ())).upto == 0


def test_a_body_over_the_limit_is_refused(serve: Callable[..., Town]) -> None:
    hub = serve(max_body_bytes=1024)
    answer = hub.post(bytes(1025))
    assert answer.status_code == 413
    assert "1024 bytes" in answer.json()["detail"]


def test_more_readings_than_allowed_are_refused(serve: Callable[..., Town]) -> None:
    hub = serve(max_body_readings=2)
    body = blocks.join([blocks.encode(Block("gw-1", 1, 1, (power(0), power(1), power(2))))])
    answer = hub.post(body)
    assert answer.status_code == 413
    assert "send fewer blocks" in answer.json()["detail"]


def test_other_media_types_are_refused(hub: Town) -> None:
    headers = sent_as() | {"Content-Type": "application/json"}
    answer = hub.http.post(BLOCKS, content=b"[]", headers=headers)
    assert answer.status_code == 415
    assert blocks.MEDIA_TYPE in answer.json()["detail"]
