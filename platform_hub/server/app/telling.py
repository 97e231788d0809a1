"""Telling: the parts of a hub that keep histories and subscriptions, wired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_hub.server.ngsi_ld import subscriptions, temporal, temporal_search
from platform_hub.server.ngsi_ld.exchange import tenant_of
from platform_hub.server.ngsi_ld.subscriptions import Subscriptions
from platform_hub.server.ngsi_ld.subscriptions_notices import Notices
from platform_hub.server.ngsi_ld.temporal import Temporal
from platform_hub.server.ngsi_ld.temporal_search import TemporalSearch
from platform_hub.server.stream import subscribed
from platform_hub.server.stream.delivery import Courier
from platform_hub.server.stream.notifier import Notifier
from platform_hub.server.stream.subscribed import SubscribedEvents
from platform_hub.server.stream.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from platform_hub.server.governance.access import Endpoint, Guard
    from platform_hub.server.ngsi_ld.exchange import Desk
    from platform_hub.server.ngsi_ld.writing import Writer
    from platform_hub.server.settings import HubSettings
    from platform_hub.server.store.database import Database
    from platform_hub.server.stream.feed import Feed

    Methods: TypeAlias = "dict[str, Endpoint]"


class Telling:
    """Notifies subscribers; `run` and `stop` are the notifier's."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        settings: HubSettings,
        now_us: Callable[[], int],
        *,
        loopback: bool,
    ) -> None:
        """With `loopback` notifications may go to this machine."""
        self._database, self._desk, self._now_us = database, desk, now_us
        self._targets = Targets.allowing(settings.notification_targets, loopback=loopback)
        self._notices = Notices(database, now_us, desk.library.context)
        self.notifier = Notifier(database, self._notices, Courier(self._targets).deliver, now_us)

    def routes(self, feed: Feed, guard: Guard) -> dict[str, Methods]:
        """Return the endpoints of subscriptions by path and method."""
        told = Subscriptions(
            self._database,
            self._desk,
            self._targets,
            self._now_us,
            self.notifier.wake,
            self.notifier.settle,
        )
        followed = SubscribedEvents(
            self._database, feed, self._notices, tenant_of, guard.still_admits
        )
        return {
            subscriptions.LIST_PATH: {"GET": told.query, "POST": told.create},
            subscriptions.PATH: {
                "GET": told.retrieve,
                "PATCH": told.update,
                "DELETE": told.delete,
            },
            subscribed.PATH: {"GET": followed.get},
        }


def history_routes(
    database: Database, desk: Desk, writer: Writer, page_size: int
) -> dict[str, Methods]:
    """Return the endpoints of histories by path and method."""
    one = Temporal(database, desk, writer, page_size)
    many = TemporalSearch(one)
    return {
        temporal.LIST_PATH: {"GET": many.query, "POST": one.create},
        temporal_search.POST_PATH: {"POST": many.query_by_body},
        temporal.PATH: {"GET": one.retrieve, "DELETE": one.delete},
        temporal.ATTRIBUTES_PATH: {"POST": one.append},
        temporal.ATTRIBUTE_PATH: {"DELETE": one.delete_attribute},
        temporal.NAMELESS_PATH: {"DELETE": one.nameless},
        temporal.INSTANCE_PATH: {
            "PATCH": one.modify_instance,
            "DELETE": one.delete_instance,
        },
    }
