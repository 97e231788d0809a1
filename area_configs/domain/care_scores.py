"""Behaviour scores of the NPI family and BPSD25Q: codes and numbers, never an instrument's wording.

An instrument's words belong to its owner; a site that has a licence loads them itself. What an
item may be and how items sum up follows the published forms (NPI: Cummings 1994; NPI-NH: Wood 2000;
NPI-Q: Kaufer 2000; BPSD25Q: Naito 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Mapping

NPI_DOMAINS = (
    "delusions",
    "hallucinations",
    "agitation",
    "depression",
    "anxiety",
    "elation",
    "apathy",
    "disinhibition",
    "irritability",
    "aberrant_motor",
    "night_behaviour",
    "appetite",
)
_TEN = NPI_DOMAINS[:10]
_OVERACTIVE = tuple(f"overactive_{n:02}" for n in range(1, 14))
_UNDERACTIVE = tuple(f"underactive_{n:02}" for n in range(1, 7))
_LIFE = tuple(f"life_{n:02}" for n in range(1, 7))
_DELIRIUM = ("delirium_01", "delirium_02")
_FREQUENCY_TIMES_SEVERITY = frozenset({0, 1, 2, 3, 4, 6, 8, 9, 12})
_TO_FIVE = frozenset(range(6))


class ScoreOutOfRange(SmartAreaError):
    """An item has a value that its instrument does not know.

    Attributes:
        item: code of the item.
        value: what was given.
        allowed: what may be given.
    """

    def __init__(self, item: str, value: int, allowed: frozenset[int]) -> None:
        known = ", ".join(map(str, sorted(allowed)))
        super().__init__(f"{item} cannot be {value}: enter one of {known}, or leave it unknown")
        self.item = item
        self.value = value
        self.allowed = allowed


class UnknownItem(SmartAreaError):
    """An item that the instrument does not have."""

    def __init__(self, instrument: str, item: str) -> None:
        super().__init__(
            f"{instrument} has no item {item[:60]!r}: take the codes of the instrument"
        )
        self.item = item


@dataclass(frozen=True, slots=True)
class Instrument:
    """How one instrument counts.

    Attributes:
        items: codes in the order of the form.
        scores: values an item may have.
        burdens: values of the second number of an item (distress, disruptiveness, burden).
        totals: name of each sum and the items that it takes; all must be answered.
        period_days: how far back the form asks.
    """

    id: str
    name: str
    items: tuple[str, ...]
    scores: frozenset[int]
    burdens: frozenset[int]
    totals: Mapping[str, tuple[str, ...]]
    period_days: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of one record; a sum with an unanswered item is None, never a smaller number.

    Attributes:
        scores: by the name of the sum.
        burdens: the same sums of the second number, apart and never added to the score.
        answered: how many items have a score.
        items: how many there are.
    """

    scores: Mapping[str, int | None]
    burdens: Mapping[str, int | None]
    answered: int
    items: int

    @property
    def is_complete(self) -> bool:
        """Tell whether every item is answered."""
        return self.answered == self.items


@dataclass(frozen=True, slots=True)
class Answers:
    """What was entered: scores and burdens by item; None or absent is unknown."""

    scores: Mapping[str, int | None]
    burdens: Mapping[str, int | None] = field(default_factory=dict)


def _npi(ident: str, name: str) -> Instrument:
    totals = {"total10": _TEN, "total12": NPI_DOMAINS}
    return Instrument(ident, name, NPI_DOMAINS, _FREQUENCY_TIMES_SEVERITY, _TO_FIVE, totals, 7)


_BPSD = _OVERACTIVE + _UNDERACTIVE + _LIFE
_BPSD_SUMS = {
    "overactive": _OVERACTIVE,
    "underactive": _UNDERACTIVE,
    "life": _LIFE,
    "total": _BPSD,
}
INSTRUMENTS: Mapping[str, Instrument] = {
    one.id: one
    for one in (
        _npi("npi", "NPI"),
        _npi("npi_nh", "NPI-NH"),
        Instrument(
            "npi_q",
            "NPI-Q",
            NPI_DOMAINS,
            frozenset(range(4)),
            _TO_FIVE,
            {"total12": NPI_DOMAINS},
            30,
        ),
        Instrument("bpsd25q", "BPSD25Q", _BPSD, _TO_FIVE, _TO_FIVE, _BPSD_SUMS, 7),
        Instrument(
            "bpsd_plus_q",
            "BPSD+Q",
            _BPSD + _DELIRIUM,
            _TO_FIVE,
            _TO_FIVE,
            {**_BPSD_SUMS, "delirium": _DELIRIUM},
            7,
        ),
    )
}


def totals(instrument: Instrument, answers: Answers) -> Totals:
    """Sum up a record.

    Raises:
        UnknownItem: an item is not of this instrument.
        ScoreOutOfRange: a value that the instrument does not know, such as an NPI product of 5.
    """
    for item in (*answers.scores, *answers.burdens):
        if item not in instrument.items:
            raise UnknownItem(instrument.name, item)
    _check(answers.scores, instrument.scores)
    _check(answers.burdens, instrument.burdens)
    return Totals(
        {name: _sum(answers.scores, items) for name, items in instrument.totals.items()},
        {name: _sum(answers.burdens, items) for name, items in instrument.totals.items()},
        sum(answers.scores.get(item) is not None for item in instrument.items),
        len(instrument.items),
    )


def _check(given: Mapping[str, int | None], allowed: frozenset[int]) -> None:
    for item, value in given.items():
        if value is not None and value not in allowed:
            raise ScoreOutOfRange(item, value, allowed)


def _sum(given: Mapping[str, int | None], items: tuple[str, ...]) -> int | None:
    found = [given.get(item) for item in items]
    known = [value for value in found if value is not None]
    return sum(known) if len(known) == len(items) else None
