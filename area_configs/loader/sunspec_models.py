"""The reader of the SunSpec information models that the suite knows, `sunspec_models.toml`."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.sunspec import REGISTERS, SunSpecModel, SunSpecPoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FILE = Path(__file__).parent.parent / "sunspec_models.toml"


@functools.cache
def sunspec_models() -> Mapping[int, SunSpecModel]:
    """Return every known model by its id."""
    with _FILE.open("rb") as file:
        tables = tomllib.load(file)
    return MappingProxyType(
        {
            int(key): SunSpecModel(int(key), table["name"], tuple(_points(table["points"])))
            for key, table in tables.items()
        }
    )


def _points(lines: list[str]) -> Iterator[SunSpecPoint]:
    offset = 0
    for line in lines:
        name, kind, *rest = line.split()
        kind, _, length = kind.partition(":")
        registers = int(length) if length else REGISTERS[kind]
        scale = next((word for word in rest if word != "rw"), "")
        yield SunSpecPoint(name, offset, kind, registers, scale, "rw" in rest)
        offset += registers
