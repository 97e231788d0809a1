"""The collector: keeps what bodies say out of the log, and makes minutes of it where there is consent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.care import events
from edge_agent.care.events import Falls
from edge_agent.care.minutes import Wearer
from edge_agent.care.wandering import PRESENCE, Radio, Wandering
from platform_hub.wire.care import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from area_configs.domain.readings import Reading
    from platform_hub.wire.care import Happening, Minute

# Said of the device and not of who wears it: these go the common way, as of any device.
OF_THE_DEVICE = frozenset({"battery_level", "signal_strength", "data_age"})
# Where a person is, and not how: no minute is made of these.
OF_THE_PLACE = frozenset({PRESENCE, "signal_strength"})


class Worn(NamedTuple):
    """A device that is worn: by which pseudonym, empty for nobody now, and its quantities' periods."""

    pseudonym: str
    periods_s: dict[str, float]

    def passes(self, quantity: str) -> bool:
        """Tell whether what it says goes the common way; how strong a tag is heard says where."""
        told = PRESENCE in self.periods_s and quantity in OF_THE_PLACE
        return quantity in OF_THE_DEVICE and not told

    @property
    def of_the_body(self) -> dict[str, float]:
        """Return the periods of what minutes are made from; none where it says nothing of a body."""
        no_minute = events.QUANTITIES | OF_THE_PLACE
        found = {name: s for name, s in self.periods_s.items() if name not in no_minute}
        return found if found.keys() - OF_THE_DEVICE else {}


@dataclass(slots=True)
class Gathered:
    """What waits to be written: word by word by pseudonym, and the batch for the hub."""

    raw: dict[str, list[Reading]] = field(default_factory=dict)
    minutes: list[Minute] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    @property
    def batch(self) -> Batch | None:
        """Return the batch, None where there is nothing."""
        found = self.minutes or self.happenings
        return Batch(self.minutes, self.happenings) if found else None


class Collector:
    """Decides about each reading of a worn device; nothing is collected before consent is known.

    Args:
        worn: by device.
        allowed: pseudonyms of whom data may be collected.
        radios: of the zones that this gateway watches.
        minute_of: gives the minute of the local day of an instant.
    """

    def __init__(
        self,
        worn: Mapping[str, Worn],
        allowed: Iterable[str] = (),
        radios: Sequence[Radio] = (),
        minute_of: Callable[[int], int] = lambda _: 0,
    ) -> None:
        self._worn = dict(worn)
        self.allowed = frozenset(allowed)
        self.withheld = 0
        self._radios, self._minute_of = radios, minute_of
        self._gathered = Gathered()
        self._wearers: dict[str, Wearer] = {}
        self._falls: dict[str, Falls] = {}
        self._wanderings: dict[str, list[Wandering]] = {}

    @property
    def worn(self) -> Mapping[str, Worn]:
        """Return what is worn, by device."""
        return self._worn

    def screened(self, readings: Sequence[Reading], now_us: int) -> list[Reading]:
        """Return what goes into the log; the rest is made into minutes, or dropped without consent."""
        passed: list[Reading] = []
        for one in readings:
            worn = self._worn.get(one.device)
            if worn is None or worn.passes(one.quantity):
                passed.append(one)
            if worn and worn.pseudonym in self.allowed:
                self._collect(worn, one, now_us)
                if one.quantity in events.QUANTITIES:
                    passed.append(one)  # an alarm on the device must not wait for care
            elif worn and not worn.passes(one.quantity):
                self.withheld += 1
            for watched in self._wanderings.values():
                for zone in watched:
                    zone.take(one)
        return passed

    def wear(self, worn: Mapping[str, Worn]) -> None:
        """Take who wears what from now on; whose devices stay the same is not begun anew."""
        changed = {
            one.pseudonym
            for device in worn.keys() | self._worn.keys()
            if worn.get(device) != self._worn.get(device)
            for one in (worn.get(device), self._worn.get(device))
            if one
        }
        self._worn = dict(worn)
        for pseudonym in changed:
            if falls := self._falls.get(pseudonym):
                self._gathered.happenings += falls.meant()
            self._end(pseudonym)

    def allow(self, pseudonyms: Iterable[str]) -> None:
        """Collect of these only, from now on; what was gathered of others is dropped."""
        self.allowed = frozenset(pseudonyms)
        for known in self._wearers.keys() - self.allowed:
            self._end(known)
        kept = self._gathered
        self._gathered = Gathered(
            {name: raw for name, raw in kept.raw.items() if name in self.allowed},
            [one for one in kept.minutes if one.resident in self.allowed],
            [one for one in kept.happenings if one.resident in self.allowed],
        )

    def gathered(self, now_us: int) -> Gathered:
        """Return what is ready and begin anew."""
        ready, self._gathered = self._gathered, Gathered()
        for name, wearer in self._wearers.items():
            ready.minutes += wearer.finished(now_us)
            ready.happenings += self._falls[name].take((), now_us)
            for zone in self._wanderings[name]:
                ready.happenings += zone.happened(now_us)
        return ready

    def _collect(self, worn: Worn, one: Reading, now_us: int) -> None:
        pseudonym = worn.pseudonym
        if pseudonym not in self._wearers:
            self._begin(pseudonym)
        if one.quantity in worn.of_the_body:
            self._wearers[pseudonym].take((one,))
        self._gathered.happenings += self._falls[pseudonym].take((one,), now_us)
        self._gathered.raw.setdefault(pseudonym, []).append(one)

    def _begin(self, pseudonym: str) -> None:
        periods = {
            (device, quantity): period_s
            for device, worn in self._worn.items()
            if worn.pseudonym == pseudonym
            for quantity, period_s in worn.of_the_body.items()
        }
        self._wearers[pseudonym] = Wearer(pseudonym, periods)
        moves = any(quantity == "motion" for _, quantity in periods)
        self._falls[pseudonym] = Falls(pseudonym, moves)
        self._wanderings[pseudonym] = list(self._zones_of(pseudonym))

    def _zones_of(self, pseudonym: str) -> Iterator[Wandering]:
        tags = {
            device
            for device, worn in self._worn.items()
            if worn.pseudonym == pseudonym and PRESENCE in worn.periods_s
        }
        for radio in self._radios:
            if mine := tags & radio.devices:
                yield Wandering(pseudonym, radio, frozenset(mine), self._minute_of)

    def _end(self, pseudonym: str) -> None:
        self._wearers.pop(pseudonym, None)
        self._falls.pop(pseudonym, None)
        self._wanderings.pop(pseudonym, None)
