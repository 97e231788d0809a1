"""Words for mistakes: what was expected, what was found, what was perhaps meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from area_configs.schema.fields import FORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pydantic_core import ErrorDetails

    from area_configs.loader.locator import Path

_NOUNS = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list in brackets",
    "model_type": "a table",
}
_FEW, _WIDTH = 20, 60  # words that fit a sentence; characters that fit a line
_LIMITS = {"greater_than_equal": "at least", "greater_than": "above", "less_than_equal": "at most"}


def suggest(word: str, known: Collection[str]) -> str:
    """Return " (did you mean ...?)" or the known words where they are few, else nothing."""
    if close := get_close_matches(word, known, n=1, cutoff=0.6):
        return f"; did you mean {close[0]!r}?"
    if known and len(known) <= _FEW:
        return f"; known are {', '.join(sorted(known))}"
    return ""


def schema_mistakes(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[Path, str]]:
    """Give path and message of everything that does not fit a model."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # pydantic does not count items that are wrong themselves
        yield detail["loc"], _message(detail, model)


def _message(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind = detail["type"]
    if kind in _NOUNS:
        return f"expected {_NOUNS[kind]}, found {_shown(detail['input'])}"
    if kind in _LIMITS:
        return _limit(detail, model)
    special = _SPECIAL.get(kind)
    return (
        special(detail, model) if special else f"{detail['msg']}, found {_shown(detail['input'])}"
    )


def _limit(detail: ErrorDetails, model: type[BaseModel]) -> str:
    (bound,) = detail["ctx"].values()
    meaning = _description(model, detail["loc"])
    wanted = f"expected {_LIMITS[detail['type']]} {bound:g}"
    return f"{wanted} ({meaning}), found {_shown(detail['input'])}"


def _missing(detail: ErrorDetails, model: type[BaseModel]) -> str:
    return f"is missing: expected {_description(model, detail['loc'])}"


def _unknown_key(detail: ErrorDetails, model: type[BaseModel]) -> str:
    *parents, key = detail["loc"]
    table = _model_at(model, tuple(parents))
    return f"unknown key{suggest(str(key), list(table.model_fields) if table else [])}"


def _choice(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    found, expected = detail["input"], detail["ctx"]["expected"]
    known = re.findall(r"'([^']+)'", expected)
    hint = suggest(found, known) if isinstance(found, str) else ""
    hint = hint if "mean" in hint else ""
    return f"expected {expected}, found {_shown(found)}{hint}"


def _pattern(detail: ErrorDetails, model: type[BaseModel]) -> str:
    what, form = _description(model, detail["loc"]), FORMS.get(detail["ctx"]["pattern"])
    expected = f"{form} ({what})" if form else what
    return f"expected {expected}, found {_shown(detail['input'])}"


def _empty(detail: ErrorDetails, model: type[BaseModel]) -> str:
    return f"is empty: expected {_description(model, detail['loc'])}"


def _too_long(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    longest = detail["ctx"]["max_length"]
    return f"expected at most {longest} characters, found {len(detail['input'])}"


_SPECIAL: dict[str, Callable[[ErrorDetails, type[BaseModel]], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _choice,
    "enum": _choice,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _too_long,
}


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = repr(value)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def _description(model: type[BaseModel], path: Path) -> str:
    """Return what the schema says of a field."""
    names = [part for part in path if isinstance(part, str)]
    table = _model_at(model, tuple(names[:-1]))
    field = table.model_fields.get(names[-1]) if table else None
    return (field.description if field else None) or "a value"


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    table: type[BaseModel] | None = model
    names = (part for part in path if isinstance(part, str))
    for name in names:
        field = table.model_fields.get(name) if table else None
        table = _model_in(field.annotation) if field else None
        if field and _is_keyed(field.annotation):
            next(names, None)  # the name of one of its tables, as in [sinks.city]
    return table


def _is_keyed(annotation: Any) -> bool:
    return get_origin(annotation) is dict or any(map(_is_keyed, get_args(annotation)))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)
