"""Land prices and development scenarios: what stands beside what is planned, as colours and a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from area_configs.domain.errors import AreaFileError
from area_configs.domain.names import Name
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep, Option
from desktop.twin.analysis.comparisons import (
    MEASURES,
    Compared,
    Comparison,
    Figure,
    Measure,
    read_comparison,
)
from desktop.twin.colour_ramps import UNKNOWN, WARM, Ramp
from desktop.twin.meshes import top_of
from desktop.twin.theme_view import Tag, ThemeView

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from vtkmodules.vtkRenderingCore import vtkRenderer

    from desktop.twin.colour_scales import Rgb
    from desktop.twin.meshes import CityDrawing
    from desktop.twin.theme_view import Moment

# Land is coloured by its price, the rest by how much more or less is planned (PuOr, ColorBrewer).
_PRICE = Ramp((500_000.0, 1_000_000.0, 2_000_000.0, 4_000_000.0), WARM)
_CHANGE_COLOURS: tuple[Rgb, ...] = (
    (94, 60, 153),
    (178, 171, 210),
    (235, 235, 235),
    (253, 184, 99),
    (230, 97, 1),
)
_CHANGE = Ramp((-25.0, -2.0, 2.0, 25.0), _CHANGE_COLOURS)
_LAND = "land_price"
_NOTHING = Comparison({}, {}, ())
_NOW = Name("現況", "As it stands")
_CHANGED = Name("差", "Change")
_BUILDING = Name("建物", "Building")
_STATED = Name("出典", "Source")
_UNSTATED = Name("出典の記載なし", "no source stated")
_UNKNOWN = Name("不明", "Unknown")
_NOT_KNOWN = Name("不明(値なし)", "Unknown (no value)")
_NO_FILE = Name(
    "地区ファイルに比較表(comparisons)がありません。",
    "The area file names no table to compare (comparisons).",
)
_NO_VALUES = Name("この項目の値はありません。", "There are no values of this measure.")
_COUNT = Name(
    "{all}棟のうち{unknown}棟は値が不明で、ゼロとはしていません。",
    "Of {all} buildings {unknown} have unknown values, which are not counted as zero.",
)
_NO_ADVICE = Name(
    "資料の値の比較です。予測や投資の助言ではありません。",
    "Compares what the sources say; neither a forecast nor advice to invest.",
)
_NOT_THERE = Name("地図にない建物: {ids}", "Buildings that the map does not have: {ids}")
_LEFT_OUT = Name("使えない行: {why}", "Lines that cannot be used: {why}")
_BAD_FILE = Name("読めない表: {why}", "A table cannot be read: {why}")
_IN_PERCENT = Name("{scenario}: 現況との差(%)", "{scenario}: change in %")
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Held:
    """The area's table, and what could not be read of it."""

    comparison: Comparison
    wrong: tuple[str, ...]


