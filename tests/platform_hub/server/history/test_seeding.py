"""Seeding: an area file's changes reach the entities, readings stay."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from platform_hub.server.history.recording import Recorder
from platform_hub.server.history.seeding import seed
from platform_hub.server.store import entities
from tests.platform_hub.server.town import METER, T0, power, town

if TYPE_CHECKING:
    from area_configs.domain.areas import Area
    from platform_hub.server.store.database import Database
    from platform_hub.server.store.entities import Entity


def renamed(area: Area, device_id: str, **changes: object) -> Area:
    devices = tuple(
        dataclasses.replace(device, **changes) if device.id == device_id else device
        for device in area.devices
    )
    return dataclasses.replace(area, devices=devices)


def meter(database: Database) -> Entity:
    return database.read(lambda tx: entities.load(tx, [METER]))[METER]


def test_seeding_twice_changes_nothing(database: Database) -> None:
    database.write(lambda tx: seed(tx, town(), T0)).result()
    before = meter(database)
    database.write(lambda tx: seed(tx, town(), T0 + 5)).result()
    assert meter(database) == before


def test_a_changed_file_changes_only_what_it_says(database: Database) -> None:
    database.write(lambda tx: seed(tx, town(), T0)).result()
    record = Recorder("town", 100).record
    database.write(lambda tx: record(tx, "gw-1", [power(0, 5.0)], T0)).result()
    changed = renamed(town(), "meter-1", name=Name("新", "New"), profile="gauge", building="")
    database.write(lambda tx: seed(tx, changed, T0 + 1_000_000)).result()
    found = meter(database)
    assert found.type == "WaterObserved"
    assert found.document["name"]["languageMap"]["en"] == "New"
    assert found.document["name"]["modifiedAt"] > found.document["name"]["createdAt"]
    assert found.document["location"]["modifiedAt"] == found.document["location"]["createdAt"]
    assert found.document["activePower"]["value"] == 5.0
    assert "building" not in found.document


def test_a_device_that_spoke_before_it_stood_in_the_file_is_the_same_entity(
    database: Database,
) -> None:
    record = Recorder("town", 100).record
    database.write(lambda tx: record(tx, "gw-1", [power(0, 5.0)], T0)).result()
    stranger = meter(database)
    assert stranger.type == "Device"
    database.write(lambda tx: seed(tx, town(), T0)).result()
    known = meter(database)
    assert (known.pk, known.type) == (stranger.pk, "ACMeasurement")
    assert known.document["activePower"]["value"] == 5.0
