"""A small area of our own, and a hub of it asked as its clients ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.areas import Area, Device, Gateway, Position
from area_configs.domain.devices import DeviceKind, DeviceProfile, Point
from area_configs.domain.names import Name
from area_configs.domain.readings import Reading
from area_configs.domain.sources import EchonetSource
from platform_hub.wire import acknowledgements, blocks
from platform_hub.wire.blocks import Block

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

    from platform_hub.server.app.composition import Hub
    from platform_hub.server.store.database import Database
    from platform_hub.wire.acknowledgements import Acknowledgement

T0 = 1_700_000_000_000_000  # 2023-11-14T22:13:20Z
SECOND = 1_000_000
METER = "urn:ngsi-ld:Device:town:meter-1"
PLACE = Position(35.65, 139.77)
NAME = Name("名", "name")


def profile(name: str, kind: DeviceKind, entity_type: str) -> DeviceProfile:
    points = tuple(
        Point(quantity, EchonetSource(0xE7, "i32"), 30.0)
        for quantity in ("active_power", "current_r")
    )
    return DeviceProfile(name, NAME, "maker", "model", "b_route", kind, entity_type, points)


def town() -> Area:
    gateways = tuple(Gateway(name, NAME, PLACE) for name in ("gw-1", "gw-2"))
    devices = (
        Device("meter-1", Name("一号", "One"), "meter", "gw-1", "l", PLACE, building="bldg_7"),
        Device("meter-2", Name("二号", "Two"), "meter", "gw-1", "l", PLACE),
        Device("gauge", Name("水位", "Level"), "gauge", "gw-2", "l", PLACE),
    )
    profiles = {
        "meter": profile("meter", DeviceKind.SMART_METER, "ACMeasurement"),
        "gauge": profile("gauge", DeviceKind.RIVER_GAUGE, "WaterObserved"),
    }
    return Area(
        "town", NAME, PLACE, 6677, "Asia/Tokyo", True, NAME, gateways, devices, profiles
    )  # fmt: skip


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.us = T0 + 3600 * SECOND

    def __call__(self) -> int:
        return self.us


class Town:
    """A hub, asked as its clients ask it."""

    def __init__(
        self, http: TestClient, database: Database, clock: Clock, hub: Hub | None = None
    ) -> None:
        self.http = http
        self.hub = hub
        self.database = database
        self.clock = clock

    def get(self, path: str, **params: str) -> Response:
        return self.http.get(path, params=params)

    def post(self, body: bytes, **headers: str) -> Response:
        return self.http.post("/ngsi-ld/ex/v1/blocks", content=body, headers=sent_as(**headers))

    def store(self, *sent: Block, **headers: str) -> Acknowledgement:
        answer = self.post(blocks.join(map(blocks.encode, sent)), **headers)
        assert answer.status_code == 200, answer.text
        return acknowledgements.decode(answer.content)

    def work(self) -> None:
        """Let the hub do what it does by itself twice a second: alarms, overdue orders."""
        self.http.portal.call(self.hub.area_api.work)

    def say(self, *readings: Reading, first_seq: int = 1) -> Acknowledgement:
        return self.store(Block("gw-1", 1, first_seq, readings))


def sent_as(**others: str) -> dict[str, str]:
    headers = {
        "Content-Type": blocks.MEDIA_TYPE,
        acknowledgements.GATEWAY_HEADER: "gw-1",
        acknowledgements.EPOCH_HEADER: "1",
        acknowledgements.BACKLOG_HEADER: "0",
    }
    return headers | {name.replace("_", "-"): value for name, value in others.items()}


def power(second: float, value: float | None = 100.0, device: str = "meter-1") -> Reading:
    return Reading(device, "active_power", T0 + round(second * SECOND), value)
