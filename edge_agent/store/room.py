"""Room for readings: what may go, what has to go, and the ballast for the last moment."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from edge_agent.store.ballast import Ballast
from edge_agent.store.database import open_for_reading
from edge_agent.store.mending import missing_between
from edge_agent.store.places import Place
from edge_agent.store.retention import Policy
from edge_agent.store.segments import bytes_of
from edge_agent.store.tables import Kind, Loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from edge_agent.store.control import Control
    from edge_agent.store.places import Span
    from edge_agent.store.retention import Retention, Space
    from edge_agent.store.segments import Segment

_TIMES = "SELECT min(begins_us), max(stored_us) FROM block WHERE last_seq >= ?"


class Room:
    """Decides over the space of one log.

    Attributes:
        shortage: why new readings are refused; empty while there is room.
    """

    def __init__(
        self,
        folder: Path,
        control: Control,
        retention: Retention,
        space_of: Callable[[Path], Space],
    ) -> None:
        self._folder = folder
        self._control = control
        self._retention = retention
        self._space_of = space_of
        self._ballast = Ballast(folder, space_of(folder).total)
        self._needs_ballast = self._ballast.take_on()
        self.shortage = ""

    @property
    def drops(self) -> bool:
        """Return whether the oldest readings give way to new ones."""
        return self._retention.policy is Policy.DROP_OLDEST

    @property
    def has_ballast(self) -> bool:
        """Return whether there is something left to throw off, or never could be."""
        return self._ballast.is_there() or not self._needs_ballast

    @property
    def ballast_bytes(self) -> int:
        """Return how much the ballast takes when it is there."""
        return self._ballast.size

    def throw_off_ballast(self) -> bool:
        """Give the ballast's space back; return whether there was any."""
        return self._ballast.throw_off()

    def take_on_ballast(self) -> None:
        """Fill the ballast again; without it nothing more is stored, for notes must be possible."""
        self._needs_ballast = self._ballast.take_on() or self._needs_ballast
        self.shortage = "" if self.has_ballast else "its disk is full"

    def look(self, segments: Sequence[Segment]) -> None:
        """See whether there is room, and take the ballast on again."""
        self.take_on_ballast()
        if not self.drops:  # else all that could give way has done so
            self.shortage = self._shortage(bytes_of(segments)) or self.shortage

    def doomed(self, segments: Sequence[Segment], now_us: int) -> Iterator[tuple[Segment, str]]:
        """Yield the segments that may or have to go, the oldest first, with the reason.

        The first one that stays keeps all behind it: what is kept has no holes, and the newest
        stays because numbers go on from it.
        """
        used = bytes_of(segments)
        places, evidence = self._control.places(), self._control.gaps()
        for segment in segments[:-1]:
            had = self._all_have(segment, places)
            self.take_on_ballast()
            short = self._shortage(used) or self.shortage
            may_go = had and self._is_old(segment, now_us, _touches(segment, evidence))
            if not may_go and not (short and (had or self.drops)):
                return
            used -= segment.size
            yield segment, short or "they are old"

    def victims(self, segments: Sequence[Segment]) -> list[Segment]:
        """Return what goes at once when the disk is full: all that every sink has, else the oldest."""
        places = self._control.places()
        closed = segments[:-1]
        had = list(itertools.takewhile(lambda segment: self._all_have(segment, places), closed))
        return had or (list(closed[:1]) if self.drops else [])

    def wants_roll(self, segments: Sequence[Segment], last_seq: int) -> bool:
        """Tell whether room can only be made by closing the segment in use; `last_seq` ends it."""
        used = bytes_of(segments)
        if used > self._retention.most_bytes:
            return self.gives_way(segments[-1], last_seq)
        short = self.shortage or self._shortage(used)  # by others too: that costs no reading
        return bool(short) and self._is_spare(segments[-1], last_seq)

    def gives_way(self, active: Segment, last_seq: int) -> bool:
        """Tell whether the segment in use may go, once it is closed at a number."""
        return last_seq >= active.first_seq and (self.drops or self._is_spare(active, last_seq))

    def _is_spare(self, active: Segment, last_seq: int) -> bool:
        if last_seq < active.first_seq:
            return False
        return self._all_have(replace(active, last_seq=last_seq), self._control.places())

    def losses_of(self, segment: Segment, now_us: int, reason: str) -> list[Loss]:
        """Return what some sink loses with a segment."""
        places = self._control.places() or {"": Place()}
        lacking = sorted(run for place in places.values() for run in _lacking(place, segment))
        known = sorted(self._control.lost())
        losses: list[Loss] = []
        at = segment.first_seq
        for first, last in lacking:
            for run in missing_between(known, max(first, at), last):
                times = self._times(segment, run[0]) or (now_us, now_us)
                count = run[1] - run[0] + 1
                losses.append(Loss(0, Kind.DROPPED, *run, count, *times, reason))
            at = max(at, last + 1)
        return losses

    def _shortage(self, used: int) -> str:
        return self._retention.shortage(used, self._space_of(self._folder))

    def _all_have(self, segment: Segment, places: dict[str, Place]) -> bool:
        """Tell whether every sink has a segment; without a sink nobody has anything."""
        return bool(places) and not any(_lacking(place, segment) for place in places.values())

    def _is_old(self, segment: Segment, now_us: int, evidence: bool) -> bool:
        times = self._times(segment, segment.first_seq)
        return times is None or self._retention.is_old(times[1], now_us, evidence=evidence)

    def _times(self, segment: Segment, first: int) -> tuple[int, int] | None:
        """Return when the first reading was observed and the last one stored, if it can be read."""
        with contextlib.suppress(sqlite3.Error):
            with contextlib.closing(open_for_reading(segment.path)) as connection:
                begins, ends = connection.execute(_TIMES, (first,)).fetchone()
            return None if ends is None else (begins, ends)
        return None


def _lacking(place: Place, segment: Segment) -> list[Span]:
    had = ((1, place.upto), *place.beyond) if place.upto else place.beyond
    return missing_between(had, segment.first_seq, segment.last_seq)


def _touches(segment: Segment, runs: Sequence[Span]) -> bool:
    return any(first <= segment.last_seq and last >= segment.first_seq for first, last in runs)
