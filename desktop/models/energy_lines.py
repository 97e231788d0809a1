"""The courses behind the energy page's four plots: what was measured, forecast and planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from area_configs.domain.names import Name
from energy_planner import past

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from desktop.models.energy import EnergyBoard
    from energy_planner.forecast.days import Days
    from energy_planner.proposal import Proposal

    Values = NDArray[np.float64]

_SLOT_S = 1800.0
_SIGNS = {"discharge": 1, "generate": 1, "shed": 1, "charge": -1, "consume": -1, "heat_pump": -1}
_BACK_S = 8 * 3600.0  # of the past that is shown beside the plan

MEASURED = Name("実績", "Measured")
FORECAST = Name("予測", "Forecast")
SAID = Name("朝の予測", "Forecast at midnight")
BAND = Name("予測幅 10–90 %", "10–90 % band")  # noqa: RUF001 - a range
IDLE = Name("何もしない", "Do nothing")
CURRENT = Name("適用中の計画", "Plan in force")
PROPOSED = Name("提案", "Proposed")
CONTRACT = Name("契約", "Contract")
TARGET = Name("目標", "Target")


@dataclass(frozen=True, slots=True)
class Course:
    """One line of a plot.

    Attributes:
        name: for the legend.
        role: decides colour and stroke: measured, forecast, said, band, idle, current, proposed,
            contract, target, or asset.
        edges: (N+1,) seconds UTC; each value holds from one edge to the next.
        values: (N,) NaN where not known.
        upper: (N,) of a band.
        number: which of several assets.
    """

    name: str
    role: str
    edges: Values
    values: Values
    upper: Values | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Plots:
    """All four plots over one span of time, seconds UTC."""

    begins_s: float
    ends_s: float
    now_s: float
    load: list[Course]
    storage: list[Course]
    dispatch: list[Course]
    grid: list[Course]


def plots(board: EnergyBoard, made: Proposal) -> Plots:
    """Return what the plots show of a proposal."""
    edges = _edges(made)
    now = edges[0]
    begins = now - _BACK_S
    return Plots(
        begins,
        float(edges[-1]),
        float(now),
        list(_load(board, made, edges)),
        list(_storage(board, made, edges)),
        list(_dispatch(board, made, edges)),
        list(_grid(board, made, edges)),
    )


def _edges(made: Proposal) -> Values:
    hours = made.made.plan.hours
    begins = made.made.steps.begins.timestamp()
    return np.asarray(begins + np.concatenate([[0.0], np.cumsum(hours)]) * 3600, float)


def _load(board: EnergyBoard, made: Proposal, edges: Values) -> Iterator[Course]:
    problem, word = made.made.problem, _Word(board)
    sun = problem.inputs.pv_kw
    low, _, high = problem.load.quantiles
    yield Course(word(BAND), "band", edges, low - sun, high - sun)
    yield Course(word(FORECAST), "forecast", edges, problem.load.mean - sun)
    said, midnight = _said(made)
    yield Course(word(SAID), "said", midnight + 86_400 * np.arange(len(said) + 1) / 48, said)
    if board.gathered:
        known = board.gathered.known
        light = 0.0 if known.sun is None else np.nan_to_num(known.sun.values)
        yield _past_course(board, word(MEASURED), known.load, known.load.values - light)
    yield _level(word(CONTRACT), "contract", edges, board.site.contract_kw)


def _said(made: Proposal) -> tuple[Values, float]:
    problem = made.made.problem
    begins = made.made.steps.begins
    midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    said = problem.load.said - (0.0 if problem.sun is None else np.maximum(problem.sun.said, 0.0))
    past_only = int((begins.timestamp() - midnight) // _SLOT_S) + 1
    return np.asarray(said[:past_only], float), midnight


def _storage(board: EnergyBoard, made: Proposal, edges: Values) -> Iterator[Course]:
    sizes = _sizes(board)
    for number, (ident, size) in enumerate(sizes.items()):
        planned = made.made.plan.level.get(ident)
        if planned is None or size <= 0:
            continue
        name = board.name(ident)
        yield Course(name, "asset", edges, 100 * planned / size, number=number)
        quantity = past.CHARGE if ident != _tank(board) else past.STORED
        scale = 1.0 if quantity == past.CHARGE else 100 / size
        measured = _measured(board, ident, quantity)
        if measured is not None:
            yield Course("", "asset", measured[0], scale * measured[1], number=number)


def _dispatch(board: EnergyBoard, made: Proposal, edges: Values) -> Iterator[Course]:
    for number, (ident, planned) in enumerate(_reliefs(made).items()):
        yield Course(board.name(ident), "asset", edges, planned, number=number)
        measured = _measured(board, ident, past.POWER)
        if measured is not None:
            sign = -1 if ident in {unit.device for unit in board.site.electrolysers} else 1
            yield Course("", "asset", measured[0], sign * measured[1] / 1000, number=number)


def _grid(board: EnergyBoard, made: Proposal, edges: Values) -> Iterator[Course]:
    word = _Word(board)
    yield Course(word(IDLE), "idle", edges, made.idle.import_kw)
    if made.current is not None:
        yield Course(word(CURRENT), "current", edges, made.current.import_kw)
    yield Course(word(PROPOSED), "proposed", edges, made.proposed.import_kw)
    if board.gathered and board.gathered.known.bought is not None:
        bought = board.gathered.known.bought
        yield _past_course(board, word(MEASURED), bought, bought.values)
    yield _level(word(CONTRACT), "contract", edges, board.site.contract_kw)
    target = made.made.target_kw
    if abs(target - board.site.contract_kw) > 0.5:  # noqa: PLR2004 - two lines on one another
        yield _level(word(TARGET), "target", edges, target)


class _Word:
    def __init__(self, board: EnergyBoard) -> None:
        self._language = board.language

    def __call__(self, name: Name) -> str:
        return name.text(self._language)


def _reliefs(made: Proposal) -> Mapping[str, Values]:
    """Return what each asset relieves per step, kW; those that never move are left out."""
    found: dict[str, Values] = {}
    for (ident, way), values in made.made.plan.power.items():
        if way in _SIGNS and ident not in {"grid", "photovoltaic"}:
            found[ident] = found.get(ident, np.zeros(len(values))) + _SIGNS[way] * values
    return found


def _sizes(board: EnergyBoard) -> dict[str, float]:
    sizes = {battery.device: battery.capacity_kwh for battery in board.site.batteries}
    if board.site.hydrogen:
        sizes[board.site.hydrogen.device] = board.site.hydrogen.capacity_kg
    return sizes


def _tank(board: EnergyBoard) -> str:
    return board.site.hydrogen.device if board.site.hydrogen else ""


def _measured(board: EnergyBoard, ident: str, quantity: str) -> tuple[Values, Values] | None:
    held = board.gathered.measured.get((ident, quantity)) if board.gathered else None
    if not held:
        return None
    first, last = min(held), max(held)
    halves = range(first, last + 1, int(_SLOT_S * 1e6))
    values = np.array([held.get(half, np.nan) for half in halves], float)
    edges = first / 1e6 + _SLOT_S * np.arange(len(values) + 1)
    return np.asarray(edges, float), values


def _past_course(board: EnergyBoard, name: str, days: Days, values: Values) -> Course:
    """Return the last day and a half of a history as a course."""
    kept = values[-2:]
    day = days.first + timedelta(days=len(values) - len(kept))
    midnight = datetime(day.year, day.month, day.day, tzinfo=board.zone).timestamp()
    flat = kept.reshape(-1)
    length = 86_400 / values.shape[1]
    return Course(name, "measured", midnight + length * np.arange(len(flat) + 1), flat)


def _level(name: str, role: str, edges: Values, value: float) -> Course:
    whole = np.array([edges[0] - _BACK_S, edges[-1]])
    return Course(name, role, whole, np.array([value]))
