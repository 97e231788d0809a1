"""What a quantity is: its name, its unit, and how it behaves in time."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.names import Name


class Kind(StrEnum):
    """How a quantity behaves in time."""

    GAUGE = "gauge"  # any value at any time
    COUNTER = "counter"  # only grows, until it rolls over or its device is replaced
    STATE = "state"  # one of a few codes
    EVENT = "event"  # something that happened at one instant; it does not grow old


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measurable quantity.

    Attributes:
        id: snake_case key used in profiles, readings and the log.
        name: what people call it.
        unit: UCUM unit, `1` where it has none.
        unit_code: UN/CEFACT Recommendation 20 code, the `unitCode` of NGSI-LD.
        symbol: the unit as shown on screen, empty where it has none.
        decimals: digits after the point on screen.
        states: name of each code of a STATE or an EVENT.
    """

    id: str
    name: Name
    unit: str
    unit_code: str
    symbol: str
    decimals: int
    kind: Kind = Kind.GAUGE
    states: Mapping[int, Name] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def attribute(self) -> str:
        """Return the NGSI-LD attribute name: the id in camelCase."""
        first, *rest = self.id.split("_")
        return first + "".join(word.capitalize() for word in rest)
