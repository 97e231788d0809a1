"""Subscription documents: checked, kept with the store's names, and shown with a caller's (5.2.12)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from platform_hub.server.governance.answers import bad_request
from platform_hub.server.ngsi_ld.parameters import checked_uri
from platform_hub.server.stream import targets
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from platform_hub.server.ngsi_ld.json_ld import Context
    from platform_hub.server.store.subscriptions import Subscription
    from platform_hub.server.stream.targets import Targets

Json = dict[str, Any]

SSE_ONLY = "sse:"  # endpoint.uri of a subscription that is only followed as a stream
TRIGGERS = (
    "entityCreated",
    "entityUpdated",
    "entityDeleted",
    "attributeCreated",
    "attributeUpdated",
    "attributeDeleted",
)
DEFAULT_TRIGGERS = ("attributeCreated", "attributeUpdated")
FORMATS = frozenset({"normalized", "concise", "keyValues", "simplified"})
ACCEPTS = frozenset({"application/json", "application/ld+json", "application/geo+json"})
_READ_ONLY = frozenset({"status", "createdAt", "modifiedAt"})
_TEXTS = ("subscriptionName", "description", "q", "scopeQ", "lang")
_MEMBERS = frozenset(
    {
        *("id", "type", "entities", "watchedAttributes", "notificationTrigger", "timeInterval"),
        *("geoQ", "isActive", "notification", "expiresAt", "throttling", "datasetId"),
        "jsonldContext",
        *_TEXTS,
    }
)
_NOTIFICATION = frozenset(
    {
        *("attributes", "pick", "omit", "format", "endpoint", "sysAttrs", "showChanges"),
        *("join", "joinLevel"),
    }
)
_TOLD = frozenset(  # what the hub itself says of a notification; clients send it back on update
    {"status", "timesSent", "timesFailed", "lastNotification", "lastFailure", "lastSuccess"}
)
_NAME_LISTS = frozenset({"attributes", "pick", "omit"})
_ENDPOINT = frozenset({"uri", "accept", "timeout", "cooldown", "receiverInfo", "notifierInfo"})
_NAME = re.compile(r"[^,;|()\s]+")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]{0,4000}")
_OWN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "content-type", "upgrade"}
)
_LONGEST_S = 10 * 365 * 86_400
_MOST = 100  # items of a list


def fragment_of(body: Any) -> Json:
    """Return a body that is a fragment of a subscription, refused where it is no object."""
    return _object(body, "a fragment of a subscription")


def patched(body: Mapping[str, Any], fragment: Mapping[str, Any]) -> Json:
    """Return a body in which a fragment replaces members; null takes one out."""
    merged = {**body, **fragment}
    return {name: held for name, held in merged.items() if held is not None}


def checked(given: Any, allowed: Targets, now_us: int) -> Json:
    """Return a subscription's body, refused where anything in it is wrong.

    Args:
        given: as the caller wrote it.
        allowed: where notifications may go.
        now_us: to tell what lies in the past.
    """
    whole = _object(given, "a subscription")
    told: Json = {name: held for name, held in whole.items() if held is not None}
    _only(told, _MEMBERS | _READ_ONLY, "a subscription")
    body: Json = {name: held for name, held in told.items() if name not in _READ_ONLY}
    if body.get("type") != "Subscription":
        raise bad_request('a subscription has "type": "Subscription"')
    if "id" in body:
        checked_uri(_text(body["id"], "id"))
    for name in _TEXTS:
        if name in body:
            _text(body[name], name)
    _check_subject(body)
    _check_rhythm(body, now_us)
    _check_notification(body.get("notification"), allowed)
    return body


def in_store(body: Json, context: Context) -> Json:
    """Return a checked body with the store's names."""
    return _renamed(body, context.stored)


def shown(
    subscription: Subscription, context: Context, now_us: int, *, system: bool = False
) -> Json:
    """Write a subscription for a caller: names in the caller's context, and how notifying went."""
    body = {"id": subscription.id, **_renamed(subscription.body, context.shown)}
    if system:
        body["createdAt"] = timestamps.to_text(subscription.created_us)
        body["modifiedAt"] = timestamps.to_text(subscription.modified_us)
    body.setdefault("notificationTrigger", list(DEFAULT_TRIGGERS))
    if not _is_one_url(subscription.source):  # the hub keeps it, for those who read notifications
        body.setdefault("jsonldContext", subscription.link)
    body["status"] = status(subscription.body, now_us)
    body["notification"] = {**body["notification"], **_told(subscription)}
    return body


