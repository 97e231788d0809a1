"""The clock of readings: what dated them, whether they wait until it is set, and their right time.

The kernel says whether the wall clock was set by a time source. A machine without a battery clock
boots in 1970 or at its last shutdown and is set within minutes; the monotonic clock, which nothing
moves, then tells when the readings in between were taken. Until then the log holds them back, for
a reading that was sent keeps its instant for ever.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import ClockStamp, Reading
from platform_hub.wire.blocks import runs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from edge_agent.clock import Sight
    from platform_hub.wire.blocks import Run

CORRECTED, ESTIMATED, UNSET = "corrected", "estimated", "unset"  # the raw code of Reason.CLOCK

_EARLIEST_US = (
    int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
)  # this program is younger
_SAME_US = 100_000  # an NTP daemon slews; within this the offset counts as unchanged
_RIGHT_US = 1_000_000  # moving an instant by less is not worth a new one
_OLDEST_US, _NEWEST_US = 600_000_000, 1_000_000  # age of a reading that our own clock has dated
_BACK_US = 60_000_000  # a clock that is further behind the newest trusted reading is wrong
_REMEMBERED = 4  # offsets: a reading may have been dated just before the clock was set


@dataclass(frozen=True, slots=True)
class ClockWait:
    """How long readings wait in the log for the clock to be set.

    Attributes:
        boot_s: until the machine has been up so long; afterwards it seems to have no time source,
            and a clock that may be right is taken as it is.
        wrong_s: until then readings wait whose clock is certainly wrong, as in 1970.
    """

    boot_s: float = 180.0
    wrong_s: float = 86_400.0


class Taken(NamedTuple):
    """Readings with the stamps that go with them, and whether they must wait."""

    readings: tuple[Reading, ...]
    stamps: list[Run]
    held: bool


class _Offset(NamedTuple):
    us: int
    trusted: bool
    plausible: bool


class _State:
    """How the clocks stand, and stood before; with the stamps that follow from it."""

    __slots__ = ("boot", "foreign", "now", "offsets", "own", "wrong")

    def __init__(self, offsets: tuple[_Offset, ...], boot: str) -> None:
        self.offsets = offsets
        self.boot = boot
        self.now = now = offsets[0] if offsets else _Offset(0, trusted=False, plausible=False)
        # Whether an earlier offset is known to be better than the present one.
        self.wrong = any(offset[1:] > now[1:] for offset in offsets[1:])
        self.own = ClockStamp(boot, now.us, now.trusted)
        self.foreign = ClockStamp(boot, None, trusted=True)  # ours cannot have made it wrong

    def is_same(self, offset_us: int, trusted: bool, plausible: bool, boot: str) -> bool:
        """Tell whether the clocks still stand so."""
        us, was_trusted, was_plausible = self.now
        same = was_trusted is trusted and was_plausible is plausible and self.boot == boot
        return same and -_SAME_US < us - offset_us < _SAME_US


class Stamper:
    """Stamps readings as they come; safe from any thread.

    Args:
        look: looks at the clocks.
        wait: how long readings wait.
        newest_us: when the newest reading with a trusted clock was stored, 0 where there is none.
    """

    def __init__(self, look: Callable[[], Sight], wait: ClockWait, newest_us: int = 0) -> None:
        self._look = look
        self._wait = wait
        self._newest_us = newest_us
        self._state = _State((), "")
        self._lock = threading.Lock()

    def look(self) -> Sight:
        """Look at the clocks and remember how they stand to one another."""
        sight = self._look()
        self._known(sight)
        return sight

    def take(self, readings: Iterable[Reading]) -> Taken:
        """Say what dated each of the readings; those with a stamp of their own keep it."""
        taken = tuple(readings)
        if not taken:
            return Taken((), [], held=False)
        sight = self._look()
        state = self._known(sight)
        if not [1 for reading in taken if reading.stamp is not None]:
            instants = [reading.observed_us for reading in taken]
            first_us, last_us = min(instants), max(instants)  # nearly always alike, so as one run
            if not state.wrong and _is_own(first_us, last_us, state.now, sight):
                held = self._must_wait(state.now, sight)
                return Taken(taken, [(len(taken), state.own)], held)
            if not [1 for o in state.offsets if not _is_foreign(first_us, last_us, o, sight)]:
                return Taken(taken, [(len(taken), state.foreign)], held=False)
        return self._each(taken, sight, state.offsets)

    def wrong(self, observed_us: int) -> bool:
        """Tell whether a clock that dated a reading so cannot have been right."""
        return not self._is_plausible(observed_us)

    def is_over(self, reading: Reading, sight: Sight) -> bool:
        """Tell whether a reading that waits for the clock has waited long enough."""
        right = self._is_plausible(reading.observed_us) or self._is_plausible(sight.wall_us)
        wait_s = self._wait.boot_s if right else self._wait.wrong_s
        return sight.monotonic_us >= wait_s * 1e6

    def _known(self, sight: Sight) -> _State:
        """Return how the clocks stand, with this look at them."""
        wall_us, monotonic_us, boot, trusted = sight
        plausible = trusted or self._is_plausible(wall_us)
        if trusted and wall_us > self._newest_us:
            self._newest_us = wall_us
        state = self._state
        if state.is_same(wall_us - monotonic_us, trusted, plausible, boot):
            return state
        with self._lock:
            now = _Offset(wall_us - monotonic_us, trusted, plausible)
            offsets = (now, *self._state.offsets)[:_REMEMBERED]
            self._state = state = _State(offsets, boot)
            return state

    def _is_plausible(self, wall_us: int) -> bool:
        return wall_us >= max(_EARLIEST_US, self._newest_us - _BACK_US)

    def _must_wait(self, offset: _Offset, sight: Sight) -> bool:
        if offset.trusted:
            return False
        return not offset.plausible or sight.monotonic_us < self._wait.boot_s * 1e6

    def _each(self, readings: Iterable[Reading], sight: Sight, offsets: Sequence[_Offset]) -> Taken:
        best = max(offsets, key=lambda offset: (offset.trusted, offset.plausible))
        held = False
        stamped: list[Reading] = []
        for reading in readings:
            own = next((o for o in offsets if _is_own_one(reading, o, sight)), None)
            if reading.stamp is None:
                reading = replace(reading, stamp=_stamp(own, sight))  # noqa: PLW2901  # the corrected reading takes its place
            if own and best is not own and (best.trusted, best.plausible) > own[1:]:
                reading = redated(reading, best.us, CORRECTED, trusted=best.trusted)  # noqa: PLW2901  # the corrected reading takes its place
                own = best
            held = held or (own is not None and self._must_wait(own, sight))
            stamped.append(reading)
        return Taken(tuple(stamped), runs_of(stamped), held)


def redated(reading: Reading, offset_us: int, word: str, *, trusted: bool) -> Reading:
    """Return a reading as a clock with another offset would have dated it, marked with a word.

    An instant that is right to the second stays, and is not marked.
    """
    stamp = reading.stamp
    if stamp is None or stamp.offset_us is None:
        return reading
    shift_us = offset_us - stamp.offset_us
    if abs(shift_us) < _RIGHT_US:
        return replace(reading, stamp=replace(stamp, trusted=trusted))
    moved = ClockStamp(stamp.boot, offset_us, trusted, stamp.shift_us + shift_us)
    return replace(marked(reading, word), observed_us=reading.observed_us + shift_us, stamp=moved)


def marked(reading: Reading, word: str) -> Reading:
    """Return a reading whose quality says how its instant was found; a worse quality stays."""
    if reading.quality.reason is not Reason.OK:
        return reading
    return replace(reading, quality=Quality(Reason.CLOCK, word))


def last_monotonic(readings: Iterable[Reading]) -> dict[str, int]:
    """Return the latest monotonic instant of each boot, in the order in which the boots came."""
    latest: dict[str, int] = {}
    for reading in readings:
        if reading.stamp and (at := reading.monotonic_us) is not None:
            latest[reading.stamp.boot] = max(at, latest.get(reading.stamp.boot, at))
    return latest


def starts_of(latest: dict[str, int], sight: Sight) -> dict[str, int]:
    """Return when each boot began at the latest: it ended before the next one began."""
    starts = {sight.boot: sight.offset_us}
    start = sight.offset_us
    for boot, monotonic_us in reversed(latest.items()):
        if boot != sight.boot:
            start -= monotonic_us
            starts[boot] = start
    return starts


def _stamp(offset: _Offset | None, sight: Sight) -> ClockStamp:
    if offset is None:  # the device's own clock: ours cannot have made it wrong
        return ClockStamp(sight.boot, None, trusted=True)
    return ClockStamp(sight.boot, offset.us, offset.trusted)


def _is_own(first_us: int, last_us: int, offset: _Offset, sight: Sight) -> bool:
    """Tell whether readings can have been dated by our clock, standing so, a short while ago."""
    now_us = sight.monotonic_us + offset.us
    return now_us - _OLDEST_US <= first_us and last_us <= now_us + _NEWEST_US


def _is_foreign(first_us: int, last_us: int, offset: _Offset, sight: Sight) -> bool:
    """Tell whether none of the readings can have been dated by our clock, standing so."""
    now_us = sight.monotonic_us + offset.us
    return last_us < now_us - _OLDEST_US or now_us + _NEWEST_US < first_us


def _is_own_one(reading: Reading, offset: _Offset, sight: Sight) -> bool:
    if reading.stamp is not None:
        return reading.stamp.offset_us == offset.us
    return _is_own(reading.observed_us, reading.observed_us, offset, sight)


def settled(
    readings: Iterable[Reading], sight: Sight, starts: dict[str, int], stamper: Stamper
) -> tuple[Reading, ...]:
    """Return readings that waited as they stay: with the right instant, or marked as unsure."""
    return tuple(itertools.starmap(_settled, ((r, sight, starts, stamper) for r in readings)))


def _settled(reading: Reading, sight: Sight, starts: dict[str, int], stamper: Stamper) -> Reading:
    stamp = reading.stamp
    if stamp is None or stamp.trusted or stamp.offset_us is None:
        return reading
    wrong = stamper.wrong(reading.observed_us)
    if not sight.trusted and (not wrong or stamper.wrong(sight.wall_us)):
        return marked(reading, UNSET) if wrong else reading
    if stamp.boot == sight.boot:
        return redated(reading, sight.offset_us, CORRECTED, trusted=sight.trusted)
    start = starts.get(stamp.boot, stamp.offset_us)
    if wrong or stamp.offset_us > start:
        return redated(reading, start, ESTIMATED, trusted=False)
    return reading
