"""The links file: where a gateway finds its simulated links, and the secrets of its meters."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Value = str | int | dict[str, str]

_ID_LETTERS = "0123456789ABCDEF"
_PLAIN_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Secrets:
    """B-route credentials: 32 characters of id, 12 of password."""

    route_b_id: str
    password: str = field(repr=False)


def invent_secrets(key: str) -> Secrets:
    """Return the credentials that belong to a simulated meter; the same key, the same secrets."""
    chance = Random(key)
    route_b_id = "".join(chance.choices(_ID_LETTERS, k=32))
    return Secrets(route_b_id, "".join(chance.choices(_PLAIN_LETTERS, k=12)))


def invent_bind_key(key: str) -> bytes:
    """Return the bind key that belongs to a simulated BTHome sensor; the same key, the same."""
    return Random(f"{key}/bind key").randbytes(16)


def write_links(
    path: Path,
    links: Mapping[str, Mapping[str, Value]],
    secrets: Mapping[str, Secrets],
    bind_keys: Mapping[str, bytes],
) -> None:
    """Write `[links.<id>]`, `[secrets.<id>]` and `[bind_keys]`, readable by its owner only.

    The file is written whole or not at all.
    """
    lines: list[str] = []
    for link, place in links.items():
        lines += [
            f"[links.{_text(link)}]",
            *(f"{key} = {_text(v)}" for key, v in place.items()),
            "",
        ]
    for link, secret in secrets.items():
        lines += [f"[secrets.{_text(link)}]", f"route_b_id = {_text(secret.route_b_id)}"]
        lines += [f"password = {_text(secret.password)}", ""]
    if bind_keys:
        lines += ["[bind_keys]", *(f"{_text(d)} = {_text(k.hex())}" for d, k in bind_keys.items())]
    partial = path.with_suffix(".part")
    partial.touch(mode=0o600)
    partial.write_text("\n".join(lines), encoding="utf-8")
    partial.replace(path)


def _text(value: Value) -> str:
    """Return a value as TOML; JSON's strings and whole numbers are TOML's as well."""
    if isinstance(value, dict):
        pairs = (f"{_text(key)} = {_text(one)}" for key, one in value.items())
        return f"{{ {', '.join(pairs)} }}"
    return json.dumps(value, ensure_ascii=False)