class DevelopmentLayer(ThemeView):
    """Buildings of the table, coloured by price or by what a scenario changes."""

    covers_buildings = True
    info = LayerInfo(
        "development",
        Name("地価・開発シナリオ", "Prices and plans"),
        Name("現況と計画の比較表", "What stands beside what is planned"),
        group="buildings",
        options=tuple(Option(measure.key, measure.name) for measure in MEASURES.values()),
    )

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._held: tuple[tuple[Path, ...], _Held] | None = None
        self._city: CityDrawing | None = None
        self._places: dict[str, tuple[int, int]] = {}

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Colour the buildings that the table has."""
        held = self._read(moment.area.comparisons)
        self._find_places(moment.city)
        measure = MEASURES[moment.option]
        lines = held.comparison.by_measure.get(measure.key, ())
        scenario = next((s for s in held.comparison.scenarios if _has(lines, s)), "")
        colours = {
            self._places[line.building]: _colour(line, measure, scenario)
            for line in lines
            if line.building in self._places
        }
        reasons = (moment.option, tuple(colours.items()))
        self.redraw(moment, reasons, lambda: self.paint_buildings(moment, colours))
        self.tags = tuple(self._tags(moment, lines, measure, scenario))
        return self._facts(moment, held, measure, scenario)

    def _facts(self, moment: Moment, held: _Held, measure: Measure, scenario: str) -> LayerFacts:
        lines = held.comparison.by_measure.get(measure.key, ())
        names = {s: n for s, n in held.comparison.scenarios.items() if _has(lines, s)}
        return LayerFacts(
            steps=_steps(moment, measure),
            unit=moment.say(measure.unit),
            source=_sources(moment, lines),
            scenario=_scenario(moment, measure, names, scenario),
            when=", ".join(str(year) for year in sorted(_years(lines))),
            notes=tuple(self._notes(moment, held, lines)),
            headers=_headers(moment, names),
            rows=tuple(self._row(moment, line, measure, names) for line in lines),
            buildings=tuple(line.building for line in lines),
        )

    def _read(self, paths: tuple[Path, ...]) -> _Held:
        if self._held is None or self._held[0] != paths:
            self._held = (paths, _read_all(paths))
        return self._held[1]

    def _find_places(self, city: CityDrawing) -> None:
        if self._city is not city:
            self._city = city
            self._places = {
                building.id: (number, index)
                for number, model in enumerate(city.models)
                for index, building in enumerate(model.buildings)
            }

    def _name(self, moment: Moment, building: str) -> str:
        if (place := self._places.get(building)) is None:
            return building
        found = moment.city.models[place[0]].buildings[place[1]]
        return found.name or found.id

    def _tags(
        self, moment: Moment, lines: Sequence[Compared], measure: Measure, scenario: str
    ) -> Iterator[Tag]:
        for line in lines:
            if (place := self._places.get(line.building)) is None:
                continue
            unit = moment.say(measure.unit)
            if measure.key == _LAND:
                value = line.now.value if line.now else None
                text = "—" if value is None else f"{_number(value, measure)} {unit}"
            else:
                change = line.difference(scenario)
                text = "—" if change is None else f"{_signed(change, measure)} {unit}"
            yield Tag(top_of(moment.city, *place), text, _colour(line, measure, scenario))

    def _row(
        self, moment: Moment, line: Compared, measure: Measure, names: Mapping[str, Name]
    ) -> tuple[str, ...]:
        cells = [self._name(moment, line.building), _cell(moment, line.now, measure)]
        for scenario in names:
            change = line.difference(scenario)
            cells.append(_cell(moment, line.planned.get(scenario), measure))
            cells.append(moment.say(_UNKNOWN) if change is None else _signed(change, measure))
        return (*cells, _sources(moment, [line]))

    def _notes(self, moment: Moment, held: _Held, lines: Sequence[Compared]) -> Iterator[str]:
        if not moment.area.comparisons:
            yield moment.say(_NO_FILE)
        elif not lines:
            yield moment.say(_NO_VALUES)
        else:
            unknown = sum(any(f.value is None for f in _figures(line)) for line in lines)
            yield moment.say(_COUNT).format(all=len(lines), unknown=unknown)
            yield moment.say(_NO_ADVICE)
        if absent := [line.building for line in lines if line.building not in self._places]:
            yield moment.say(_NOT_THERE).format(ids=", ".join(absent[:_MOST_NAMED]))
        if why := [moment.say(one) for one in held.comparison.left_out[:_MOST_NAMED]]:
            yield moment.say(_LEFT_OUT).format(why=", ".join(why))
        yield from (moment.say(_BAD_FILE).format(why=why) for why in held.wrong)


def _read_all(paths: Sequence[Path]) -> _Held:
    """Read all tables as one; of figures given in several files the first one stays."""
    scenarios: dict[str, Name] = {}
    lines: dict[str, list[Compared]] = {}
    left_out: list[Name] = []
    wrong: list[str] = []
    for path in paths:
        try:
            found = read_comparison(path.read_bytes(), path.name)
        except (AreaFileError, OSError) as error:
            wrong.append(str(error))
            continue
        scenarios |= {word: name for word, name in found.scenarios.items() if word not in scenarios}
        left_out += found.left_out
        for measure, compared in found.by_measure.items():
            known = {line.building for line in lines.get(measure, ())}
            lines.setdefault(measure, []).extend(c for c in compared if c.building not in known)
    return _Held(Comparison(scenarios, lines, tuple(left_out)), tuple(wrong))


def _has(lines: Sequence[Compared], scenario: str) -> bool:
    return any(scenario in line.planned for line in lines)


def _figures(line: Compared) -> list[Figure]:
    return [*([line.now] if line.now else []), *line.planned.values()]


def _years(lines: Sequence[Compared]) -> set[int]:
    return {f.year for line in lines for f in _figures(line) if f.year is not None}


def _sources(moment: Moment, lines: Sequence[Compared]) -> str:
    said = (moment.say(f.source) or moment.say(_UNSTATED) for line in lines for f in _figures(line))
    return " / ".join(dict.fromkeys(said))


def _colour(line: Compared, measure: Measure, scenario: str) -> Rgb:
    if measure.key == _LAND:
        return _PRICE.colour(line.now.value if line.now else None)
    change, now = line.difference(scenario), line.now
    if change is None or now is None or not now.value:
        return UNKNOWN
    return _CHANGE.colour(100.0 * change / now.value)


def _number(value: float, measure: Measure) -> str:
    return f"{value:,.{measure.decimals}f}"


def _signed(value: float, measure: Measure) -> str:
    return f"{value:+,.{measure.decimals}f}"


def _cell(moment: Moment, figure: Figure | None, measure: Measure) -> str:
    if figure is None or figure.value is None:
        return moment.say(_UNKNOWN)
    year = f" ({figure.year})" if figure.year is not None else ""
    return f"{_number(figure.value, measure)}{year}"


def _headers(moment: Moment, names: Mapping[str, Name]) -> tuple[str, ...]:
    planned = (text for name in names.values() for text in (moment.say(name), moment.say(_CHANGED)))
    return (moment.say(_BUILDING), moment.say(_NOW), *planned, moment.say(_STATED))


def _scenario(moment: Moment, measure: Measure, names: Mapping[str, Name], scenario: str) -> str:
    if measure.key == _LAND or not scenario:
        return ", ".join(moment.say(name) for name in names.values())
    return moment.say(_IN_PERCENT).format(scenario=moment.say(names[scenario]))


def _steps(moment: Moment, measure: Measure) -> tuple[LegendStep, ...]:
    ramp = _PRICE if measure.key == _LAND else _CHANGE
    texts = (_range_text(ramp, n, measure) for n in range(len(ramp.colours)))
    known = [LegendStep(c, t) for c, t in zip(ramp.colours, texts, strict=True)]
    return (*known, LegendStep(UNKNOWN, moment.say(_NOT_KNOWN)))


def _range_text(ramp: Ramp, step: int, measure: Measure) -> str:
    """Return a colour's range: thousands set apart in prices, signs and per cent in changes."""
    words = "{:,.0f}" if measure.key == _LAND else "{:+.0f} %"
    limits = [words.format(limit).replace("-", "−") for limit in ramp.limits]  # noqa: RUF001  # a minus
    if step == 0:
        return f"< {limits[0]}"
    if step == len(limits):
        return f"> {limits[-1]}"
    return f"{limits[step - 1]} … {limits[step]}"
