"""The month as a book of tables in one language: what the PDF and the spreadsheet both print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from desktop.models.wording import UNKNOWN, number
from energy_planner import past
from energy_planner.months import month_report

if TYPE_CHECKING:
    from datetime import datetime

    from desktop.models.energy import EnergyBoard
    from energy_planner.gathering import Gathered
    from energy_planner.months import DayRow, MonthReport

Cell = str | float | None
_EMPTY_BY = 2.0  # per cent above the lowest content that a battery may reach
_FULL_POWER = 0.95
_T = {
    "title": Name("月次エネルギー報告", "Monthly energy report"),
    "summary": Name("概要", "Summary"),
    "days": Name("日別", "By day"),
    "highest": Name("最大デマンド", "Highest half hours"),
    "over": Name("契約超過", "Half hours above the contract"),
    "peak": Name("最大デマンド (kW)", "Highest half hour (kW)"),
    "billed": Name("請求対象デマンド (kW)", "Billed demand (kW)"),
    "contract": Name("契約電力 (kW)", "Contract (kW)"),
    "energy": Name("受電電力量 (kWh)", "Imported energy (kWh)"),
    "energy_cost": Name("電力量料金", "Energy cost"),
    "demand_cost": Name("基本料金", "Demand charge"),
    "total": Name("合計", "Total"),
    "idle_peak": Name("何もしない場合の最大 (kW)", "Highest when doing nothing (kW)"),
    "saved": Name("削減額", "Saved against doing nothing"),
    "known": Name("データ充足率 (%)", "Data coverage (%)"),
    "day": Name("日付", "Day"),
    "at": Name("時刻", "Time"),
    "kw": Name("kW", "kW"),
    "why": Name("理由", "Reason"),
    "gaps": Name("欠測コマ", "Unknown slots"),
    "value": Name("値", "Value"),
    "item": Name("項目", "Item"),
    "more": Name("ほか {n} コマ", "and {n} more"),
    "none": Name("ありません。", "None."),
    "empty": Name("蓄電池の残量が下限でした", "the battery was empty"),
    "full": Name("蓄電池は最大出力でした", "the battery gave all its power"),
    "not_full": Name(
        "蓄電池に余力がありました: 制御の記録を確認",
        "the battery had more to give: see the control's log",
    ),
    "elsewhere": Name("計測前の取込データ", "imported past, not measured here"),
    "simulated": Name(
        "計測開始前は模擬データです。", "What lies before the first measurement is SIMULATED."
    ),
    "idle_note": Name(
        "「何もしない」は、同じ需要で蓄電池・燃料電池・水電解装置を動かさなかった場合の計算値です。",
        "“Doing nothing” is reckoned: the same load with batteries, fuel cells and electrolysers at rest.",
    ),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table; the first row of the book's summary has two columns."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class MonthBook:
    """What is printed.

    Attributes:
        peaks: (day of the month, kW) for the chart; None where not known.
        limit: the contract, drawn into the chart.
    """

    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    peaks: tuple[tuple[int, float | None], ...]
    limit: float
    limit_name: str


def month_book(board: EnergyBoard, found: Gathered, year: int, month: int) -> MonthBook:
    """Return a month of what is known.

    Raises:
        PlanInputError: nothing is known of it.
    """
    was = month_report(board.site, found.known, year, month, board.zone)
    rest = replace(found.known, bought=None)
    idle = month_report(board.site, rest, year, month, board.zone)
    word = _Words(board)
    area = board.area.name.text(board.language)
    tables = (
        _summary(board, was, idle, word),
        _highest(was, word),
        _over(board, found, was, word),
        _days(was, word),
    )
    notes = [word("idle_note")]
    if board.older_simulated:
        notes.append(word("simulated"))
    return MonthBook(
        f"{area} {year}-{month:02d} {word('title')}",
        tables,
        tuple(notes),
        tuple((day.day.day, day.peak_kw) for day in was.days),
        board.site.contract_kw,
        word("contract"),
    )


class _Words:
    def __init__(self, board: EnergyBoard) -> None:
        self._language = board.language

    def __call__(self, key: str) -> str:
        return _T[key].text(self._language)


def _summary(board: EnergyBoard, was: MonthReport, idle: MonthReport, word: _Words) -> Table:
    money = f" ({was.currency})"
    total, without = (one.energy_cost + one.demand_cost for one in (was, idle))
    rows: list[tuple[Cell, ...]] = [
        (word("peak"), _rounded(was.peak_kw)),
        (word("billed"), _rounded(was.billed_kw)),
        (word("contract"), board.site.contract_kw),
        (word("idle_peak"), _rounded(idle.peak_kw)),
        (word("energy"), _rounded(sum(day.import_kwh or 0.0 for day in was.days))),
        (word("energy_cost") + money, round(was.energy_cost)),
        (word("demand_cost") + money, round(was.demand_cost)),
        (word("total") + money, round(total)),
        (word("saved") + money, round(without - total)),
        (word("over"), float(was.over_contract)),
        (word("known"), round(100 * was.known_share, 1)),
    ]
    return Table(word("summary"), (word("item"), word("value")), tuple(rows))


def _highest(was: MonthReport, word: _Words) -> Table:
    rows = tuple((f"{at:%Y-%m-%d %H:%M}", round(kw, 1)) for at, kw in was.highest)
    return Table(word("highest"), (word("at"), word("kw")), rows)


def _over(board: EnergyBoard, found: Gathered, was: MonthReport, word: _Words) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{at:%Y-%m-%d %H:%M}", round(kw, 1), _reason(board, found, at, word))
        for at, kw in was.highest
        if kw > board.site.contract_kw
    )
    columns = (word("at"), word("kw"), word("why"))
    if (more := was.over_contract - len(rows)) > 0:
        rows = (*rows, (word("more").format(n=more), None, ""))
    return Table(word("over"), columns, rows or ((word("none"), None, ""),))


def _reason(board: EnergyBoard, found: Gathered, at: datetime, word: _Words) -> str:
    """Say why a half hour went above the contract, by what was measured in it."""
    begins = round(at.timestamp() * 1e6)
    reasons = []
    for battery in board.site.batteries:
        charge = found.measured.get((battery.device, past.CHARGE), {}).get(begins)
        watts = found.measured.get((battery.device, past.POWER), {}).get(begins)
        if charge is None or watts is None:
            continue
        if charge <= 100 * battery.low + _EMPTY_BY:
            reasons.append(word("empty"))
        elif watts / 1000 >= _FULL_POWER * battery.power_kw:
            reasons.append(word("full"))
        else:
            reasons.append(word("not_full"))
    return ", ".join(dict.fromkeys(reasons)) or word("elsewhere")


def _days(was: MonthReport, word: _Words) -> Table:
    money = f"{word('energy_cost')} ({was.currency})"
    columns = (word("day"), word("energy"), word("peak"), word("at"), money, word("gaps"))
    return Table(word("days"), columns, tuple(_day(day) for day in was.days))


def _day(day: DayRow) -> tuple[Cell, ...]:
    at = f"{day.peak_at:%H:%M}" if day.peak_at else None
    energy, peak = _rounded(day.import_kwh), _rounded(day.peak_kw)
    cost = None if day.energy_cost is None else round(day.energy_cost)
    return (f"{day.day}", energy, peak, at, cost, float(day.unknown_slots))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def written(cell: Cell) -> str:
    """Write a cell as people read it."""
    if cell is None:
        return UNKNOWN
    if isinstance(cell, str):
        return cell
    return number(cell, 0 if float(cell).is_integer() else 1)
