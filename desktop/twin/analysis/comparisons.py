"""What stands beside what is planned, building by building: land prices, floors, people.

A CSV file has one figure a line: `building` (gml:id), `measure`, `scenario` (empty for what
stands), `year`, `value` (blank is unknown, never zero) and `source`; `scenario_en` and
`source_en` say the same in English.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from desktop.twin.analysis.csv_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_COLUMNS = ("building", "measure", "scenario", "year", "value", "source")
_LONGEST_YEAR = 4
_WHAT = "table of land prices and scenarios"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: its name, its unit, and how many decimals it has."""

    key: str
    name: Name
    unit: Name
    decimals: int = 0


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.key: measure
        for measure in (
            Measure("land_price", Name("地価", "Land price"), Name("円/m²", "JPY/m²")),
            Measure("floor_area", Name("延床面積", "Floor area"), Name("m²", "m²")),
            Measure("height", Name("高さ", "Height"), Name("m", "m"), 1),
            Measure("residents", Name("居住者", "Residents"), Name("人", "people")),
            Measure("workers", Name("就業者", "Workers"), Name("人", "people")),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with its year and source; `value` is None where the file does not know it."""

    value: float | None
    year: int | None
    source: Name


@dataclass(frozen=True, slots=True)
class Compared:
    """One building under one measure: what stands, and each scenario that the file has for it."""

    building: str
    now: Figure | None
    planned: Mapping[str, Figure]

    def difference(self, scenario: str) -> float | None:
        """Return planned minus present; None where either is not known."""
        then = self.planned.get(scenario)
        if self.now is None or then is None or self.now.value is None or then.value is None:
            return None
        return then.value - self.now.value


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a file gives.

    Attributes:
        scenarios: their names by the word that stands in the file, in order.
        by_measure: buildings in file order.
        left_out: sentences on lines that could not be used.
    """

    scenarios: Mapping[str, Name]
    by_measure: Mapping[str, Sequence[Compared]]
    left_out: tuple[Name, ...]


def read_comparison(data: bytes, name: str) -> Comparison:
    """Read one CSV file.

    Raises:
        AreaFileError: too large, undecodable, or without the columns needed.
    """
    scenarios: dict[str, Name] = {}
    found: dict[str, dict[str, dict[str, Figure]]] = {}
    left_out: list[Name] = []
    for line, row in read_table(data, name, _COLUMNS, _WHAT).rows:
        if why := _fault(row):
            left_out.append(Name(f"{line}行目: {why.ja}", f"line {line}: {why.en}"))
            continue
        scenario = row["scenario"]
        if scenario:
            scenarios.setdefault(scenario, Name(scenario, row.get("scenario_en") or scenario))
        figures = found.setdefault(row["measure"], {}).setdefault(row["building"], {})
        if scenario in figures:
            left_out.append(Name(f"{line}行目: 重複", f"line {line}: a figure given twice"))
        figures.setdefault(scenario, _figure(row))
    by_measure = {
        measure: tuple(_compared(building, figures) for building, figures in buildings.items())
        for measure, buildings in found.items()
    }
    return Comparison(scenarios, by_measure, tuple(left_out))


def _compared(building: str, figures: Mapping[str, Figure]) -> Compared:
    planned = {scenario: figure for scenario, figure in figures.items() if scenario}
    return Compared(building, figures.get(""), planned)


def _figure(row: Mapping[str, str]) -> Figure:
    source = row.get("source", "")
    year = row.get("year", "")
    return Figure(
        float(row["value"]) if row.get("value") else None,
        int(year) if year else None,
        Name(source, row.get("source_en") or source),
    )


def _fault(row: Mapping[str, str]) -> Name | None:
    """Say why a line cannot be used."""
    return next((why for wrong, why in _faults(row) if wrong), None)


def _faults(row: Mapping[str, str]) -> Iterator[tuple[bool, Name]]:
    yield not row.get("building"), Name("建物のIDがない", "names no building")
    known = ", ".join(MEASURES)
    yield (
        row.get("measure") not in MEASURES,
        Name(f"項目が不明(使えるのは {known})", f"knows no such measure (there are {known})"),
    )
    yield "scenario" not in row, Name("列が足りない", "has too few columns")
    year, value = row.get("year", ""), row.get("value", "")
    yield bool(year) and not _is_year(year), Name("年が数でない", "its year is no number")
    yield bool(value) and not _is_number(value), Name("値が数でない", "its value is no number")


def _is_year(text: str) -> bool:
    return text.isdecimal() and len(text) <= _LONGEST_YEAR


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
