"""Languages: the one text of a LanguageProperty that a reader understands best (4.15)."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
_FALLBACKS = ("@none", "en", "ja")


def chosen(held: Json, wanted: str) -> Json:
    """Return a LanguageProperty as a Property in the language of an Accept-Language-like list."""
    texts: Json = held["languageMap"]
    language = _best(texts, wanted)
    kept = {name: value for name, value in held.items() if name not in {"type", "languageMap"}}
    return {"type": "Property", "value": texts.get(language), "lang": language, **kept}


def _best(texts: Json, wanted: str) -> str:
    for language in _ranked(wanted):
        if language == "*":
            break
        for held in texts:
            if held.lower() == language or held.lower().startswith(language + "-"):
                return held
        if (found := _shorter(texts, language)) is not None:
            return found
    return next((name for name in _FALLBACKS if name in texts), next(iter(texts), "@none"))


def _shorter(texts: Json, language: str) -> str | None:
    """Return the language that a regional one belongs to (RFC 4647, 3.4)."""
    while "-" in language:
        language = language.rpartition("-")[0]
        for held in texts:
            if held.lower() == language:
                return held
    return None


def _ranked(wanted: str) -> list[str]:
    weighted = []
    for at, part in enumerate(wanted.split(",")):
        name, _, quality = part.partition(";")
        weighted.append((-_weight(quality), at, name.strip().lower()))
    return [name for weight, _, name in sorted(weighted) if weight < 0 and name]


def _weight(quality: str) -> float:
    text = quality.strip().removeprefix("q=")
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
