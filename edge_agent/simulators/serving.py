"""Serving an area: every link of its gateways opened, described in a links file, and closed."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from area_configs.domain.errors import AreaFileError, Mistake, SettingsError
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.ledger import Ledger
from edge_agent.simulators.links_file import Secrets, invent_secrets, write_links
from edge_agent.simulators.openings import (
    Site,
    open_bus,
    open_dongle,
    open_inputs,
    open_network,
    open_p1,
    open_radio,
    open_station,
)

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from area_configs.domain.areas import Area, Device, Gateway, Link
    from area_configs.domain.protocols import LinkKind
    from edge_agent.simulators.faults import Fault
    from edge_agent.simulators.openings import Place

    _Opener = Callable[[Site, Link, Path, list[Device], AsyncExitStack], Awaitable[Place]]

# How the simulated side of each kind of link is opened; a B-route link needs its secrets as well.
_OPENERS: Mapping[LinkKind, _Opener] = {
    "modbus_rtu": open_bus,
    "modbus_tcp": open_bus,
    "ble": open_radio,
    "echonet_udp": open_network,
    "opc_ua": open_station,
    "p1_serial": open_p1,
    "pulse_input": open_inputs,
}


async def serve(  # noqa: PLR0913 - one keyword for each option of the command
    area: Area,
    directory: Path,
    *,
    gateways: frozenset[str] | None = None,
    seed: int = 0,
    faults: Mapping[str, Fault] | None = None,
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
    simulation = Simulation(area, directory, seed=seed, faults=faults)
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
        site = Site(self.area, self._district, self._seed, book, self._clock, self._faults)
        places: dict[str, Place] = {}
        secrets: dict[str, Secrets] = {}
        for link in gateway.links:
            path = self.directory / gateway.id / link.id
            devices = [d for d in self.area.devices_of(gateway.id) if d.link == link.id]
            if link.kind == "b_route":
                secrets[link.id] = invent_secrets(f"{self._seed}/{gateway.id}/{link.id}")
                places[link.id] = open_dongle(site, path, devices, secrets[link.id], stack)
                continue
            places[link.id] = await _OPENERS[link.kind](site, link, path, devices, stack)
        keys = {d.id: site.bind_key(d) for d in self.area.devices_of(gateway.id)}
        bind_keys = {device: key for device, key in keys.items() if key}
        write_links(self.directory / gateway.id / "links.toml", places, secrets, bind_keys)


def _now_us() -> int:
    return time.time_ns() // 1000


def _no_gateway(unknown: list[str], known: list[str]) -> str:
    return f"there is no gateway {', '.join(unknown)}; the area has {', '.join(known)}"


def _unwritable(directory: Path, error: OSError) -> SettingsError:
    reason = error.strerror or str(error)
    message = f"cannot be used for the simulators ({reason}); name a directory that is writable"
    return SettingsError((Mistake(str(error.filename or directory), 0, "", message),))
