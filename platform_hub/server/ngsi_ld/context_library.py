"""The library of JSON-LD contexts: bundled, mapped to files, hosted here, or fetched once and kept."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.governance.answers import Refused, bad_request
from platform_hub.server.ngsi_ld import core_context, json_input, json_ld
from platform_hub.server.ngsi_ld.fetching import Unreachable
from platform_hub.server.ngsi_ld.json_ld import BadContext, Context
from platform_hub.server.store import contexts
from platform_hub.server.store.contexts import StoredContext
from platform_hub.wire import problems
from platform_hub.wire.ngsi_ld import CORE_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from platform_hub.server.ngsi_ld.fetching import Fetcher
    from platform_hub.server.store.database import Database

HOSTED, CACHED, IMPLICIT = "Hosted", "Cached", "ImplicitlyCreated"
PATH = "/ngsi-ld/v1/jsonldContexts"
_KEPT = 256  # contexts ready for use
_BUNDLED_US = 0


@dataclass(slots=True)
class Usage:
    """How often a context was used since this hub started, and when last."""

    hits: int = 0
    last_us: int | None = None


class ContextLibrary:
    """Finds what names mean. Its methods may wait for disk and network: call them in a thread."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        mapped: Mapping[str, Any],
        now_us: Callable[[], int],
    ) -> None:
        """Take `mapped` as the documents of URLs that are never fetched."""
        self._database = database
        self._fetcher = fetcher
        self._mapped = dict(mapped)
        self._now_us = now_us
        self._ready: OrderedDict[bytes, Context] = OrderedDict()
        self._usage: dict[str, Usage] = {}
        self._lock = threading.Lock()

    def context(self, value: Any) -> Context:
        """Return what an `@context` value means; None is the core context.

        Raises:
            Refused: 400 for what is no context, 504 for one that cannot be fetched.
        """
        if value is None:
            return json_ld.CORE
        key = msgspec.json.encode(value)
        with self._lock:
            found = self._ready.get(key)
        if found is None:
            found = self._read(value)
            with self._lock:
                self._ready[key] = found
                while len(self._ready) > _KEPT:
                    self._ready.popitem(last=False)
        for url in _urls(value):
            self._used(url)
        return found

    def known(self, url: str) -> Context | None:
        """Return the context of a URL where that takes no waiting, else None."""
        with self._lock:
            found = self._ready.get(msgspec.json.encode(url))
        if found is not None:
            self._used(url)
        return found

    def host(self, body: dict[str, Any], kind: str = HOSTED) -> StoredContext:
        """Keep a context document for others to refer to; what it includes is read at its first use.

        Raises:
            Refused: it is no context.
        """
        try:
            json_ld.read(body["@context"], lambda _url: {"@context": {}})
        except BadContext as error:
            raise bad_request(str(error)) from error
        name = f"urn-uuid-{uuid.uuid4()}" if kind == IMPLICIT else str(uuid.uuid4())
        new = StoredContext(name, f"{PATH}/{name}", kind, msgspec.json.encode(body), self._now_us())
        self._database.write(lambda tx: contexts.add(tx, new)).result()
        return new

    def implicit(self, value: Any) -> str:
        """Return the URL path of a context that a caller gave inline, kept for those who read it."""
        body = msgspec.json.encode({"@context": value})
        for held in self._database.read(lambda tx: contexts.every(tx, IMPLICIT)):
            if held.body == body:
                return held.url
        return self.host({"@context": value}, IMPLICIT).url

    def find(self, name: str) -> StoredContext | None:
        """Return a context by id or URL; the core context is one of them."""
        if name in core_context.URLS:
            return _bundled(name)
        local = name.rpartition(PATH + "/")[2]
        return self._database.read(lambda tx: contexts.find(tx, local) or contexts.find(tx, name))

    def every(self, kind: str = "") -> list[StoredContext]:
        """Return the contexts of a kind, the core context first."""
        found = self._database.read(lambda tx: contexts.every(tx, kind))
        core = [_bundled(CORE_CONTEXT)] if kind in {"", CACHED} else []
        return core + found

    def remove(self, held: StoredContext) -> None:
        """Forget a context."""
        self._database.write(lambda tx: contexts.remove(tx, held.id)).result()
        self.forget_ready()

    def reload(self, held: StoredContext) -> None:
        """Fetch a cached context again.

        Raises:
            Refused: 504; the copy stays as it was.
        """
        self._keep(held.url, self._document(held.url))
        self.forget_ready()

    def usage(self, held: StoredContext) -> Usage:
        """Return how a context was used."""
        return self._usage.get(held.url, Usage())

    def looked_up(self, held: StoredContext) -> None:
        """Count that somebody read a context here."""
        self._used(held.url)

    def forget_ready(self) -> None:
        """Read every context anew when it is next used."""
        with self._lock:
            self._ready.clear()

    def _read(self, value: Any) -> Context:
        try:
            return json_ld.read(value, self._load)
        except BadContext as error:
            raise bad_request(str(error)) from error

    def _load(self, url: str) -> Any:
        """Return the document of a URL, and keep a copy of what is not ours."""
        local = _local(url)
        held = self._database.read(lambda tx: contexts.find(tx, local or url))
        if held:
            return msgspec.json.decode(held.body)
        if local and url.startswith("/"):
            raise _unavailable(f"context {url[:300]} is not hosted here, or no longer")
        document = self._document(url)
        self._keep(url, document)
        return document

    def _document(self, url: str) -> Any:
        if url in self._mapped:
            return self._mapped[url]
        try:
            return json_input.decode(self._fetcher.get(url))
        except Unreachable as error:
            raise _unavailable(f"context {error}") from error
        except Refused as error:
            raise _unavailable(f"context {url[:300]} is not JSON: {error}") from error

    def _keep(self, url: str, document: Any) -> None:
        copy = StoredContext(
            str(uuid.uuid4()), url, CACHED, msgspec.json.encode(document), self._now_us()
        )
        self._database.write(lambda tx: contexts.add(tx, copy)).result()

    def _used(self, url: str) -> None:
        with self._lock:
            usage = self._usage.setdefault(_path(url), Usage())
            usage.hits += 1
            usage.last_us = self._now_us()


def _urls(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def _path(url: str) -> str:
    local = _local(url)
    return f"{PATH}/{local}" if local else url


def _local(url: str) -> str:
    """Return the id that a context has if it is hosted here, whatever name this hub is called by.

    Ids are drawn at random, so one that stands in the store is ours; others are fetched.
    """
    _, found, ident = url.rpartition(PATH + "/")
    return ident if found and "/" not in ident else ""


def _bundled(url: str) -> StoredContext:
    body = msgspec.json.encode(core_context.document())
    return StoredContext(url, url, CACHED, body, _BUNDLED_US)


def _unavailable(detail: str) -> Refused:
    return Refused(problems.context_unavailable(detail))
