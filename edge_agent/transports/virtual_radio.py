"""A virtual Bluetooth radio: bleak's backend over bumble, its controller behind a TCP port.

For demonstrations and tests: the simulators serve the controller, real GATT runs over it.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING, Any

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError
from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.device import Device, Peer
from bumble.gatt import Characteristic
from bumble.hci import Address
from bumble.host import Host
from bumble.transport.common import StreamPacketSink, StreamPacketSource
from typing_extensions import override

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.transports.radio import BleakRadio

if TYPE_CHECKING:
    from collections.abc import Callable

    from bleak.backends.descriptor import BleakGATTDescriptor
    from bumble.device import Advertisement, Connection
    from bumble.gatt_client import CharacteristicProxy

logging.getLogger("bumble").setLevel(logging.CRITICAL + 1)  # what it logs it raises as well

_ADDRESS = "F0:0D:CA:FE:00:01"
_TIMEOUT_S = 5.0
_MTU = 247


class VirtualRadio(BleakRadio):
    """The host's side of a controller at `host:port`."""

    def __init__(self, place: str) -> None:
        self._host, _, self._port = place.rpartition(":")
        self._sink: StreamPacketSink | None = None
        self.device: Device | None = None

    @override
    def options(self) -> dict[str, Any]:
        """Return the backend for scanning."""
        return {"backend": _Scanner, "radio": self}

    @override
    def client_options(self) -> dict[str, Any]:
        """Return the backend for connecting."""
        return {"backend": _Client, "radio": self}

    async def open(self) -> None:
        """Connect to the controller and reset it.

        Raises:
            DeviceUnavailable: nobody serves it.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                transport, source = await loop.create_connection(
                    _Source, self._host, int(self._port)
                )
                self._sink = StreamPacketSink(transport)
                self.device = Device("gateway", Address(_ADDRESS), host=Host(source, self._sink))
                await self.device.power_on()
        except (OSError, ValueError, BaseBumbleError) as error:
            await self.close()
            raise DeviceUnavailable(
                f"the virtual radio {self._host}:{self._port} cannot be opened: {error}"
            ) from error

    async def close(self) -> None:
        """Pull the plug."""
        sink, self._sink, self.device = self._sink, None, None
        if sink:
            sink.close()
            await asyncio.sleep(0)  # the transport closes in the loop's next turn

    def central(self) -> Device:
        """Return the open device.

        Raises:
            BleakError: the radio is closed.
        """
        if self.device is None:
            raise BleakError("the virtual radio is closed")
        return self.device


class _Source(StreamPacketSource):
    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.on_transport_lost()


class _Scanner(BaseBleakScanner):
    def __init__(
        self,
        detection_callback: Any,
        service_uuids: list[str] | None,
        _mode: str,
        *,
        radio: VirtualRadio,
        **_kwargs: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._radio = radio
        self._device: Device | None = None

    @override
    async def start(self) -> None:
        self.seen_devices = {}
        self._device = self._radio.central()
        self._device.on("advertisement", self._heard)
        await self._device.start_scanning(active=False)

    @override
    async def stop(self) -> None:
        device, self._device = self._device, None
        if device and self._radio.device is device:
            await device.stop_scanning()  # what was heard by then is passed on
            device.remove_listener("advertisement", self._heard)

    def _heard(self, advertisement: Advertisement) -> None:
        if advertisement.is_scan_response:
            return
        said = _said(advertisement)
        address = advertisement.address.to_string(with_type_qualifier=False)
        device = self.create_or_update_device(
            address, address, said.local_name, advertisement.address, said
        )
        self.call_detection_callbacks(device, said)


class _Client(BaseBleakClient):
    def __init__(self, device: Any, *, radio: VirtualRadio, **kwargs: Any) -> None:
        super().__init__(
            device,
            disconnected_callback=kwargs.get("disconnected_callback"),
            timeout=kwargs.get("timeout", _TIMEOUT_S),
        )
        self._radio = radio
        self._peer_address = device.details
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._subscribers: dict[int, Any] = {}

    @property
    @override
    def name(self) -> str:
        return self.address

    @property
    @override
    def mtu_size(self) -> int:
        return self._connection.att_mtu if self._connection else 23

    @property
    @override
    def is_connected(self) -> bool:
        return self._connection is not None

    @override
    async def connect(self, pair: bool, **kwargs: Any) -> None:
        device = self._radio.central()
        try:
            connection = await device.connect(self._peer_address, timeout=_TIMEOUT_S)
        except (BaseBumbleError, TimeoutError) as error:
            raise BleakError(f"{self.address} cannot be connected to: {_words(error)}") from error
        self._connection = connection
        connection.on("disconnection", self._gone)
        try:
            await self._discover(connection)
        except (BaseBumbleError, TimeoutError) as error:
            raise BleakError(
                f"{self.address} does not tell its services: {_words(error)}"
            ) from error

    @override
    async def disconnect(self) -> None:
        if self._connection is not None and self._radio.device is not None:
            await _bounded(self._connection.disconnect(), "disconnect")

    @override
    async def pair(self, *args: Any, **kwargs: Any) -> None:
        if self._connection is None:
            raise BleakError("not connected")
        await _bounded(self._connection.pair(), "pair")

    @override
    async def unpair(self) -> None:
        raise BleakError("the virtual radio keeps its pairings")  # bleak asks for the method

    @override
    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        return bytearray(await _bounded(self._client().read_value(characteristic.obj), "read"))

    @override
    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: Any, response: bool
    ) -> None:
        write = self._client().write_value(characteristic.obj, bytes(data), with_response=response)
        await _bounded(write, "write")

    @override
    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: Callable[[bytearray], None],
        **kwargs: Any,
    ) -> None:
        def heard(value: bytes) -> None:
            callback(bytearray(value))

        self._subscribers[characteristic.handle] = heard
        await _bounded(self._client().subscribe(characteristic.obj, heard), "subscribe")

    @override
    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        heard = self._subscribers.get(characteristic.handle)
        await _bounded(self._client().unsubscribe(characteristic.obj, heard), "unsubscribe")

    @override
    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        raise BleakError("the virtual radio reads no descriptors")  # ditto

    @override
    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: Any) -> None:
        raise BleakError("the virtual radio writes no descriptors")  # ditto

    def _client(self) -> Any:
        if self._peer is None or self._connection is None:
            raise BleakError("not connected")
        return self._peer.gatt_client

    def _gone(self, _reason: int) -> None:
        self._connection, self._peer = None, None
        if self._disconnected_callback:
            self._disconnected_callback()

    async def _discover(self, connection: Connection) -> None:
        peer = Peer(connection)
        async with asyncio.timeout(_TIMEOUT_S):
            await peer.request_mtu(_MTU)
            await peer.discover_all()  # type: ignore[no-untyped-call]  # bumble leaves it so
        self._peer = peer
        self.services = BleakGATTServiceCollection()
        for service in peer.services:
            home = BleakGATTService(service, service.handle, _uuid(service.uuid))
            self.services.add_service(home)
            for one in service.characteristics:
                self.services.add_characteristic(self._characteristic(one, home))

    def _characteristic(
        self, one: CharacteristicProxy[Any], home: BleakGATTService
    ) -> BleakGATTCharacteristic:
        flags = [flag for flag in Characteristic.Properties if flag in one.properties]
        names: list[Any] = [(flag.name or "").lower().replace("_", "-") for flag in flags]
        return BleakGATTCharacteristic(
            one, one.handle, _uuid(one.uuid), names, lambda: self.mtu_size - 3, home
        )


async def _bounded(call: Any, what: str) -> Any:
    """Wait for bumble, and raise what it raises as bleak would."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return await call
    except (BaseBumbleError, TimeoutError) as error:
        raise BleakError(f"{what} failed: {_words(error)}") from error


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _uuid(known: UUID) -> str:
    return str(uuid.UUID(bytes=known.to_bytes(force_128=True)[::-1]))


def _said(advertisement: Advertisement) -> AdvertisementData:
    name, maker, service, uuids = None, {}, {}, []
    for kind, data in advertisement.data.ad_structures:
        if kind in (AdvertisingData.COMPLETE_LOCAL_NAME, AdvertisingData.SHORTENED_LOCAL_NAME):
            name = data.decode(errors="replace")
        elif kind == AdvertisingData.MANUFACTURER_SPECIFIC_DATA:
            maker[int.from_bytes(data[:2], "little")] = data[2:]
        elif kind == AdvertisingData.SERVICE_DATA_16_BIT_UUID:
            service[_uuid(UUID.from_bytes(data[:2]))] = data[2:]
        elif kind == AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS:
            uuids += [_uuid(UUID.from_bytes(data[i : i + 2])) for i in range(0, len(data), 2)]
    return AdvertisementData(name, maker, service, uuids, None, advertisement.rssi, ())
