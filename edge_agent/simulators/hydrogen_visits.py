"""Visits: which cars come to a dispenser, seeded, and how far each has got at an instant.

Time is cut into slots of eight minutes; in each a car comes or not. So any instant can be asked
for without the ones before it, and counters are sums over past slots that never fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.simulators.curves import draw
from edge_agent.simulators.hydrogen_fill import Conditions, Fill, fill

if TYPE_CHECKING:
    from collections.abc import Callable

    _Instant = Callable[["Visit"], float]

SLOT_S = 480
_CHANCE = 0.6
_LATEST_S = 90.0  # after the slot's begin; connecting, filling and leaving fit into the rest
_CONNECT_S, _CHECK_S, _LEAVE_S = 12.0, 8.0, 20.0
_FIRST_SLOT = 3_630_000  # in March 2025: counters began at zero
_STARTS_MPA = (5.0, 8.0, 12.0, 18.0)
_HOURS = ((-38.0, 28.5), (-35.0, 25.0))  # T40 with the ramps of cool and warm weather

IDLE, CONNECTED, CHECKING, FUELLING, FINISHED, FAULT = 0, 1, 2, 3, 4, 5
TABLE, FORMULA = 1, 2


@dataclass(frozen=True, slots=True)
class Visit:
    """One car at one dispenser; instants in seconds since 1970.

    Attributes:
        number: counts up from visit to visit of a dispenser.
        begins_s, ends_s: when gas flows.
        protocol: TABLE or FORMULA.
        talks: whether the vehicle tells its state (SAE J2799).
    """

    number: int
    arrives_s: float
    begins_s: float
    fill: Fill
    protocol: int
    talks: bool

    @property
    def ends_s(self) -> float:
        """Return when the last gas has flowed."""
        return self.begins_s + self.fill.duration_s

    @property
    def leaves_s(self) -> float:
        """Return when the car drives away."""
        return self.ends_s + _LEAVE_S

    def stage(self, at_s: float) -> int:
        """Return the state of the dispenser at an instant."""
        if not self.arrives_s <= at_s < self.leaves_s:
            return IDLE
        if at_s < self.begins_s - _CHECK_S:
            return CONNECTED
        if at_s < self.begins_s:
            return CHECKING
        return FUELLING if at_s < self.ends_s else FINISHED


class Past(NamedTuple):
    """The hydrogen of all visits whose slot is over, in kg, up to a slot."""

    slot: int
    total: float


class Visits:
    """The cars of one dispenser; the same key, the same cars."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._past = Past(_FIRST_SLOT, 0.0)
        self._made: dict[int, Visit | None] = {}

    def at(self, at_s: float) -> Visit | None:
        """Return the visit of the slot of an instant, None where no car comes in it."""
        return self._visit(int(at_s // SLOT_S))

    def last_begun(self, at_s: float) -> Visit | None:
        """Return the newest visit whose fill has begun, at most some slots ago."""
        return self._last(at_s, lambda visit: visit.begins_s)

    def last_ended(self, at_s: float) -> Visit | None:
        """Return the newest visit whose fill has ended, at most some slots ago."""
        return self._last(at_s, lambda visit: visit.ends_s)

    def total_kg(self, at_s: float) -> float:
        """Return the hydrogen that all cars have taken up to an instant."""
        slot = int(at_s // SLOT_S)
        visit = self._visit(slot)
        now = visit.fill.at(at_s - visit.begins_s).taken if visit and at_s > visit.begins_s else 0.0
        return self._before(slot) + now

    def _last(self, at_s: float, instant: _Instant) -> Visit | None:
        slot = int(at_s // SLOT_S)
        for one in range(slot, slot - 8, -1):
            visit = self._visit(one)
            if visit and instant(visit) <= at_s:
                return visit
        return None

    def _before(self, slot: int) -> float:
        begin, total = self._past if self._past.slot <= slot else Past(_FIRST_SLOT, 0.0)
        for one in range(begin, slot):
            if self._comes(one):
                total += fill(self._conditions(one)).end.taken
        self._past = Past(slot, total)
        return total

    def _visit(self, slot: int) -> Visit | None:
        if slot not in self._made:
            if len(self._made) >= 16:
                del self._made[next(iter(self._made))]
            self._made[slot] = self._make(slot) if self._comes(slot) else None
        return self._made[slot]

    def _make(self, slot: int) -> Visit:
        arrives = slot * SLOT_S + _LATEST_S * self._chance(slot, "late")
        begins = arrives + _CONNECT_S + _CHECK_S
        protocol = FORMULA if self._chance(slot, "protocol") < 0.7 else TABLE
        talks = self._chance(slot, "talks") < 0.8
        number = slot - _FIRST_SLOT
        return Visit(number, arrives, begins, fill(self._conditions(slot)), protocol, talks)

    def _comes(self, slot: int) -> bool:
        return self._chance(slot, "comes") < _CHANCE

    def _conditions(self, slot: int) -> Conditions:
        start = _STARTS_MPA[int(self._chance(slot, "start") * len(_STARTS_MPA))]
        precooled, ramp = _HOURS[int(self._chance(slot, "hour") * len(_HOURS))]
        return Conditions(precooled, ramp, start)

    def _chance(self, slot: int, what: str) -> float:
        return draw(f"{self._key}/{slot}/{what}")
