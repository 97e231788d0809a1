"""Prometheus' text format 0.0.4: families of samples, in base units, as monitors read them.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels: TypeAlias = "dict[str, str]"


class Family(NamedTuple):
    """One metric with all of its samples."""

    name: str
    kind: str
    words: str
    samples: list[tuple[Labels, float]]


def gauge(name: str, words: str, value: float, labels: Labels | None = None) -> Family:
    """Return what may rise and fall, with one sample."""
    return Family(name, "gauge", words, [(labels or {}, value)])


def counter(name: str, words: str, value: float, labels: Labels | None = None) -> Family:
    """Return what only rises, with one sample."""
    return Family(name, "counter", words, [(labels or {}, value)])


def by_label(name: str, kind: str, words: str, label: str, values: Mapping[str, float]) -> Family:
    """Return a family with a sample for each value of one label."""
    return Family(name, kind, words, [({label: key}, value) for key, value in values.items()])


def text(prefix: str, families: Iterable[Family]) -> str:
    """Return families with `prefix` before each name; one without samples is left out."""
    return "".join(_rendered(prefix, family) for family in families if family.samples)


def _rendered(prefix: str, family: Family) -> str:
    name = f"{prefix}{family.name}"
    lines = [f"# HELP {name} {family.words}", f"# TYPE {name} {family.kind}"]
    lines += [f"{name}{_labelled(labels)} {value!r}" for labels, value in family.samples]
    return "\n".join(lines) + "\n"


def _labelled(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
