"""Conditions of subscriptions: which entities, which changes, and what must hold of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from platform_hub.server.ngsi_ld import criteria, expressions, json_ld, query_language
from platform_hub.server.ngsi_ld.selection import Selection
from platform_hub.server.ngsi_ld.subscriptions_body import DEFAULT_TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Collection

    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.ngsi_ld.subscriptions_events import Occurrence

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must be met.

    Attributes:
        triggers: kinds of change.
        watched: attributes, all where empty.
        selection: what must hold of the entity.
    """

    triggers: frozenset[str]
    watched: frozenset[str]
    selection: Selection

    @classmethod
    def of(cls, body: Json, context: Context) -> Conditions:
        """Read the conditions of a subscription.

        Args:
            body: of the subscription, names as the store keeps them.
            context: what the names in its `q` mean.

        Raises:
            Refused: a part cannot be read.
        """
        selection = Selection(
            criteria.selectors(body.get("entities"), json_ld.CORE),
            # Many clients write q here as they would in a URL.
            predicate=query_language.parse(unquote(body["q"]), context) if "q" in body else None,
            geo=criteria.geo_query(body["geoQ"], json_ld.CORE) if "geoQ" in body else None,
            scopes=expressions.scopes(body["scopeQ"]) if "scopeQ" in body else None,
        )
        return cls(
            frozenset(body.get("notificationTrigger", DEFAULT_TRIGGERS)),
            frozenset(body.get("watchedAttributes", ())),
            selection,
        )

    def met_by(self, happened: Occurrence) -> bool:
        """Tell whether something that happened is to be told."""
        triggered = happened.triggers(self.triggers, self.watched)
        return triggered and self.selection.passes(happened.entity)

    def gone_attributes(self, happened: Occurrence, *, changes: bool) -> Collection[str] | None:
        """Return which deleted attributes are told of; None means all.

        With an entity go all its attributes: they are told where the subscription is about
        deleted attributes, or about what there was.
        """
        if happened.kind != "deleted" or changes:
            return None
        return (self.watched or None) if "attributeDeleted" in self.triggers else frozenset()
