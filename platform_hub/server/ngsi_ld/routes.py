"""The routes of this room: which path and method is answered by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_hub.server.ngsi_ld import attributes, batch, contexts, discovery, elsewhere, entities
from platform_hub.server.ngsi_ld.attributes import Attributes
from platform_hub.server.ngsi_ld.batch import Batch
from platform_hub.server.ngsi_ld.contexts import Contexts
from platform_hub.server.ngsi_ld.discovery import Discovery
from platform_hub.server.ngsi_ld.entities import Entities

if TYPE_CHECKING:
    from platform_hub.server.governance.access import Endpoint
    from platform_hub.server.ngsi_ld.context_library import ContextLibrary
    from platform_hub.server.ngsi_ld.exchange import Desk
    from platform_hub.server.ngsi_ld.writing import Writer

    Methods = dict[str, Endpoint]


def routes(desk: Desk, writer: Writer, library: ContextLibrary) -> dict[str, Methods]:
    """Return the endpoints by path and method, without history and subscriptions."""
    return {
        **_entities(Entities(desk, writer), Attributes(desk, writer)),
        **_operations(Entities(desk, writer), Batch(desk, writer)),
        **_discovery(Discovery(desk)),
        **_contexts(Contexts(library)),
        **{path: dict.fromkeys(elsewhere.METHODS, elsewhere.refuse) for path in elsewhere.PATHS},
    }


def _entities(current: Entities, parts: Attributes) -> dict[str, Methods]:
    return {
        entities.LIST_PATH: {
            "GET": current.query,
            "POST": current.create,
            "PUT": current.nameless,
            "PATCH": current.nameless,
            "DELETE": current.purge,
        },
        entities.PATH: {
            "GET": current.retrieve,
            "PUT": current.replace,
            "PATCH": current.merge,
            "DELETE": current.delete,
        },
        attributes.LIST_PATH: {
            "POST": parts.append,
            "PATCH": parts.update,
        },
        attributes.PATH: {"PATCH": parts.patch, "PUT": parts.replace, "DELETE": parts.delete},
    }


def _operations(current: Entities, many: Batch) -> dict[str, Methods]:
    return {
        entities.QUERY_PATH: {"POST": current.query_by_body},
        batch.CREATE_PATH: {"POST": many.create},
        batch.UPSERT_PATH: {"POST": many.upsert},
        batch.UPDATE_PATH: {"POST": many.update},
        batch.MERGE_PATH: {"POST": many.merge},
        batch.DELETE_PATH: {"POST": many.delete},
    }


def _discovery(kinds: Discovery) -> dict[str, Methods]:
    return {
        discovery.TYPES_PATH: {"GET": kinds.types},
        discovery.TYPE_PATH: {"GET": kinds.type},
        discovery.ATTRIBUTES_PATH: {"GET": kinds.attributes},
        discovery.ATTRIBUTE_PATH: {"GET": kinds.attribute},
    }


def _contexts(held: Contexts) -> dict[str, Methods]:
    return {
        contexts.LIST_PATH: {"GET": held.list, "POST": held.add},
        contexts.ONE_PATH: {"GET": held.get, "DELETE": held.delete},
    }
