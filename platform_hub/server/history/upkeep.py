"""Upkeep: rolls history up and lets go of what is kept long enough, beside everything else.

Every step is one short job of the writer, so that no ingest waits for it. Several processes on one
database share the work: a step takes what is due, whoever makes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from platform_hub.server.history.aggregates import days_of
from platform_hub.server.store import entities, instances, partitions, rollups
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.server.store.partitions import DAY_US
from platform_hub.server.store.rollups import DAY, HALF_HOUR, HALF_HOUR_US, MINUTE
from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.history.aggregates import Expectations
    from platform_hub.server.settings import HistoryRule, HistorySettings
    from platform_hub.server.store.database import Database, Transaction
    from platform_hub.server.store.rollups import Mark

_LOG = logging.getLogger(__name__)
INTERVAL_S = 30.0  # between looks whether something is due
_PAUSE_S = 0.05  # between steps: ingest goes first
_LEFT_TO_INGEST = 4
_MARKS = 40  # half hours in one step at most
_STEP_S = 0.03  # after which a step begins no other half hour: what is live waits behind it
_ENTITIES = 20  # looked through in one step
_INSTANCES = 5000  # dropped in one step


@dataclass(slots=True)
class Upkeep:
    """The upkeep of one hub's history.

    Attributes:
        database: whose history.
        settings: how long what is kept.
        expected: how often series speak.
        now_us: the clock, microseconds since 1970 UTC.
        monotonic: seconds since some instant, to keep each step short.
    """

    database: Database
    settings: HistorySettings
    expected: Expectations
    now_us: Callable[[], int]
    monotonic: Callable[[], float] = time.monotonic
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _pruned_day: int = -1

    async def run(self, interval_s: float = INTERVAL_S) -> None:
        """Keep history until `stop`."""
        while not self._stopping.is_set():
            try:
                await self._catch_up()
            except StoreUnavailable as error:
                _LOG.info("the upkeep of history waits: %s", error)
            await self._wait(interval_s)

    def stop(self) -> None:
        """End `run` after its present step."""
        self._stopping.set()

    def roll_up(self) -> Callable[[Transaction], bool]:
        """Return a job that brings some roll-ups up to date and tells whether more are due."""
        now_us = self.now_us()
        return lambda transaction: self._roll_up(transaction, now_us)

    def prune(self, after: int = 0) -> Callable[[Transaction], int | None]:
        """Return a job that drops what some entities have kept long enough.

        It tells the number after which to go on, None at the end.
        """
        now_us = self.now_us()
        return lambda transaction: self._prune(transaction, now_us, after)

    async def _catch_up(self) -> None:
        while not self._stopping.is_set():
            begun = self.monotonic()
            if not await asyncio.wrap_future(self.database.write(self.roll_up())):
                break
            # While a backlog comes in, its half hours become stale again and again: what a step
            # took from ingest, several times as much is left to it.
            await self._wait(max(_PAUSE_S, _LEFT_TO_INGEST * (self.monotonic() - begun)))
        today = self.now_us() // DAY_US
        if today == self._pruned_day:
            return
        place: int | None = 0
        while place is not None and not self._stopping.is_set():
            place = await asyncio.wrap_future(self.database.write(self.prune(place)))
            await self._wait(_PAUSE_S)
        self._pruned_day = today

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _roll_up(self, transaction: Transaction, now_us: int) -> bool:
        enough = self.monotonic() + _STEP_S
        marks = rollups.out_of_date(transaction, now_us, _MARKS)
        names = instances.attribute_names(transaction, {one.attribute_pk for one in marks})
        urns = entities.ids_of(transaction, {one.entity_pk for one in marks})
        for number, one in enumerate(marks, 1):
            of = urns.get(one.entity_pk, ""), names.get(one.attribute_pk, "")
            self._renew(transaction, one, of, now_us)
            if self.monotonic() > enough:
                return number < len(marks) or number == _MARKS
        return len(marks) == _MARKS

    def _renew(self, transaction: Transaction, one: Mark, of: tuple[str, str], now_us: int) -> None:
        if self._has_lost_readings(transaction, one, of[1], now_us):
            rollups.forget(transaction, [one])
            return
        (day,) = days_of([one.begins_us], self.expected.zone)
        rollups.renew(transaction, one, self.expected.expected_us(*of), day)

    def _has_lost_readings(
        self, transaction: Transaction, one: Mark, name: str, now_us: int
    ) -> bool:
        """Tell whether a roll-up knows more than what is still stored: it must stay as it is."""
        cutoff = _cutoff(self._rule(name).raw_days, now_us)
        if cutoff is None or one.begins_us >= cutoff:
            return False
        span = (one.begins_us, one.begins_us + HALF_HOUR_US)
        return bool(rollups.kept(transaction, one[:2], span, HALF_HOUR))

    def _prune(self, transaction: Transaction, now_us: int, after: int) -> int | None:
        if not after:
            self._drop_days(transaction, now_us)
        left = _INSTANCES
        page = entities.numbers(transaction, after, _ENTITIES)
        for pk in page:
            for name, attribute_pk in rollups.attributes_of(transaction, pk).items():
                left -= self._prune_series(transaction, (pk, attribute_pk), name, now_us)
                if left <= 0:
                    return after  # the same again, then what follows
            after = pk
        return after if len(page) == _ENTITIES else None

    def _prune_series(
        self, transaction: Transaction, of: tuple[int, int], name: str, now_us: int
    ) -> int:
        rule = self._rule(name)
        for period, days in (
            (MINUTE, rule.minute_days),
            (HALF_HOUR, rule.half_hour_days),
            (DAY, rule.day_days),
        ):
            if (before := _cutoff(days, now_us)) is not None:
                rollups.drop_before(transaction, of, period, before)
        raw = _cutoff(rule.raw_days, now_us)
        if raw is None or rollups.marks_of(transaction, of, (-(1 << 62), raw)):
            return 0  # what is not rolled up yet stays until it is
        return instances.drop_before(transaction, of, raw, _INSTANCES)

    def _drop_days(self, transaction: Transaction, now_us: int) -> None:
        """Drop whole days at once, where the engine keeps them apart and no quantity needs them."""
        cutoff = _cutoff(self.settings.every_raw_days, now_us)
        oldest = rollups.oldest_mark(transaction)
        if cutoff is not None and (oldest is None or oldest >= cutoff):
            partitions.drop_before(transaction, cutoff // DAY_US)

    def _rule(self, name: str) -> HistoryRule:
        return self.settings.rule(ngsi_ld.quantity_of(name))


def _cutoff(days: int, now_us: int) -> int | None:
    """Return the instant before which nothing is kept, at a day's begin; None keeps everything."""
    return (now_us // DAY_US - days) * DAY_US if days else None
