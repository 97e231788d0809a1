"""Plan classes of API keys: how much each may ask a day, and what was asked."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from anyio import to_thread

from platform_hub.server.governance.limits import Rate
from platform_hub.server.store import usage
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.server.store.usage import Used

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_hub.server.governance.keys import Caller
    from platform_hub.server.store.database import Database

_DAY_S = 86_400
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class PlanClass:
    """What a key of a class may ask; 0 requests a day is without limit."""

    requests_per_day: int
    rate: Rate


PLAN_CLASSES: Mapping[str, PlanClass] = MappingProxyType(
    {
        # Free of charge for residents, small firms, start-ups, non-profits and schools.
        "free": PlanClass(10_000, Rate(60, 1.0)),
        "standard": PlanClass(500_000, Rate(300, 10.0)),
        "operator": PlanClass(0, Rate(1000, 200.0)),  # the area's own
    }
)


class Allowance(NamedTuple):
    """What is left of a day's quota; the day ends in `reset_s` seconds."""

    limit: int
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """Write it as the RateLimit header fields (draft-ietf-httpapi-ratelimit-headers-07)."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.remaining)),
            "RateLimit-Reset": str(self.reset_s),
        }


class Meter:
    """Counts requests in memory and brings the counts to the database now and then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stored: dict[tuple[str, str], int] = {}
        self._fresh: dict[tuple[str, str], list[int]] = {}
        self._flushing = asyncio.Lock()

    async def spend(self, caller: Caller, now_us: int) -> Allowance | None:
        """Count a request; return what is left of the caller's quota, None where it has none.

        A `remaining` below 0 says that this request is one too many; it is not counted.
        """
        limit = class_of(caller.plan).requests_per_day
        key = (caller.who, day_of(now_us))
        used = await self._used(key) if limit else 0
        if not limit or used < limit:
            self._fresh.setdefault(key, [0, 0])[0] += 1
        if not limit:
            return None
        return Allowance(limit, limit - used - 1, _DAY_S - now_us // _SECOND_US % _DAY_S)

    def answered(self, caller: Caller, now_us: int, size: int) -> None:
        """Count the bytes of an answer."""
        self._fresh.setdefault((caller.who, day_of(now_us)), [0, 0])[1] += size

    async def flush(self) -> None:
        """Store what was counted since; on failure it waits for the next time."""
        async with self._flushing:
            counted, self._fresh = self._fresh, {}
            if not counted:
                return
            rows = [Used(*key, *count) for key, count in counted.items()]
            self._stored.clear()  # other processes count as well: it is read anew
            with contextlib.suppress(StoreUnavailable):
                await asyncio.wrap_future(self._database.write(lambda tx: usage.add(tx, rows)))
                return
            for key, (requests, size) in counted.items():
                count = self._fresh.setdefault(key, [0, 0])
                count[0], count[1] = count[0] + requests, count[1] + size

    async def _used(self, key: tuple[str, str]) -> int:
        if key not in self._stored:
            self._stored[key] = await to_thread.run_sync(
                self._database.read, lambda tx: usage.requests_on(tx, *key)
            )
        return self._stored[key] + self._fresh.get(key, [0, 0])[0]


def class_of(plan: str) -> PlanClass:
    """Return a class by name; an unknown one has the least."""
    return PLAN_CLASSES.get(plan, PLAN_CLASSES["free"])


def day_of(now_us: int) -> str:
    """Return the day in UTC, at whose end quotas begin anew."""
    return datetime.fromtimestamp(now_us // _SECOND_US, tz=UTC).date().isoformat()