def status(body: Mapping[str, Any], now_us: int) -> str:
    """Return active, paused or expired."""
    if "expiresAt" in body and timestamps.from_text(body["expiresAt"]) <= now_us:
        return "expired"
    return "active" if body.get("isActive", True) else "paused"


def _is_one_url(source: Any) -> bool:
    one = source[0] if isinstance(source, list) and len(source) == 1 else source
    return isinstance(one, str)


def _told(subscription: Subscription) -> Json:
    record = subscription.record
    if not record.sent:
        return {}
    told: Json = {"status": "failed" if record.failed else "ok", "timesSent": record.sent}
    if record.failed:
        told["timesFailed"] = record.failed
    for name, at_us in (
        ("lastNotification", record.notified_us),
        ("lastSuccess", record.success_us),
        ("lastFailure", record.failure_us),
    ):
        if at_us is not None:
            told[name] = timestamps.to_text(at_us)
    return told


def _renamed(body: Json, name: Callable[[str], str]) -> Json:
    renamed = dict(body)
    if "entities" in body:
        renamed["entities"] = [_selector(one, name) for one in body["entities"]]
    if "watchedAttributes" in body:
        renamed["watchedAttributes"] = [name(one) for one in body["watchedAttributes"]]
    if "geoproperty" in body.get("geoQ", {}):
        renamed["geoQ"] = body["geoQ"] | {"geoproperty": name(body["geoQ"]["geoproperty"])}
    if "notification" in body:
        renamed["notification"] = {
            member: [name(one) for one in held] if member in _NAME_LISTS else held
            for member, held in body["notification"].items()
        }
    return renamed


def _selector(one: Json, name: Callable[[str], str]) -> Json:
    if "type" not in one:
        return one
    return one | {"type": _NAME.sub(lambda found: name(found.group()), one["type"])}


def _check_subject(body: Json) -> None:
    """Check what is watched."""
    if "entities" not in body and "watchedAttributes" not in body:
        raise bad_request("a subscription names entities, watchedAttributes or both")
    for one in _list(body, "entities"):
        _check_selector(one)
    _check_names(body, "watchedAttributes")
    for trigger in _list(body, "notificationTrigger"):
        if trigger not in TRIGGERS:
            raise bad_request(f"notificationTrigger knows {', '.join(TRIGGERS)}")
    for dataset in _list(body, "datasetId"):
        if dataset != "@none":
            checked_uri(_text(dataset, "datasetId"))
    _check_geo(body)


def _check_selector(held: Any) -> None:
    selector = _object(held, "an item of entities")
    _only(selector, {"id", "idPattern", "type"}, "entities")
    if not selector:
        raise bad_request("an item of entities has a type, an id or an idPattern")
    for member, text in selector.items():
        _text(text, f"entities.{member}")
    if "id" in selector:
        checked_uri(selector["id"])


def _check_geo(body: Json) -> None:
    if "geoQ" not in body:
        return
    geo = _object(body["geoQ"], "geoQ")
    _only(geo, {"georel", "geometry", "coordinates", "geoproperty"}, "geoQ")
    if not {"georel", "geometry", "coordinates"} <= geo.keys():
        raise bad_request("geoQ has georel, geometry and coordinates")


def _check_rhythm(body: Json, now_us: int) -> None:
    """Check when notifications are wanted."""
    for name in ("timeInterval", "throttling"):
        if name in body and not _is_number(body[name], 0, _LONGEST_S):
            raise bad_request(f"{name} must be a number of seconds above 0")
    if "timeInterval" in body and "throttling" in body:
        raise bad_request("timeInterval and throttling exclude each other")
    if "timeInterval" in body and "watchedAttributes" in body:
        raise bad_request("timeInterval and watchedAttributes exclude each other")
    if not isinstance(body.get("isActive", True), bool):
        raise bad_request("isActive must be true or false")
    if "expiresAt" in body and _instant(body["expiresAt"]) <= now_us:
        raise bad_request("expiresAt lies in the past")


def _check_notification(held: Any, allowed: Targets) -> None:
    if held is None:
        raise bad_request("a subscription has a notification with an endpoint")
    notification = _object(held, "notification")
    _only(notification, _NOTIFICATION | _TOLD, "notification")
    for name in _TOLD:
        notification.pop(name, None)
    _check_members(notification)
    if notification.get("format", "normalized") not in FORMATS:
        raise bad_request(f"notification.format must be one of {', '.join(sorted(FORMATS))}")
    for name in ("sysAttrs", "showChanges"):
        if not isinstance(notification.get(name, False), bool):
            raise bad_request(f"notification.{name} must be true or false")
    _check_join(notification)
    _check_endpoint(notification.get("endpoint"), allowed)


