"""Wearables made of bumble's own GATT server and profiles, on a channel that a gateway can join."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bumble.core import AdvertisingData
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.profiles.battery_service import BatteryService
from bumble.profiles.device_information_service import DeviceInformationService
from bumble.profiles.heart_rate_service import HeartRateService

from edge_agent.simulators.air import Air

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bumble.device import Connection, Device

STRAP, PENDANT, CUFF = "C4:00:00:00:00:01", "C4:00:00:00:00:02", "C4:00:00:00:00:03"
PATIENCE_S = 60.0


@dataclass
class Worn:
    """One device: what was written to it, how often it was connected, and who listens now."""

    device: Device
    characteristics: dict[str, Characteristic[Any]]
    connection: Connection | None = None
    connected: int = 0
    listens: asyncio.Event = field(default_factory=asyncio.Event)
    written: list[tuple[str, bytes]] = field(default_factory=list)
    new_write: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, uuid: str, value: bytes) -> None:
        await self.heard_by()
        server = self.device.gatt_server
        assert self.connection is not None
        await server.notify_subscriber(self.connection, self.characteristics[uuid], value)

    async def indicate(self, uuid: str, value: bytes) -> None:
        """Return once the gateway has confirmed."""
        await self.heard_by()
        server = self.device.gatt_server
        assert self.connection is not None
        await server.indicate_subscriber(self.connection, self.characteristics[uuid], value)

    async def heard_by(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self.listens.wait()

    async def leave(self) -> None:
        connection = self.connection
        assert connection is not None
        self.listens.clear()
        await connection.disconnect()

    def note(self, uuid: str, data: bytes) -> None:
        self.written.append((uuid, bytes(data)))
        self.new_write.set()


@asynccontextmanager
async def channel() -> AsyncIterator[tuple[Air, str]]:
    """Give a channel, and the adapter by which a gateway joins it."""
    air = Air()
    port = await air.open("127.0.0.1")
    try:
        yield air, f"virtual:127.0.0.1:{port}"
    finally:
        await air.close()


async def strap(air: Air) -> Worn:
    """Return a heart rate strap of bumble's own profiles; nothing of ours is in its bytes."""
    measurement = HeartRateService.HeartRateMeasurement(heart_rate=70)
    services = [
        HeartRateService(read_heart_rate_measurement=lambda _who: measurement),
        BatteryService(lambda _who: 87),
        DeviceInformationService(
            manufacturer_name="Bumble", model_number="Strap 1", firmware_revision="9.9"
        ),
    ]
    return await _worn(air, STRAP, services)


def heart_rate(rate: int, beats: list[float], contact: bool | None = True) -> bytes:
    """Return a measurement as bumble writes it."""
    return bytes(
        HeartRateService.HeartRateMeasurement(
            heart_rate=rate, sensor_contact_detected=contact, rr_intervals=beats
        )
    )


async def made_of(air: Air, address: str, members: dict[str, str], *, locked: bool = False) -> Worn:
    """Return a device with one service of characteristics, `notify`, `indicate` or `write` each."""
    worn: list[Worn] = []
    built = []
    for uuid, kind in members.items():
        permissions = Characteristic.READABLE | Characteristic.WRITEABLE
        if locked:
            permissions |= Characteristic.Permissions.READ_REQUIRES_ENCRYPTION
        built.append(
            Characteristic(
                uuid.upper(),
                Characteristic.Properties[kind.upper()],
                permissions,
                CharacteristicValue(
                    read=lambda _who: b"\x32",
                    write=lambda _who, data, uuid=uuid: worn[0].note(uuid, data),
                ),
            )
        )
    worn.append(await _worn(air, address, [Service("180D", built)]))
    return worn[0]


async def _worn(air: Air, address: str, services: list[Service]) -> Worn:
    device = air.device(address, address)
    device.add_services(services)
    named = {_short(c): c for service in services for c in service.characteristics}
    worn = Worn(device, named)
    for characteristic in named.values():
        characteristic.on("subscription", lambda *now: worn.listens.set() if any(now[1:]) else None)
    device.on("connection", lambda connection: _came(worn, connection))
    await device.power_on()
    advertised = AdvertisingData(
        [(AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\x0d\x18")]
    )
    await device.start_advertising(
        auto_restart=True, advertising_data=bytes(advertised), advertising_interval_min=20.0
    )
    return worn


def _short(characteristic: Characteristic[Any]) -> str:
    return characteristic.uuid.to_hex_str("-").lower()


def _came(worn: Worn, connection: Connection) -> None:
    worn.connection, worn.connected = connection, worn.connected + 1
    connection.on("disconnection", lambda _reason: _left(worn))


def _left(worn: Worn) -> None:
    worn.connection = None
    worn.listens.clear()
