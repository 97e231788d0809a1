"""Notifications: which entities a subscription hears of, and what it hears (5.3.1, 5.8.6)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from platform_hub.server.governance.answers import Refused
from platform_hub.server.ngsi_ld import (
    joins,
    negotiation,
    representation,
    selection,
    subscriptions_body,
)
from platform_hub.server.ngsi_ld.json_ld import Context
from platform_hub.server.ngsi_ld.representation import Form, View
from platform_hub.server.ngsi_ld.selection import Page
from platform_hub.server.ngsi_ld.subscriptions_conditions import Conditions
from platform_hub.server.ngsi_ld.subscriptions_events import Occurrence, occurrence, together
from platform_hub.server.stream.delivery import TIMEOUT_S, Parcel
from platform_hub.server.stream.notifier import Notice, Rhythm
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.ngsi_ld.projection import Tree
    from platform_hub.server.store.database import Database
    from platform_hub.server.store.entities import Entity
    from platform_hub.server.store.subscriptions import Subscription
    from platform_hub.server.stream.notifier import Chunk

Json = dict[str, Any]
_SECOND_US = 1_000_000
_MILLISECOND_US = 1_000
_NAMESPACE = uuid.UUID("5b1f6f0e-6b0c-5a7e-9d55-0d5ad3a1c9a4")
_MOST = 100  # entities in one notification of changes
_MOST_PERIODIC = 1000
_FORMS = {
    "normalized": Form.NORMALIZED,
    "concise": Form.CONCISE,
    "keyValues": Form.SIMPLIFIED,
    "simplified": Form.SIMPLIFIED,
}


class _Read(NamedTuple):
    """A subscription, read once for all that follows."""

    modified_us: int
    conditions: Conditions
    view: View
    context: Context


@dataclass(slots=True)
class Notices:
    """Writes notifications.

    Attributes:
        context_of: returns the context of a URL; raises where it cannot be had.
    """

    database: Database
    now_us: Callable[[], int]
    context_of: Callable[[str], Context]
    _known: dict[int, _Read] = field(default_factory=dict)

    def rhythm(self, subscription: Subscription, now_us: int) -> Rhythm:
        """Return when a subscription wants to hear."""
        body = subscription.body
        endpoint = body["notification"]["endpoint"]
        interval = body.get("timeInterval")
        active = subscriptions_body.status(body, now_us) == "active"
        followed = endpoint["uri"].startswith(subscriptions_body.SSE_ONLY)
        return Rhythm(
            active and not followed,
            None if interval is None else round(interval * _SECOND_US),
            round(body.get("throttling", 0) * _SECOND_US),
            round(endpoint.get("cooldown", 0) * _MILLISECOND_US),
        )

    def compose(self, subscription: Subscription, chunk: Chunk) -> Notice:
        """Write one notification of what matches; without throttling each change has its own."""
        read = self._read(subscription)
        merges = "throttling" in subscription.body
        found: dict[int, Occurrence] = {}
        upto = chunk.last
        for change in chunk.changes:
            if change.tenant != subscription.tenant or change.entity_pk not in chunk.entities:
                continue
            happened = occurrence(change, chunk.entities[change.entity_pk])
            if happened is None or not read.conditions.met_by(happened):
                continue
            known = found.get(change.entity_pk)
            if len(found) >= _MOST or (known and not merges):
                upto = change.seq - 1
                break
            found[change.entity_pk] = together(known, happened) if known else happened
        if not found:
            return Notice(None, upto)
        items = self._items(list(found.values()), subscription, read)
        return Notice(self._parcel(subscription, read, items, str(upto)), upto)

    def periodic(self, subscription: Subscription) -> Parcel | None:
        """Write the notification of an interval; None where no entity matches."""
        read = self._read(subscription)
        page = Page(limit=_MOST_PERIODIC)
        found = self.database.read(
            lambda tx: selection.find(tx, subscription.tenant, read.conditions.selection, page)
        ).entities
        if not found:
            return None
        items = self._written(found, subscription, read)
        return self._parcel(subscription, read, items, f"at {self.now_us()}")

    def _items(
        self, found: list[Occurrence], subscription: Subscription, read: _Read
    ) -> list[Json]:
        told = [_told(one, subscription, read) for one in found]
        items = self._written(told, subscription, read)
        for happened, item in zip(found, items, strict=False):  # linked entities follow
            if happened.kind == "deleted":
                item["deletedAt"] = timestamps.to_text(happened.at_us)
        return items

    def _written(self, told: list[Entity], subscription: Subscription, read: _Read) -> list[Json]:
        """Write entities, and those that they link to where the subscription joins them."""
        wish = subscription.body["notification"]
        how = wish.get("join", "@none")
        if how == "@none":
            return [representation.represent(one, read.view) for one in told]
        levels = wish.get("joinLevel", 1)
        linked = self.database.read(lambda tx: joins.load(tx, subscription.tenant, told, levels))
        if how == "flat":
            return joins.flat(told, read.view, linked)
        return [joins.inline(one, read.view, linked) for one in told]

    def _read(self, subscription: Subscription) -> _Read:
        known = self._known.get(subscription.pk)
        if known is None or known.modified_us != subscription.modified_us:
            own = Context.of(subscription.terms, subscription.source)
            context = self._context(subscription, own)
            known = _Read(
                subscription.modified_us,
                Conditions.of(subscription.body, own),
                _view(subscription.body, context),
                context,
            )
            self._known[subscription.pk] = known
        return known

    def _context(self, subscription: Subscription, own: Context) -> Context:
        url = subscription.body.get("jsonldContext")
        if not url:
            return own
        try:
            return self.context_of(url)
        except Refused:  # it was there when the subscription came: its own context serves meanwhile
            return own

    def _parcel(
        self, subscription: Subscription, read: _Read, items: list[Json], name: str
    ) -> Parcel:
        endpoint = subscription.body["notification"]["endpoint"]
        accept = endpoint.get("accept", negotiation.JSON)
        source = read.context.source
        ident = uuid.uuid5(_NAMESPACE, f"{subscription.tenant} {subscription.id} {name}")
        body: Json = {
            "id": f"urn:ngsi-ld:Notification:{ident}",
            "type": "Notification",
            "subscriptionId": subscription.id,
            "notifiedAt": timestamps.to_text(self.now_us()),
        }
        headers = {"Content-Type": accept}
        if accept == negotiation.GEO_JSON:
            body["data"] = representation.feature_collection(items)
        elif accept == negotiation.JSON_LD:
            body["data"] = [item | {"@context": source} for item in items]
        else:
            body["data"] = items
        if accept != negotiation.JSON_LD:
            headers["Link"] = negotiation.context_link(_link(subscription, source))
        if subscription.tenant:
            headers["NGSILD-Tenant"] = subscription.tenant
        headers |= {one["key"]: str(one["value"]) for one in endpoint.get("receiverInfo", ())}
        return Parcel(
            endpoint["uri"],
            headers,
            msgspec.json.encode(body),
            msgspec.json.encode({"metadata": headers, "body": body}),
            _mqtt(endpoint),
            endpoint.get("timeout", TIMEOUT_S * 1000) / 1000,
        )


def _told(happened: Occurrence, subscription: Subscription, read: _Read) -> Entity:
    """Return an entity as it is told of: with marks of what was deleted, and what was before."""
    wish = subscription.body["notification"]
    changes = wish.get("showChanges", False)
    wanted = read.conditions.gone_attributes(happened, changes=changes)
    document = happened.document(wanted, changes=changes, system=wish.get("sysAttrs", False))
    scope = () if happened.kind == "deleted" else happened.entity.scope
    return replace(happened.entity, document=document, scope=scope)


def _link(subscription: Subscription, source: Any) -> str:
    if isinstance(source, list) and len(source) == 1:
        source = source[0]
    return source if isinstance(source, str) else subscription.link


def _view(body: Json, context: Context) -> View:
    wish = body["notification"]
    named: Tree = {name: {} for name in wish.get("attributes", ())}
    geo = wish["endpoint"].get("accept") == negotiation.GEO_JSON
    return View(
        _FORMS[wish.get("format", "normalized")],
        wish.get("sysAttrs", False),
        context,
        only=named | {"id": {}, "type": {}} if named else {n: {} for n in wish.get("pick", ())},
        without={name: {} for name in wish.get("omit", ())},
        languages=body.get("lang", ""),
        datasets=frozenset(body.get("datasetId", ())),
        geometry=body.get("geoQ", {}).get("geoproperty", "location") if geo else "",
    )


def _mqtt(endpoint: Json) -> tuple[str, int]:
    told = {one["key"]: str(one["value"]) for one in endpoint.get("notifierInfo", ())}
    return told.get("MQTT-Version", "mqtt5.0"), int(told.get("MQTT-QoS", "0"))
