"""Names in JSON-LD contexts: expanded to what the store keeps, and compacted for who asks.

The store keeps the names of the core context: a core term as itself, a name of the default
vocabulary as its last part, every other name as its full IRI. It is the expanded form written
short, one to one, so it needs no context to be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.ngsi_ld.core_context import (
    BY_IRI,
    DEFAULT_VOCABULARY,
    KEYWORDS,
    PREFIXES,
    TERMS,
    URLS,
)
from platform_hub.wire.ngsi_ld import CORE_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MAX_DEPTH = 8
_MAX_TERMS = 20_000
_PREFIX_ENDS = tuple(":/?#[]@")


class BadContext(SmartAreaError):
    """A JSON-LD context cannot be understood; says what in it is wrong."""


@dataclass(frozen=True, slots=True)
class Context:
    """What one caller's names mean.

    Attributes:
        terms: names to IRIs, those of the core context excluded: they always win.
        source: the context as the caller gave it, to be sent back.
        vocabularies: names to IRIs that only build other names.
    """

    terms: Mapping[str, str] = field(default_factory=dict)
    source: Any = CORE_CONTEXT
    _names: dict[str, str] = field(default_factory=dict)
    _prefixes: tuple[tuple[str, str], ...] = tuple((iri, name) for name, iri in PREFIXES.items())

    @classmethod
    def of(cls, terms: Mapping[str, str], source: Any) -> Context:
        """Return the context of some terms."""
        free = {name: iri for name, iri in terms.items() if name not in TERMS}
        names: dict[str, str] = {}
        for name, iri in free.items():
            if not iri.startswith("@") and len(name) < len(names.get(iri, name + " ")):
                names[iri] = name
        prefixes = [(iri, name) for name, iri in free.items() if iri.endswith(_PREFIX_ENDS)]
        prefixes += [(iri, name) for name, iri in PREFIXES.items() if name not in free]
        return cls(free, source, names, tuple(sorted(prefixes, reverse=True)))

    def stored(self, name: str) -> str:
        """Return a caller's name as the store keeps it."""
        if name in TERMS:
            return name
        if (iri := self.terms.get(name)) is not None:
            return stored_name(iri)
        prefix, colon, rest = name.partition(":")
        if not colon:
            return name
        base = self.terms.get(prefix) or PREFIXES.get(prefix)
        return stored_name(base + rest if base and not rest.startswith("//") else name)

    def shown(self, stored: str) -> str:
        """Return a stored name as this caller reads it."""
        if stored in TERMS or (not self.terms and ":" not in stored):
            return stored
        iri = full_iri(stored)
        if (name := self._names.get(iri)) is not None:
            return name
        if ":" not in stored and stored not in self.terms:
            return stored
        return next(
            (f"{name}:{iri[len(base) :]}" for base, name in self._prefixes if iri.startswith(base)),
            iri,
        )


CORE = Context()


def stored_name(iri: str) -> str:
    """Return an IRI as the store keeps it."""
    if (term := BY_IRI.get(iri)) is not None:
        return term
    short = iri.removeprefix(DEFAULT_VOCABULARY)
    if short and short != iri and ":" not in short and short not in TERMS:
        return short
    return iri


def full_iri(stored: str) -> str:
    """Return the IRI of a stored name."""
    if (iri := TERMS.get(stored)) is not None:
        return iri
    return stored if ":" in stored else DEFAULT_VOCABULARY + stored


def read(value: Any, load: Callable[[str], Any], source: Any = None) -> Context:
    """Read an `@context` value, or a whole document that holds one.

    Args:
        value: a URL, an object of terms, or a list of those.
        load: returns the document of a URL that is not the core context's.
        source: what is sent back as the context; the value itself where None.

    Raises:
        BadContext: it is no context.
    """
    terms: dict[str, str] = {}
    _apply(value, load, terms, ())
    return Context.of(terms, value if source is None else source)


def _apply(
    value: Any, load: Callable[[str], Any], terms: dict[str, str], within: tuple[str, ...]
) -> None:
    if isinstance(value, list):
        for item in value:
            _apply(item, load, terms, within)
    elif isinstance(value, str):
        _apply_url(value, load, terms, within)
    elif isinstance(value, dict):
        _define(value, terms)
    elif value is None:
        terms.clear()
    else:
        raise BadContext(f"@context holds {type(value).__name__}: it takes URLs and objects")
    if len(terms) > _MAX_TERMS:
        raise BadContext(f"@context defines more than {_MAX_TERMS} terms")


def _apply_url(
    url: str, load: Callable[[str], Any], terms: dict[str, str], within: tuple[str, ...]
) -> None:
    if url in URLS:
        return
    if url in within:
        raise BadContext(f"context {url} includes itself")
    if len(within) >= _MAX_DEPTH:
        raise BadContext(f"contexts are nested deeper than {_MAX_DEPTH} at {url}")
    document = load(url)
    if not isinstance(document, dict) or "@context" not in document:
        raise BadContext(f"the document at {url} holds no @context")
    _apply(document["@context"], load, terms, (*within, url))


def _define(definitions: dict[str, Any], terms: dict[str, str]) -> None:
    named = {name: _target(name, held) for name, held in definitions.items() if name[:1] != "@"}
    vocabulary = definitions.get("@vocab")
    base = vocabulary if isinstance(vocabulary, str) else DEFAULT_VOCABULARY
    for name, target in named.items():
        if target is None:
            terms.pop(name, None)
        elif iri := _resolved(target, named, terms, base):
            terms[name] = iri


def _target(name: str, held: Any) -> str | None:
    """Return what a definition points to; a definition without `@id` points to its own name."""
    if isinstance(held, dict):
        held = held.get("@id", name)
    if held is not None and not isinstance(held, str):
        raise BadContext(f"term {name[:100]!r} of @context is neither an IRI nor an object")
    return held


def _resolved(target: str, named: dict[str, str | None], terms: dict[str, str], base: str) -> str:
    """Follow prefixes and other names down to an IRI; empty where a keyword is meant."""
    for _ in range(_MAX_DEPTH):
        if target.startswith("@") or target in KEYWORDS:
            return ""
        prefix, colon, rest = target.partition(":")
        if not colon:
            deeper = named.get(target) or terms.get(target) or TERMS.get(target)
            if deeper is None or deeper == target:
                return base + target
            target = deeper
            continue
        start = named.get(prefix) or terms.get(prefix) or PREFIXES.get(prefix)
        if rest.startswith("//") or start is None:
            return target
        target = start + rest
    raise BadContext(f"term {target[:100]!r} of @context is defined in a circle")
