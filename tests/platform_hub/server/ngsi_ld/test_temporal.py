"""History over NGSI-LD: windows, forms, and pages that miss nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from area_configs.domain.readings import Reading
from platform_hub.wire import events, timestamps
from tests.platform_hub.server.town import METER, SECOND, T0, power

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platform_hub.server.town import Town

PATH = f"/ngsi-ld/v1/temporal/entities/{METER}"


def at(second: float) -> str:
    return timestamps.to_text(T0 + round(second * SECOND))


def current(second: float) -> Reading:
    return Reading("meter-1", "current_r", T0 + round(second * SECOND), second)


def seconds(hub: Town, attribute: str = "activePower", **params: str) -> list[int]:
    answer = hub.get(PATH, **params)
    assert answer.status_code == 200, answer.text
    held = answer.json().get(attribute, [])
    return [(timestamps.from_text(one["observedAt"]) - T0) // SECOND for one in held]


@pytest.fixture
def told(hub: Town) -> Town:
    hub.say(*(power(n, float(n)) for n in range(6)))
    return hub


def test_an_instance_carries_its_time_unit_and_stable_id(told: Town) -> None:
    body = told.get(PATH, lastN="1").json()
    assert (body["id"], body["type"]) == (METER, "ACMeasurement")
    (instance,) = body["activePower"]
    identity = instance.pop("instanceId")
    assert identity.startswith("urn:ngsi-ld:Instance:")
    assert instance == {
        "type": "Property",
        "value": 5.0,
        "observedAt": at(5),
        "unitCode": "WTT",
    }
    told.say(power(5, 5.0), first_seq=6)
    assert told.get(PATH, lastN="1").json()["activePower"][0]["instanceId"] == identity


def test_windows(told: Town) -> None:
    assert seconds(told) == [0, 1, 2, 3, 4, 5]
    assert seconds(told, timerel="before", timeAt=at(2)) == [0, 1]
    assert seconds(told, timerel="after", timeAt=at(2)) == [3, 4, 5]
    assert seconds(told, timerel="between", timeAt=at(2), endTimeAt=at(4)) == [2, 3]
    assert seconds(told, lastN="2") == [5, 4]
    assert seconds(told, timerel="before", timeAt=at(4), lastN="2") == [3, 2]
    assert seconds(told, timerel="after", timeAt=at(100)) == []


def test_instants_take_any_offset(told: Town) -> None:
    offset = "2023-11-15T07:13:22+09:00"  # 22:13:22 UTC, second 2
    assert seconds(told, timerel="before", timeAt=offset) == [0, 1]
    unescaped = told.http.get(f"{PATH}?timerel=before&timeAt={offset}")
    assert len(unescaped.json()["activePower"]) == 2


def test_attributes_are_chosen(told: Town) -> None:
    told.say(current(1), first_seq=7)
    assert told.get(PATH).json().keys() == {"id", "type", "activePower", "currentR"}
    assert told.get(PATH, attrs="currentR").json().keys() == {"id", "type", "currentR"}
    assert told.get(PATH, attrs="frequency").json().keys() == {"id", "type"}
    assert told.get(PATH, attrs="unknown").status_code == 404


def test_temporal_values_and_system_attributes(told: Town) -> None:
    values = told.get(PATH, options="temporalValues", lastN="2").json()["activePower"]
    assert values == {"type": "Property", "values": [[5.0, at(5)], [4.0, at(4)]]}
    full = told.get(PATH, options="sysAttrs").json()
    assert full["activePower"][0]["modifiedAt"] == timestamps.to_text(told.clock.us)
    assert full["modifiedAt"] == timestamps.to_text(told.clock.us)


def test_a_device_that_never_spoke_has_an_empty_history(hub: Town) -> None:
    assert hub.get(PATH).json() == {"id": METER, "type": "ACMeasurement"}


def test_readings_come_back_as_they_were_sent(hub: Town) -> None:
    sent = [power(0, 1.5), power(1, None), power(2, -0.0), power(3, 1e300)]
    hub.say(*sent)
    assert list(events.readings_in(hub.get(PATH).json())) == sent


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"timerel": "before"}, "together"),
        ({"timeAt": at(1)}, "together"),
        ({"timerel": "between", "timeAt": at(1)}, "endTimeAt"),
        ({"timerel": "after", "timeAt": at(1), "endTimeAt": at(2)}, "endTimeAt"),
        ({"timerel": "during", "timeAt": at(1)}, "after, before, between"),
        ({"timerel": "after", "timeAt": "yesterday"}, "ISO 8601"),
        ({"timerel": "after", "timeAt": "2023-11-14T22:13:20"}, "time zone"),
        ({"lastN": "0"}, "lastN"),
        ({"options": "keyValues"}, "keyValues"),
        ({"timeproperty": "someday"}, "timeproperty"),
    ],
)
def test_faults_are_named(hub: Town, params: dict[str, str], words: str) -> None:
    answer = hub.get(PATH, **params)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_unknown_entities_are_not_found(hub: Town) -> None:
    unknown = "/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Device:town:nobody"
    assert hub.get(unknown).status_code == 404
    assert hub.get("/ngsi-ld/v1/temporal/entities/nobody").status_code == 400


# ------------------------------------------------------------------ pages


@pytest.fixture
def paged(serve: Callable[..., Town]) -> Town:
    return serve(temporal_page_size=10)


def test_what_fits_a_page_is_whole(paged: Town) -> None:
    paged.say(*(power(n) for n in range(10)))
    assert paged.get(PATH).status_code == 200
    assert paged.get(PATH, lastN="4").status_code == 200
    assert paged.get(PATH, lastN="20").status_code == 200


def test_a_page_says_where_it_ends(paged: Town) -> None:
    paged.say(*(power(n) for n in range(20)))
    page = paged.get(PATH)
    assert page.status_code == 206
    assert page.headers["content-range"] == f"date-time {at(0)}-{at(9)}/*"
    assert len(page.json()["activePower"]) == 10
    after = paged.get(PATH, timerel="after", timeAt=at(2.5))
    assert after.headers["content-range"] == f"date-time {at(2.5)}-{at(12)}/*"
    before = paged.get(PATH, timerel="before", timeAt=at(15))
    assert before.headers["content-range"] == f"date-time {at(0)}-{at(9)}/*"


def test_a_page_of_the_newest_counts_backwards(paged: Town) -> None:
    paged.say(*(power(n) for n in range(20)))
    page = paged.get(PATH, lastN="20")
    assert page.status_code == 206
    assert page.headers["content-range"] == f"date-time {at(19)}-{at(10)}/20"
    window = {"timerel": "between", "timeAt": at(0), "endTimeAt": at(18)}
    between = paged.get(PATH, lastN="15", **window)
    assert between.headers["content-range"] == f"date-time {at(18)}-{at(8)}/15"
    before = paged.get(PATH, lastN="15", timerel="before", timeAt=at(18))
    assert before.headers["content-range"] == f"date-time {at(18)}-{at(8)}/15"


def test_an_attribute_beyond_the_cut_is_empty(paged: Town) -> None:
    paged.say(*(power(n) for n in range(20)), *(current(n) for n in range(100, 120)))
    page = paged.get(PATH)
    assert page.status_code == 206
    assert len(page.json()["activePower"]) == 10
    assert page.json()["currentR"] == []


def test_following_the_pages_finds_everything_once(paged: Town) -> None:
    sent = [power(n * 1.5) for n in range(37)] + [current(n) for n in range(23)]
    paged.say(*sent)
    found: list[Reading] = []
    params: dict[str, str] = {}
    for _ in range(10):
        page = paged.get(PATH, **params)
        found += events.readings_in(page.json())
        if page.status_code == 200:
            break
        end = page.headers["content-range"].removesuffix("/*").partition("Z-")[2]
        params = {"timerel": "after", "timeAt": end}
    order = sorted(sent, key=lambda r: (r.quantity, r.observed_us))
    assert sorted(found, key=lambda r: (r.quantity, r.observed_us)) == order
