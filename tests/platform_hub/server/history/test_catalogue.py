"""The catalogue of series: what can be drawn, since when, in which unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.readings import Reading
from platform_hub.server.store import entities, instances
from platform_hub.server.store.partitions import DAY_US
from platform_hub.server.store.rollups import HALF_HOUR_US
from tests.platform_hub.server.town import METER, SECOND, T0, power

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction
    from tests.platform_hub.server.town import Town

PATH = "/area/v1/series"
OTHER = "urn:ngsi-ld:Device:town:meter-2"


def test_every_series_is_listed_with_its_span_unit_and_last_value(hub: Town) -> None:
    assert hub.get(PATH).json() == []
    hub.say(power(0, 1.0), power(5, 2.0), power(3, None))
    hub.say(Reading("meter-1", "current_r", T0, 7.5), power(1, 4.0, "meter-2"), first_seq=9)
    found = hub.get(PATH).json()
    assert [(one["entity"], one["attribute"]) for one in found] == [
        (METER, "activePower"),
        (METER, "currentR"),
        (OTHER, "activePower"),
    ]
    assert found[0] == {
        "entity": METER,
        "type": "ACMeasurement",
        "attribute": "activePower",
        "quantity": "active_power",
        "unit": "W",
        "unitCode": "WTT",
        "firstUs": T0,
        "lastUs": T0 + 5 * SECOND,
        "value": 2.0,
        "observedAt": "2023-11-14T22:13:25Z",
    }


def test_a_page_holds_all_series_of_its_entities(hub: Town) -> None:
    hub.say(power(0), Reading("meter-1", "current_r", T0, 1.0), power(0, device="meter-2"))
    first = hub.get(PATH, limit="2").json()  # the gauge has said nothing, but is an entity
    last = hub.get(PATH, limit="2", after=METER).json()
    assert {one["entity"] for one in first} == {METER}
    assert {one["entity"] for one in last} == {OTHER}
    only = hub.get(PATH, entity=METER, attribute="currentR").json()
    assert [one["attribute"] for one in only] == ["currentR"]
    assert hub.get(PATH, limit="0").status_code == 400
    assert hub.get(PATH, entities=METER).status_code == 400


def test_what_is_left_of_dropped_readings_is_listed(hub: Town) -> None:
    hub.say(power(0), power(1))
    hub.clock.us += DAY_US
    upkeep = hub.hub._upkeep
    while hub.database.write(upkeep.roll_up()).result():
        pass

    def drop(transaction: Transaction) -> None:
        pk = entities.load(transaction, [METER])[METER].pk
        of = (pk, instances.attributes_of(transaction, pk)["activePower"])
        assert instances.drop_before(transaction, of, T0 + DAY_US, 100) == 2

    hub.database.write(drop).result()
    (left,) = hub.get(PATH).json()
    half_hour = T0 // HALF_HOUR_US * HALF_HOUR_US
    assert (left["firstUs"], left["lastUs"], left["value"]) == (half_hour, half_hour, 100.0)
