"""The area API put together: its rooms, their routes, and the work that goes on by itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_hub.server.alarms import desk
from platform_hub.server.alarms.desk import AlarmDesk
from platform_hub.server.alarms.judging import Judge
from platform_hub.server.app.care_rows import care_rows
from platform_hub.server.care.calendars import Calendar
from platform_hub.server.care.keeping import Keeping
from platform_hub.server.governance import accounts, audit_routes, key_routes, trust
from platform_hub.server.governance.accounts import Accounts
from platform_hub.server.governance.audit_routes import AuditLog
from platform_hub.server.governance.key_routes import Keys
from platform_hub.server.governance.trust import Trust
from platform_hub.server.history import catalogue
from platform_hub.server.history.catalogue import Catalogue
from platform_hub.server.registry import (
    commands,
    configuration,
    decisions,
    gateways,
    inbox,
    life_cycle,
    pack,
    plans,
)
from platform_hub.server.registry.commands import Commands
from platform_hub.server.registry.configuration import Configuration
from platform_hub.server.registry.decisions import Decisions
from platform_hub.server.registry.gateways import Gateways
from platform_hub.server.registry.inbox import Inbox
from platform_hub.server.registry.office import Office
from platform_hub.server.registry.pack import Pack
from platform_hub.server.registry.plans import Plans
from platform_hub.server.store import orders
from platform_hub.server.store.database import StoreUnavailable
from platform_hub.wire.commands import OPEN_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from area_configs.domain.areas import Area
    from platform_hub.server.governance.access import Authority, Endpoint, Guard
    from platform_hub.server.settings import CareSettings
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.stream.feed import Feed
    from platform_hub.wire.commands import Order

_LOG = logging.getLogger(__name__)
INTERVAL_S = 0.5  # between looks at alarms and at what is overdue
_FLUSH_EVERY = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One route."""

    method: str
    path: str
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class AreaInForce:
    """The area at the start, and how another one takes its place.

    Attributes:
        area: in force at the start.
        digest: of its version, empty where it was never changed from here.
        packed: gives its zip.
        folder: where another area is put; None where none can be.
        adopted: told of each area that comes into force later.
    """

    area: Area
    digest: str
    packed: Callable[[], bytes]
    folder: Path | None
    adopted: Callable[[Area], None]


