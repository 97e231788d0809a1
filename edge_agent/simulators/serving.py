"""Serving an area: every link of its gateways opened, described in a links file, and closed."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from area_configs.domain.errors import AreaFileError, Mistake, SettingsError
from edge_agent.simulators.b_route_meter import WiSunDongle
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.ledger import Ledger
from edge_agent.simulators.links_file import Secrets, invent_secrets, write_links
from edge_agent.simulators.meter_node import MeterNode
from edge_agent.simulators.meter_properties import MeterProperties
from edge_agent.simulators.modbus_meter import Bus, RtuServer, TcpServer
from edge_agent.simulators.registers import RegisterImage
from edge_agent.simulators.speaker import Speaker

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from area_configs.domain.areas import Area, Device, Gateway, Link
    from edge_agent.simulators.faults import Fault

_HOST = "127.0.0.1"


async def serve(
    area: Area,
    directory: Path,
    *,
    gateways: frozenset[str] | None = None,
    seed: int = 0,
    ready: Callable[[dict[str, object]], None],
    stop: asyncio.Event,
) -> None:
    """Simulate every device of an area, or of some of its gateways, until `stop` is set.

    For each gateway G it writes `directory/G/links.toml`; what the devices really say goes to
    `directory/ledger.jsonl`, which is continued where it exists. `ready` is called once, when
    every link can be opened, with `ready`, `links`, `devices` and the `ledger`'s path.

    Raises:
        AreaFileError: the area has no such gateway.
        SettingsError: the directory cannot be written.
    """
    simulation = Simulation(area, directory, seed=seed)
    async with AsyncExitStack() as stack:
        ready(await simulation.open(stack, gateways))
        await stop.wait()


class Simulation:
    """The simulated devices of one area; what is opened is closed by the caller's exit stack.

    Args:
        area: whose devices are simulated.
        directory: made where it is missing.
        seed: another seed, another weather and other habits.
        clock: microseconds since 1970-01-01 UTC.
        faults: what goes wrong, by device id; may change while it runs.
    """

    def __init__(
        self,
        area: Area,
        directory: Path,
        *,
        seed: int = 0,
        clock: Callable[[], int] | None = None,
        faults: Mapping[str, Fault] | None = None,
    ) -> None:
        self.area = area
        self.directory = directory.absolute()
        self._seed = seed
        self._clock = clock or _now_us
        self._faults: Mapping[str, Fault] = {} if faults is None else faults
        self._district = District(area, seed)

    async def open(
        self, stack: AsyncExitStack, gateways: frozenset[str] | None = None
    ) -> dict[str, object]:
        """Open every link and return what `serve` tells when it is ready."""
        chosen = self._chosen(gateways)
        ledger = self.directory / "ledger.jsonl"
        try:
            for gateway in chosen:
                (self.directory / gateway.id).mkdir(parents=True, exist_ok=True)
            book = Ledger(ledger)
            stack.callback(book.close)
            for gateway in chosen:
                await self._open_gateway(gateway, book, stack)
        except OSError as error:
            raise _unwritable(self.directory, error) from error
        return {
            "ready": True,
            "links": sum(len(gateway.links) for gateway in chosen),
            "devices": sum(len(self.area.devices_of(gateway.id)) for gateway in chosen),
            "ledger": str(ledger),
        }

    def _chosen(self, wanted: frozenset[str] | None) -> list[Gateway]:
        known = [gateway.id for gateway in self.area.gateways]
        if unknown := sorted((wanted or frozenset()).difference(known)):
            raise AreaFileError(
                (Mistake(self.area.id, 0, "gateways", _no_gateway(unknown, known)),)
            )
        return [g for g in self.area.gateways if wanted is None or g.id in wanted]

    async def _open_gateway(self, gateway: Gateway, book: Ledger, stack: AsyncExitStack) -> None:
        places: dict[str, dict[str, str | int]] = {}
        secrets: dict[str, Secrets] = {}
        for link in gateway.links:
            path = self.directory / gateway.id / link.id
            devices = [d for d in self.area.devices_of(gateway.id) if d.link == link.id]
            if link.kind == "b_route":
                secrets[link.id] = invent_secrets(f"{self._seed}/{gateway.id}/{link.id}")
                places[link.id] = self._open_dongle(path, devices, secrets[link.id], book, stack)
                continue
            places[link.id] = await self._open_bus(link, path, self._bus(devices, book), stack)
        write_links(self.directory / gateway.id / "links.toml", places, secrets)

    def _open_dongle(
        self,
        path: Path,
        devices: list[Device],
        secrets: Secrets,
        book: Ledger,
        stack: AsyncExitStack,
    ) -> dict[str, str | int]:
        """Open a dongle; a B-route link has one meter, or none in reach."""
        meter = self._meter(devices[0]) if devices else None
        dongle = WiSunDongle(
            path,
            meter=meter,
            secrets=secrets,
            ledger=book,
            clock=self._clock,
            faults=self._faults,
        )
        stack.callback(dongle.close)
        return {"port": str(path)}

    async def _open_bus(
        self, link: Link, path: Path, bus: Bus, stack: AsyncExitStack
    ) -> dict[str, str | int]:
        if link.kind == "modbus_rtu":
            stack.callback(RtuServer(bus, path).close)
            # Linux refuses a parity bit on a pseudo terminal (tcsetattr: EINVAL).
            return {"port": str(path), "parity": "N"}
        server = TcpServer(bus)
        stack.push_async_callback(server.close)
        return {"host": _HOST, "tcp_port": await server.open(_HOST)}

    def _bus(self, devices: list[Device], book: Ledger) -> Bus:
        units = {device.unit: self._image(device) for device in devices}
        return Bus(units, book, self._clock, self._faults)

    def _meter(self, device: Device) -> MeterNode:
        profile = self.area.profile_of(device)
        speaker = Speaker(self._district, device, profile, self._seed)
        return MeterNode(device, profile, MeterProperties(device, self._district, speaker))

    def _image(self, device: Device) -> RegisterImage:
        profile = self.area.profile_of(device)
        speaker = Speaker(self._district, device, profile, self._seed)
        return RegisterImage(device, profile, speaker)


def _now_us() -> int:
    return time.time_ns() // 1000


def _no_gateway(unknown: list[str], known: list[str]) -> str:
    return f"there is no gateway {', '.join(unknown)}; the area has {', '.join(known)}"


def _unwritable(directory: Path, error: OSError) -> SettingsError:
    reason = error.strerror or str(error)
    message = f"cannot be used for the simulators ({reason}); name a directory that is writable"
    return SettingsError((Mistake(str(error.filename or directory), 0, "", message),))
