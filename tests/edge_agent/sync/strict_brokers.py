"""Little brokers of other makes over real HTTP: strict as the standards, each with its habits."""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from platform_hub.wire import timestamps
from tests.peers.loopback_server import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]
_ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"


@dataclass
class Habits:
    """What brokers of different makes do differently.

    Attributes:
        natural_key: a sample that comes again is known; others keep it twice.
        auto_history: every upsert is recorded as history as well.
        page: instances of one attribute in an answer; more make it a 206.
        milliseconds: instants are cut to whole ones.
        end_belongs: whether `endTimeAt` itself is in the window; `timeAt` never is.
        long_names: attributes are answered as IRIs.
        reads_gzip: whether compressed content is understood; else 415.
        refuses: entity ids that are never taken.
        most_bytes: larger bodies are answered 413.
    """

    natural_key: bool = False
    auto_history: bool = False
    page: int = 1000
    milliseconds: bool = False
    end_belongs: bool = False
    long_names: bool = False
    reads_gzip: bool = True
    refuses: set[str] = field(default_factory=set)
    most_bytes: int = 1 << 30


@dataclass
class Request:
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any


class Wrong(Exception):
    """What the standard does not allow, with the status that it asks for."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status


class StrictBroker(LoopbackServer, ABC):
    """Serves one interface; `current` and `history` are what it holds, by entity."""

    def __init__(self, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        self.current: dict[str, Json] = {}
        self.history: dict[str, dict[str, list[Json]]] = {}
        self.requests: list[Request] = []
        self.regressions: list[str] = []
        self.arrived = threading.Condition()
        super().__init__(_handler_of(self))

    @abstractmethod
    def answer(self, request: Request) -> tuple[int, dict[str, str], Any]: ...

    @abstractmethod
    def refusal(self, wrong: Wrong) -> Any: ...

    def wait_for(self, holds: Callable[[], bool], timeout_s: float = 20.0) -> None:
        with self.arrived:
            assert self.arrived.wait_for(holds, timeout_s), "it never happened"

    def posts(self, path: str) -> list[Request]:
        return [one for one in self.requests if one.method == "POST" and one.path.endswith(path)]


class LdBroker(StrictBroker):
    """NGSI-LD: batch upsert, temporal entities, both kinds of retrieval."""

    def answer(self, request: Request) -> tuple[int, dict[str, str], Any]:
        path = request.path.removeprefix("/ngsi-ld/v1")
        if (request.method, path) == ("POST", "/entityOperations/upsert"):
            return self._upsert(request)
        if (request.method, path) == ("POST", "/temporal/entities"):
            return self._record(request)
        if request.method == "GET" and path.startswith("/entities/"):
            return self._retrieve(unquote(path.removeprefix("/entities/")))
        if request.method == "GET" and path.startswith("/temporal/entities/"):
            return self._retrieve_history(
                unquote(path.removeprefix("/temporal/entities/")), request
            )
        raise Wrong(404, "no such operation")

    def refusal(self, wrong: Wrong) -> Any:
        return {"type": _ERRORS + "BadRequestData", "title": str(wrong)}

    def samples(self) -> list[tuple[str, str, int, float]]:
        """Return everything in history, sorted: entity, attribute, instant, value."""
        return sorted(
            (entity, name, timestamps.from_text(one["observedAt"]), one["value"])
            for entity, attributes in self.history.items()
            for name, instances in attributes.items()
            for one in instances
        )

    def _upsert(self, request: Request) -> tuple[int, dict[str, str], Any]:
        if request.params != {"options": "update"}:
            raise Wrong(400, f"unknown parameters {request.params}")
        if not isinstance(request.body, list) or not request.body:
            raise Wrong(400, "a batch is an array of entities")
        created, refused = [], []
        for entity in request.body:
            self._check(entity, temporal=False)
            if entity["id"] in self.habits.refuses:
                error = {"type": _ERRORS + "BadRequestData", "title": "not wanted"}
                refused.append({"entityId": entity["id"], "error": error})
                continue
            if entity["id"] not in self.current:
                created.append(entity["id"])
            self._overwrite(entity)
        if refused:
            wrong = {one["entityId"] for one in refused}
            right = [entity["id"] for entity in request.body if entity["id"] not in wrong]
            return 207, {}, {"success": right, "errors": refused}
        return (201, {}, created) if created else (204, {}, None)

    def _overwrite(self, entity: Json) -> None:
        held = self.current.setdefault(entity["id"], {})
        for name, attribute in entity.items():
            before = held.get(name)
            if isinstance(before, dict) and "observedAt" in before:
                old, new = (timestamps.from_text(a["observedAt"]) for a in (before, attribute))
                if new < old:
                    self.regressions.append(f"{entity['id']} {name}")
            held[name] = attribute
            if self.habits.auto_history and "observedAt" in attribute:
                self._keep(entity["id"], name, attribute)

    def _record(self, request: Request) -> tuple[int, dict[str, str], Any]:
        entity = request.body
        if request.params or not isinstance(entity, dict):
            raise Wrong(400, "a temporal entity is one object, without parameters")
        self._check(entity, temporal=True)
        if entity["id"] in self.habits.refuses:
            raise Wrong(400, "not wanted")
        new = entity["id"] not in self.history
        for name, instances in entity.items():
            if name not in {"id", "type"}:
                for one in instances:
                    self._keep(entity["id"], name, one)
        return (201 if new else 204), {}, None

    def _keep(self, entity: str, name: str, instance: Json) -> None:
        if self.habits.milliseconds:
            instance = {**instance, "observedAt": _milliseconds(instance["observedAt"])}
        held = self.history.setdefault(entity, {}).setdefault(name, [])
        known = any(one["observedAt"] == instance["observedAt"] for one in held)
        if not (known and self.habits.natural_key):
            held.append(instance)

    def _check(self, entity: Any, *, temporal: bool) -> None:
        if not isinstance(entity, dict) or not str(entity.get("id", "")).startswith("urn:"):
            raise Wrong(400, "an entity has a URN as id")
        if not entity.get("type"):
            raise Wrong(400, "an entity has a type")
        for name, held in entity.items():
            if name in {"id", "type"}:
                continue
            if temporal != isinstance(held, list):
                raise Wrong(400, f"{name}: instances are an array, and only over time")
            for one in held if temporal else [held]:
                _check_attribute(name, one)

    def _retrieve(self, entity: str) -> tuple[int, dict[str, str], Any]:
        if entity not in self.current:
            raise Wrong(404, "no such entity")
        return 200, {}, self._named(self.current[entity])

    def _retrieve_history(self, entity: str, request: Request) -> tuple[int, dict[str, str], Any]:
        if request.params.keys() != {"timerel", "timeAt", "endTimeAt", "attrs"}:
            raise Wrong(400, f"an incomplete window: {request.params}")
        if entity not in self.history:
            raise Wrong(404, "no such entity")
        begin, end = (timestamps.from_text(request.params[n]) for n in ("timeAt", "endTimeAt"))
        found: dict[str, list[Json]] = {}
        for name in request.params["attrs"].split(","):
            held = [
                (timestamps.from_text(one["observedAt"]), one)
                for one in self.history[entity].get(name, [])
            ]
            inside = [
                pair
                for pair in sorted(held, key=lambda pair: pair[0])
                if begin < pair[0] < end or (pair[0] == end and self.habits.end_belongs)
            ]
            found[name] = inside
        return self._page(entity, found, begin)

    def _page(
        self, entity: str, found: dict[str, list[tuple[int, Json]]], begin: int
    ) -> tuple[int, dict[str, str], Any]:
        limit = self.habits.page
        cuts = [held[limit - 1][0] for held in found.values() if len(held) > limit]
        body = {
            "id": entity,
            "type": "Device",
            **{
                name: [one for at, one in held if not cuts or at <= min(cuts)]
                for name, held in found.items()
            },
        }
        if not cuts:
            return 200, {}, self._named(body)
        span = f"{timestamps.to_text(begin)}-{timestamps.to_text(min(cuts))}"
        return 206, {"Content-Range": f"date-time {span}/*"}, self._named(body)

    def _named(self, entity: Json) -> Json:
        if not self.habits.long_names:
            return entity
        prefix = "https://uri.etsi.org/ngsi-ld/default-context/"
        return {k if k in {"id", "type"} else prefix + k: v for k, v in entity.items()}


def _check_attribute(name: str, one: Any) -> None:
    if not isinstance(one, dict) or one.get("type") not in {"Property", "GeoProperty"}:
        raise Wrong(400, f"{name}: no attribute of this kind")
    if one.get("value") is None or one["value"] == "urn:ngsi-ld:null":
        raise Wrong(400, f"{name}: a value may not be null")
    if one["type"] == "Property":
        if not isinstance(one["value"], int | float):
            raise Wrong(400, f"{name}: expected a number")
        _instant(one.get("observedAt"))


def _instant(text: Any) -> datetime:
    if not isinstance(text, str) or not text.endswith("Z"):
        raise Wrong(400, f"{text!r} is no instant in UTC")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Wrong(400, f"{text!r} is no instant") from error


def _milliseconds(text: str) -> str:
    instant = timestamps.from_text(text)
    return timestamps.to_text(instant - instant % 1000)


class V2Broker(StrictBroker):
    """NGSIv2: op/update with append, and the attributes of one entity."""

    def answer(self, request: Request) -> tuple[int, dict[str, str], Any]:
        if (request.method, request.path) == ("POST", "/v2/op/update"):
            return self._update(request)
        if request.method == "GET" and request.path.endswith("/attrs"):
            entity = unquote(request.path.removeprefix("/v2/entities/").removesuffix("/attrs"))
            if entity not in self.current:
                raise Wrong(404, "The requested entity has not been found. Check type and id")
            held = self.current[entity]
            return 200, {}, {k: v for k, v in held.items() if k not in {"id", "type"}}
        raise Wrong(404, "no such operation")

    def refusal(self, wrong: Wrong) -> Any:
        return {"error": "BadRequest", "description": str(wrong)}

    def _update(self, request: Request) -> tuple[int, dict[str, str], Any]:
        if not isinstance(request.body, dict) or request.body.keys() != {"actionType", "entities"}:
            raise Wrong(400, "an update has actionType and entities")
        if request.body["actionType"] != "append" or not request.body["entities"]:
            raise Wrong(400, "not a valid action")
        for entity in request.body["entities"]:
            self._check(entity)
        for entity in request.body["entities"]:
            held = self.current.setdefault(entity["id"], {})
            for name, attribute in entity.items():
                self._compare(entity["id"], name, held.get(name), attribute)
                held[name] = attribute
        return 204, {}, None

    def _check(self, entity: Json) -> None:
        if any(character in entity["id"] for character in "<>\"'=;()"):
            raise Wrong(400, "Invalid characters in entity id")
        if entity["id"] in self.habits.refuses:
            raise Wrong(422, "not wanted")
        for name, one in entity.items():
            if name not in {"id", "type"}:
                self._check_attribute(name, one)

    def _check_attribute(self, name: str, one: Json) -> None:
        if one.keys() - {"type", "value", "metadata"} or one["type"] not in _V2_TYPES:
            raise Wrong(400, f"{name}: not an attribute")
        if one["type"] == "DateTime":
            _instant(one["value"])
        if one["type"] == "Number" and not isinstance(one["value"], int | float | None):
            raise Wrong(400, f"{name}: not a number")
        for held in one.get("metadata", {}).values():
            if held.keys() != {"type", "value"}:
                raise Wrong(400, f"{name}: not metadata")

    def _compare(self, entity: str, name: str, before: Any, after: Any) -> None:
        with contextlib.suppress(TypeError, KeyError):
            old, new = (_instant(a["metadata"]["TimeInstant"]["value"]) for a in (before, after))
            if new < old:
                self.regressions.append(f"{entity} {name}")


_V2_TYPES = {"Number", "DateTime", "Text", "geo:json"}


class _Handler(BaseHTTPRequestHandler):
    broker: StrictBroker
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self._serve(self._decoded(data))
        except Wrong as wrong:
            self._send(wrong.status, {}, self.broker.refusal(wrong))

    def log_message(self, *_: object) -> None:
        pass

    def _decoded(self, data: bytes) -> Any:
        if len(data) > self.broker.habits.most_bytes:
            raise Wrong(413, "too large")
        if self.headers.get("Content-Encoding") == "gzip":
            if not self.broker.habits.reads_gzip:
                raise Wrong(415, "content coding is not supported")
            data = gzip.decompress(data)
        if self.headers.get("Content-Type") != "application/json":
            raise Wrong(415, "not a media type of ours")
        return json.loads(data)

    def _serve(self, body: Any) -> None:
        parts = urlsplit(self.path)
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        request = Request(self.command, parts.path, params, dict(self.headers), body)
        with self.broker.arrived:
            self.broker.requests.append(request)
            try:
                answer = self.broker.answer(request)
            except Wrong as wrong:
                answer = wrong.status, {}, self.broker.refusal(wrong)
            self.broker.arrived.notify_all()
        self._send(*answer)

    def _send(self, status: int, headers: dict[str, str], content: Any) -> None:
        data = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if content is not None:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _handler_of(broker: StrictBroker) -> type[_Handler]:
    return type("Handler", (_Handler,), {"broker": broker})


@contextlib.contextmanager
def serving(broker: StrictBroker) -> Iterator[StrictBroker]:
    """Close a broker after its use."""
    try:
        yield broker
    finally:
        broker.close()