class AreaApi:
    """The rooms of the area API."""

    def __init__(
        self,
        placed: AreaInForce,
        authority: Authority,
        guard: Guard,
        feed: Feed,
        care: CareSettings,
    ) -> None:
        area = placed.area
        self._authority = authority
        self._guard = guard
        self._adopted = placed.adopted
        self._care = care
        self._calendar = Calendar.of(area.timezone)
        self.keeping = Keeping(authority.database, care, self._calendar, authority.now_us)
        self.office = Office(area, authority, feed)
        self.gateways = Gateways(self.office)
        self.alarms = AlarmDesk(authority, Judge(area), feed)
        self.pack = Pack(self.office, placed.digest, placed.packed, placed.folder, self._adopt)
        self._stopping = asyncio.Event()

    def routes(self, ca: str) -> dict[str, dict[str, Endpoint]]:
        """Return the endpoints by path and method; fixed paths come before open ones."""
        found: dict[str, dict[str, Endpoint]] = {}
        for rows in self._rooms(ca):
            for row in rows:
                found.setdefault(row.path, {})[row.method] = row.endpoint
        return found

    def _rooms(self, ca: str) -> Iterator[Iterable[Row]]:
        yield from (self._people(ca), self._registry(), self._orders(), self._alarms())
        rows = care_rows(self._authority, lambda: self.office.area, self._calendar, self._care)
        yield (Row(*row) for row in rows)

    async def run(self, interval_s: float = INTERVAL_S) -> None:
        """Judge alarms, expire orders and store usage until `stop`."""
        rounds = 0
        while not self._stopping.is_set():
            try:
                await self.work()
                rounds += 1
                if rounds % _FLUSH_EVERY == 0:
                    await self._guard.meter.flush()
            except Exception:  # noqa: BLE001 - one fault must not end the watch over the rest
                _LOG.exception("the work on alarms and orders failed; it goes on")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), interval_s)
        await self._guard.meter.flush()

    async def work(self) -> None:
        """Do one round of what goes on by itself."""
        with contextlib.suppress(StoreUnavailable):
            await self.pack.look()
        await self.alarms.work()
        with contextlib.suppress(StoreUnavailable):  # it is done the next time
            await self._expire()

    def stop(self) -> None:
        """End `run` and every request that waits."""
        self._stopping.set()
        self.keeping.stop()
        self.office.bells.close()

    def _adopt(self, area: Area) -> None:
        self.office.area = area
        self.alarms.judge = Judge(area)
        self._adopted(area)

    async def _expire(self) -> None:
        now_us = self._authority.now_us()
        late = await self._authority.read(lambda tx: orders.overdue(tx, OPEN_STATES, now_us))
        if not late:
            return

        def expire(transaction: Transaction) -> list[Order]:
            return life_cycle.told(transaction, life_cycle.expire(transaction, now_us))

        self.office.tell(await self._authority.write(expire))

    def _people(self, ca: str) -> Iterator[Row]:
        people = Accounts(self._authority, self._guard)
        keys, log, known = (
            Keys(self._authority),
            AuditLog(self._authority),
            Trust(self._authority, ca),
        )
        yield Row("POST", accounts.LOGIN_PATH, people.login)
        yield Row("POST", accounts.REFRESH_PATH, people.refresh)
        yield Row("POST", accounts.LOGOUT_PATH, people.logout)
        yield Row("GET", accounts.ME_PATH, people.me)
        yield Row("GET", accounts.USERS_PATH, people.list_all)
        yield Row("POST", accounts.USERS_PATH, people.add)
        yield Row("PATCH", accounts.USER_PATH, people.change)
        yield Row("PUT", accounts.PASSWORD_PATH, people.password)
        yield Row("GET", key_routes.KEYS_PATH, keys.list_all)
        yield Row("POST", key_routes.KEYS_PATH, keys.add)
        yield Row("DELETE", key_routes.KEY_PATH, keys.revoke)
        yield Row("GET", key_routes.USAGE_PATH, keys.usage)
        yield Row("GET", audit_routes.PATH, log.list_all)
        yield Row("GET", audit_routes.HEAD_PATH, log.head)
        yield Row("GET", audit_routes.VERIFICATION_PATH, log.verification)
        yield Row("GET", trust.IDENTITY_PATH, known.identity)
        yield Row("GET", trust.TIME_PATH, known.time)

    def _registry(self) -> Iterator[Row]:
        documents = Configuration(self.office)
        yield Row("GET", pack.PATH, self.pack.get)
        yield Row("PUT", pack.PATH, self.pack.put)
        yield Row("GET", pack.VERSIONS_PATH, self.pack.versions)
        yield Row("GET", pack.DIFF_PATH, self.pack.diff)
        yield Row("GET", catalogue.PATH, Catalogue(self._authority).get)
        yield Row("GET", gateways.PATH, self.gateways.get)
        yield Row("POST", gateways.PATH, self.gateways.register)
        yield Row("GET", gateways.ONE_PATH, self.gateways.retrieve)
        yield Row("DELETE", gateways.KEY_PATH, self.gateways.revoke)
        yield Row("POST", gateways.REPORT_PATH, self.gateways.report)
        yield Row("GET", configuration.PATH, documents.get)
        yield Row("PUT", configuration.PATH, documents.put)
        yield Row("GET", configuration.VERSIONS_PATH, documents.versions)
        yield Row("GET", configuration.DIFF_PATH, documents.diff)

    def _orders(self) -> Iterator[Row]:
        asked, planned = Commands(self.office), Plans(self.office)
        box = Inbox(self.office, self._guard.still_admits)
        yield Row("GET", commands.PATH, asked.list_all)
        yield Row("POST", commands.PATH, asked.post)
        yield Row("GET", commands.ONE_PATH, asked.retrieve)
        yield Row("GET", plans.PATH, planned.list_all)
        yield Row("POST", plans.PATH, planned.post)
        yield Row("GET", plans.ONE_PATH, planned.retrieve)
        yield Row("DELETE", plans.ONE_PATH, planned.revoke)
        yield Row("POST", decisions.PATH, Decisions(self.office).post)
        yield Row("GET", inbox.PATH, box.get)
        yield Row("GET", inbox.STREAM_PATH, box.stream)
        yield Row("POST", inbox.REPORT_PATH, box.report)

    def _alarms(self) -> Iterator[Row]:
        yield Row("GET", desk.PATH, self.alarms.list_all)
        yield Row("POST", desk.ACKNOWLEDGE_PATH, self.alarms.acknowledge_all)
        yield Row("GET", desk.ONE_PATH, self.alarms.retrieve)
        yield Row("POST", desk.ACTION_PATH, self.alarms.act)
        yield Row("GET", desk.JOURNAL_PATH, self.alarms.journal)
        yield Row("GET", desk.STATISTICS_PATH, self.alarms.statistics)
