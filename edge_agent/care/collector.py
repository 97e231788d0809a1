"""The collector: keeps what bodies say out of the log, and makes minutes of it where there is consent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.care import events
from edge_agent.care.events import Falls
from edge_agent.care.minutes import Wearer
from platform_hub.wire.care import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from area_configs.domain.readings import Reading
    from platform_hub.wire.care import Happening, Minute

# Said of the device and not of who wears it: these go the common way, as of any device.
OF_THE_DEVICE = frozenset({"battery_level", "signal_strength", "data_age"})


class Worn(NamedTuple):
    """A device that somebody wears: their pseudonym, and its quantities with their periods."""

    pseudonym: str
    periods_s: dict[str, float]


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
    """Decides about each reading of a worn device; nothing is collected before consent is known."""

    def __init__(self, worn: Mapping[str, Worn], allowed: Iterable[str] = ()) -> None:
        self._worn = dict(worn)
        self.allowed = frozenset(allowed)
        self.withheld = 0
        self._gathered = Gathered()
        self._wearers: dict[str, Wearer] = {}
        self._falls: dict[str, Falls] = {}

    def screened(self, readings: Sequence[Reading], now_us: int) -> list[Reading]:
        """Return what goes into the log; the rest is made into minutes, or dropped without consent."""
        passed: list[Reading] = []
        for one in readings:
            worn = self._worn.get(one.device)
            if worn is None or one.quantity in OF_THE_DEVICE:
                passed.append(one)
            if worn and worn.pseudonym in self.allowed:
                self._collect(worn.pseudonym, one, now_us)
                if one.quantity in events.QUANTITIES:
                    passed.append(one)  # an alarm on the device must not wait for care
            elif worn and one.quantity not in OF_THE_DEVICE:
                self.withheld += 1
        return passed

    def allow(self, pseudonyms: Iterable[str]) -> None:
        """Collect of these only, from now on; what was gathered of others is dropped."""
        self.allowed = frozenset(pseudonyms)
        for known in self._wearers.keys() - self.allowed:
            del self._wearers[known]
            del self._falls[known]
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
        return ready

    def _collect(self, pseudonym: str, one: Reading, now_us: int) -> None:
        if pseudonym not in self._wearers:
            self._begin(pseudonym)
        self._wearers[pseudonym].take((one,))
        self._gathered.happenings += self._falls[pseudonym].take((one,), now_us)
        self._gathered.raw.setdefault(pseudonym, []).append(one)

    def _begin(self, pseudonym: str) -> None:
        periods = {
            (device, quantity): period_s
            for device, worn in self._worn.items()
            if worn.pseudonym == pseudonym
            for quantity, period_s in worn.periods_s.items()
            if quantity not in events.QUANTITIES
        }
        self._wearers[pseudonym] = Wearer(pseudonym, periods)
        moves = any(quantity == "motion" for _, quantity in periods)
        self._falls[pseudonym] = Falls(pseudonym, moves)
