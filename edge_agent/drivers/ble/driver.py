"""The Bluetooth driver: owner of one adapter and of everything that is heard through it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.sources import BleSource
from area_configs.loader import load_profile, profile_ids
from edge_agent.drivers.base import Forgetful, Identity, LinkLost
from edge_agent.drivers.ble.absence import Absence
from edge_agent.drivers.ble.broadcasts import BTHOME, Broadcasts
from edge_agent.drivers.ble.discovery import beacon_of, candidate
from edge_agent.drivers.ble.pairing import PairingWindow
from edge_agent.drivers.ble.session import FAILURES, Session
from edge_agent.transports.bluetooth import radio_of
from edge_agent.transports.radio_owner import RadioOwner
from edge_agent.transports.recording import tap

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData

    from area_configs.domain.areas import Link
    from area_configs.domain.devices import DeviceProfile, Point
    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.drivers.base import Candidate, Memory, Station
    from edge_agent.transports.radio import Radio

    Deliver = Callable[[list[Reading]], Awaitable[None]]
    _Item = tuple[list[Reading], Callable[[], None] | None]

_MOST_WAITING = 2000  # frames; beyond that the oldest give way, memory stays bounded
_DISCOVER_S = 10.0
_IDENTIFY_S = 20.0
_LOOK_S = 1.0


class BleDriver:
    """Owns one adapter; devices send by themselves, nothing is polled.

    Args:
        link: its `adapter` names the radio.
        stations: the devices that are listened to; all others are passed over.
        pairing: who may pair; by default nobody.
        known: models that a device may be found to be; by default all that are bundled.
        radio: instead of the link's.
        memory: keeps replay counters; by default they are forgotten.
    """

    def __init__(  # noqa: PLR0913 - what a test or a technician gives instead of the gateway's own
        self,
        link: Link,
        stations: Iterable[Station],
        clock: Clock,
        *,
        pairing: PairingWindow | None = None,
        known: Iterable[DeviceProfile] | None = None,
        radio: Radio | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._link = link
        self._clock = clock
        self._known = None if known is None else tuple(known)
        self._stations = tuple(stations)
        self._owner = RadioOwner(radio or radio_of(link.adapter), clock)
        window = pairing or PairingWindow(None, clock)
        self._memory = memory or Forgetful()
        self._broadcasts = {s.address: Broadcasts(s, clock, self._memory) for s in self._stations}
        self._note = tap(link.id)
        self._absences = {s.address: Absence(s, clock) for s in self._stations}
        self._sessions = {
            s.address: Session(
                s, self._owner, clock, partial(self._spoke, s.address), window, self._note
            )
            for s in self._stations
            if _connects(s.profile)
        }
        self._queue: asyncio.Queue[_Item | None] = asyncio.Queue()
        self._found: dict[str, AdvertisementData] | None = None
        self._dropped = 0

    @property
    def health(self) -> str:
        """Say which adapter it is, whether it hears anything, and what was dropped."""
        dropped = f", {self._dropped} frames dropped" if self._dropped else ""
        return f"{self._link.adapter or 'first adapter'} {self._owner.health}{dropped}"

    async def open(self) -> None:
        """Open the adapter and begin to hear."""
        self._queue = asyncio.Queue()
        await self._owner.open(self._heard)

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:
        """Read points over the connection that stands."""
        station = next(s for s in self._stations if s.device == device)
        session = self._sessions.get(station.address)
        wanted = {s.characteristic for p in points if isinstance(s := p.source, BleSource)}
        try:
            readings = await session.read(sorted(wanted - {""})) if session else []
        except FAILURES as error:
            raise DeviceUnavailable(
                f"{device} ({station.address}) cannot be read: {error}"
            ) from error
        asked = {point.quantity for point in points}
        return [reading for reading in readings if reading.quantity in asked]

    async def listen(self, deliver: Deliver) -> None:
        """Deliver what devices send, from `open` until cancelled; what was heard by then too."""
        working = [asyncio.create_task(self._owner.watch()), asyncio.create_task(self._miss())]
        working += [asyncio.create_task(session.keep()) for session in self._sessions.values()]
        passing = asyncio.create_task(self._pass_on(deliver))
        try:
            done, _ = await asyncio.wait({*working, passing}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except DeviceUnavailable as error:
            raise LinkLost(str(error)) from error
        finally:
            await self._wind_down(working)
            self._queue.put_nowait(None)
            await passing

    async def close(self) -> None:
        """Give the adapter back."""
        await self._owner.close()

    async def discover(self) -> AsyncIterator[Candidate]:
        """Yield what is heard within ten seconds, each address once."""
        self._found = {}
        known = self._known if self._known is not None else _bundled()
        told: set[str] = set()
        never = asyncio.Event()
        try:
            for _ in range(round(_DISCOVER_S / _LOOK_S)):
                await self._clock.pause(_LOOK_S, never)
                for address, said in list(self._found.items()):
                    if address not in told:
                        told.add(address)
                        yield candidate(address, said, known)
        finally:
            self._found = None

    async def identify(self, address: str) -> Identity:
        """Return what a device of the area said of itself when it was connected, now or before."""
        session = self._sessions.get(address)
        if session is None:
            raise DeviceUnavailable(
                f"{address} is none of this link's devices that are connected to: only these say what they are"
            )
        for _ in range(round(_IDENTIFY_S / _LOOK_S)):
            if session.identity is not None:
                return session.identity
            await self._clock.pause(_LOOK_S, asyncio.Event())
        raise DeviceUnavailable(
            f"{address} was not connected to within {_IDENTIFY_S:g} s: wake it, and bring it near"
        )

    def _heard(self, device: BLEDevice, said: AdvertisementData) -> None:
        address = device.address.upper()
        if self._found is not None and len(self._found) < _MOST_WAITING:
            self._found[address] = said
        beacon = beacon_of(said)
        name = beacon.address if beacon and beacon.address in self._broadcasts else address
        broadcasts, session = self._broadcasts.get(name), self._sessions.get(name)
        if absence := self._absences.get(name):
            absence.heard()
        if session:
            session.seen(device)
        if broadcasts and broadcasts.expects:
            if packet := said.service_data.get(BTHOME):
                self._note("in", f"FCD2:{bytes(packet).hex()}".upper().encode(), name)
            self._emit(broadcasts.take(address, said), None)

    def _spoke(
        self, address: str, readings: list[Reading], then: Callable[[], None] | None
    ) -> None:
        self._absences[address].heard()
        self._emit(readings, then)

    def _emit(self, readings: list[Reading], then: Callable[[], None] | None) -> None:
        if not readings and then is None:
            return
        if self._queue.qsize() >= _MOST_WAITING:
            self._queue.get_nowait()
            self._dropped += 1
        self._queue.put_nowait((readings, then))

    async def _pass_on(self, deliver: Deliver) -> None:
        while (item := await self._queue.get()) is not None:
            readings, then = item
            if readings:
                await self._memory.settle()  # a packet whose readings are kept is never taken again
                await deliver(readings)
            if then:
                then()

    async def _miss(self) -> None:
        """Look now and then who is no longer heard; a deaf radio does not say that a tag is away."""
        never = asyncio.Event()
        while True:
            await self._clock.pause(_LOOK_S, never)
            for absence in self._absences.values():
                self._emit(absence.missing(), None)
            if self._owner.is_hearing:
                for broadcasts in self._broadcasts.values():
                    self._emit(broadcasts.missing(), None)

    async def _wind_down(self, working: list[asyncio.Task[None]]) -> None:
        """Stop notifications and scan; whatever came before they stopped is in the queue then."""
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        await self._owner.hush()


def _bundled() -> tuple[DeviceProfile, ...]:
    profiles = (load_profile(one) for one in profile_ids())
    return tuple(profile for profile in profiles if profile.protocol == "ble")


def _connects(profile: DeviceProfile) -> bool:
    return any(isinstance(s := p.source, BleSource) and s.characteristic for p in profile.points)
