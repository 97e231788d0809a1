"""Execution: the one way of a command to a device: through the gate, written, read back, noted."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.quantities import QUANTITIES
from edge_agent.control import gate
from edge_agent.control.gate import Request, Result
from edge_agent.drivers.base import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.commands import Command
    from area_configs.domain.devices import DeviceProfile, Point
    from edge_agent.clock import Clock
    from edge_agent.control.audit import AuditTrail
    from edge_agent.control.board import Board

_log = logging.getLogger(__name__)

_LOOKS = 40  # at the read-back, spread over the settle time
_LOOK_S = (0.25, 5.0)
_SHORT_WAIT_S = 5.0


class Line(Protocol):
    """The way to the devices: their links' pollers, which let commands in between polls."""

    def profile(self, device: str) -> DeviceProfile | None:
        """Return the model of a device of this gateway, None for any other."""
        ...

    async def write(self, device: str, command: Command, value: float) -> None:
        """Write a command's value; raises WriteRefused or another DeviceUnavailable."""
        ...

    async def ask(self, device: str, points: tuple[Point, ...]) -> None:
        """Have a device say points now; raises DeviceUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; `value` is what the device shows, where it shows something."""

    result: Result
    words: str = ""
    value: float | None = None


def _nobody(_outcome: Outcome) -> None:
    """Tell nobody."""


class Gate:
    """Takes commands to devices; every one is checked, verified and noted."""

    def __init__(self, line: Line, board: Board, trail: AuditTrail, clock: Clock) -> None:
        self._line = line
        self._board = board
        self._trail = trail
        self._clock = clock
        self._written_s: dict[tuple[str, str], float] = {}
        self._newer: dict[tuple[str, str], asyncio.Event] = {}
        self._trail_trouble = ""

    async def execute(self, request: Request, tell: Callable[[Outcome], None] = _nobody) -> Outcome:
        """Do what is asked, or say why not; `tell` hears when the device has accepted it."""
        outcome = await self._tried(request, tell)
        await self._note("ended", request, outcome)
        return outcome

    async def turn(self, device: str, quantity: str) -> None:
        """Wait where a command may be told again within seconds; the gate refuses it after longer."""
        profile = self._line.profile(device)
        command = gate.allowed(Request(device, quantity, 0.0, ""), profile) if profile else None
        since_s = self.since_last_s(device, quantity)
        if command is None or since_s is None:
            return
        wait_s = command.min_interval_s - since_s
        if 0 < wait_s <= _SHORT_WAIT_S:
            await self._clock.pause(wait_s, asyncio.Event())

    def needs_hand(self, device: str, quantity: str) -> bool:
        """Tell whether somebody at the gateway must confirm a command."""
        profile = self._line.profile(device)
        asked = Request(device, quantity, 0.0, "")
        command = gate.allowed(asked, profile) if profile else None
        return command is not None and command.confirm == "local"

    def since_last_s(self, device: str, quantity: str) -> float | None:
        """Return how long ago a command was last written; None: never."""
        written = self._written_s.get((device, quantity))
        return None if written is None else self._clock.monotonic() - written

    async def _tried(self, request: Request, tell: Callable[[Outcome], None]) -> Outcome:
        profile = self._line.profile(request.device)
        if profile is None:
            return Outcome(Result.REFUSED, f"{request.device} is no device of this gateway")
        since = self.since_last_s(request.device, request.quantity)
        words = gate.refusal(request, profile, self._look(request.device), since)
        command = gate.allowed(request, profile)
        if words or command is None:
            return Outcome(Result.REFUSED, words)
        newer = self._replace(request)  # before anything is waited for: two at once are too fast
        await self._note("begins", request, Outcome(Result.ACCEPTED))
        if failed := await self._written(request, command):
            return failed
        tell(Outcome(Result.ACCEPTED, "the device has accepted it"))
        return await self._verified(request, (profile, command), newer)

    def _look(self, device: str) -> gate.Look:
        return lambda quantity, within_s: self._board.seen(device, quantity, within_s)

    def _replace(self, request: Request) -> asyncio.Event:
        """End the watch over an older command to the same target, and begin one's own."""
        target = request.device, request.quantity
        if before := self._newer.get(target):
            before.set()
        self._newer[target] = mine = asyncio.Event()
        self._written_s[target] = self._clock.monotonic()
        return mine

    async def _written(self, request: Request, command: Command) -> Outcome | None:
        """Write; return what went wrong, None where the device accepted."""
        try:
            await self._line.write(request.device, command, request.value)
        except WriteRefused as error:
            return Outcome(Result.REFUSED, str(error))
        except DeviceUnavailable as error:
            return Outcome(Result.TIMEOUT, str(error))
        return None

    async def _verified(
        self, request: Request, known: tuple[DeviceProfile, Command], newer: asyncio.Event
    ) -> Outcome:
        """Look at the read-back until it fits, the settle time is over or a newer command came."""
        profile, command = known
        if not command.read_back:
            return Outcome(Result.APPLIED, "the device offers no read-back")
        point = profile.point(command.read_back)
        begun = self._clock.monotonic()
        shown: float | None = None
        every_s = min(max(command.settle_s / _LOOKS, _LOOK_S[0]), _LOOK_S[1])
        while (passed := self._clock.monotonic() - begun) < command.settle_s:
            if await self._clock.pause(min(every_s, command.settle_s - passed), newer):
                return Outcome(Result.REPLACED, "a newer command went to the same target", shown)
            found = await self._shown(request.device, point, begun)
            shown = shown if found is None else found
            if found is not None and gate.fits(command, request.value, found):
                return Outcome(Result.VERIFIED, f"after {passed + every_s:.1f} s", found)
        return _unverified(command, shown)

    async def _shown(self, device: str, point: Point, begun: float) -> float | None:
        """Return what the device shows since the command, None where it says nothing good."""
        if not point.pushed:
            try:
                await self._line.ask(device, (point,))
            except DeviceUnavailable:
                return None
        seen = self._board.seen(device, point.quantity, self._clock.monotonic() - begun)
        return None if seen is None else seen.value

    async def _note(self, event: str, request: Request, outcome: Outcome) -> None:
        entry: dict[str, Any] = {
            "at_us": self._clock.now_us(),
            "event": event,
            **asdict(request),
            "result": outcome.result.value,
            "words": outcome.words,
            "shown": outcome.value,
        }
        try:
            await asyncio.to_thread(self._trail.note, entry)
        except OSError as error:  # holding the peak must not end with a full disk
            if str(error) != self._trail_trouble:
                _log.error("the audit trail of commands cannot be written: %s", error)
            self._trail_trouble = str(error)
        else:
            self._trail_trouble = ""


def _unverified(command: Command, shown: float | None) -> Outcome:
    if shown is None:
        words = f"no good {command.read_back} within {command.settle_s:g} s"
        return Outcome(Result.TIMEOUT, words)
    unit = QUANTITIES[command.read_back].symbol
    words = f"{command.read_back} is still {shown:.7g} {unit}".rstrip()
    words += f" after {command.settle_s:g} s: look whether it is in local operation"
    return Outcome(Result.NO_EFFECT, words, shown)