def _check_members(notification: Json) -> None:
    """Check which members of entities are wanted."""
    for name in ("attributes", "pick", "omit"):
        _check_names(notification, name)
    if "attributes" in notification and {"pick", "omit"} & notification.keys():
        raise bad_request("notification.attributes excludes pick and omit")
    if both := set(notification.get("pick", ())) & set(notification.get("omit", ())):
        raise bad_request(f"{', '.join(sorted(both))} stands in pick and in omit")


def _check_join(notification: Json) -> None:
    if notification.get("join", "@none") not in {"flat", "inline", "@none"}:
        raise bad_request("notification.join must be flat, inline or @none")
    level = notification.get("joinLevel", 1)
    if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= 10:  # noqa: PLR2004 - bound of one answer
        raise bad_request("notification.joinLevel must be a whole number from 1 to 10")


def _check_endpoint(held: Any, allowed: Targets) -> None:
    endpoint = _object(held, "notification.endpoint")
    _only(endpoint, _ENDPOINT, "notification.endpoint")
    uri = _text(endpoint.get("uri"), "endpoint.uri")
    if endpoint.get("accept", "application/json") not in ACCEPTS:
        raise bad_request(f"endpoint.accept must be one of {', '.join(sorted(ACCEPTS))}")
    for name in ("timeout", "cooldown"):
        if name in endpoint and not _is_number(endpoint[name], 0, 600_000):
            raise bad_request(f"endpoint.{name} must be milliseconds from 1 to 600000")
    for pair in _pairs(endpoint, "receiverInfo"):
        _check_header(*pair)
    for key, value in _pairs(endpoint, "notifierInfo"):
        _check_mqtt(key, value)
    if uri.startswith(SSE_ONLY):
        return
    try:
        allowed.check(targets.parse(uri))
    except targets.TargetRefused as error:
        raise bad_request(str(error)) from error


def _check_header(key: str, value: str) -> None:
    if not _HEADER_NAME.fullmatch(key) or not _HEADER_VALUE.fullmatch(value):
        raise bad_request(f"receiverInfo {key[:100]!r} cannot be a header of HTTP")
    if key.lower() in _OWN_HEADERS:
        raise bad_request(f"receiverInfo {key!r} is a header that the hub itself sets")


def _check_mqtt(key: str, value: str) -> None:
    if key == "MQTT-Version" and value not in targets.MQTT_VERSIONS:
        known = ", ".join(sorted(targets.MQTT_VERSIONS))
        raise bad_request(f"notifierInfo MQTT-Version must be one of {known}")
    if key == "MQTT-QoS" and value not in {"0", "1", "2"}:
        raise bad_request("notifierInfo MQTT-QoS must be 0, 1 or 2")


def _pairs(endpoint: Json, name: str) -> list[tuple[str, str]]:
    pairs = []
    for one in _list(endpoint, name):
        _only(_object(one, f"an item of {name}"), {"key", "value"}, name)
        value = one.get("value")
        value = str(value) if isinstance(value, int) else value
        pairs.append((_text(one.get("key"), f"{name}.key"), _text(value, f"{name}.value")))
    return pairs


def _check_names(held: Json, name: str) -> None:
    for one in _list(held, name):
        _text(one, name)
    if name in held and not held[name]:
        raise bad_request(f"{name} is empty")


def _only(held: Mapping[str, Any], known: frozenset[str] | set[str], place: str) -> None:
    if unknown := sorted(held.keys() - known):
        raise bad_request(f"{place} does not know {', '.join(unknown)[:200]}")


def _object(held: Any, place: str) -> Json:
    if not isinstance(held, dict):
        raise bad_request(f"{place} must be an object")
    return held


def _list(held: Json, name: str) -> list[Any]:
    found = held.get(name, [])
    if not isinstance(found, list) or len(found) > _MOST:
        raise bad_request(f"{name} must be a list of at most {_MOST} items")
    return found


def _text(held: Any, place: str) -> str:
    if not isinstance(held, str) or not held or len(held) > 10_000:  # noqa: PLR2004 - longest query kept
        raise bad_request(f"{place} must be a text that is not empty")
    return held


def _is_number(held: Any, above: float, upto: float) -> bool:
    return isinstance(held, int | float) and not isinstance(held, bool) and above < held <= upto


def _instant(held: Any) -> int:
    try:
        return timestamps.from_text(_text(held, "expiresAt"))
    except (ValueError, OverflowError) as error:
        raise bad_request(f"expiresAt is not an ISO 8601 instant: {error}") from error
