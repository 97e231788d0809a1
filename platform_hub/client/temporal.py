"""History over the wire: the pages of one entity, put together again (NGSI-LD 6.3.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from platform_hub.client.errors import not_the_hub
from platform_hub.wire import events, ngsi_ld, timestamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from area_configs.domain.readings import Reading
    from platform_hub.client.session import Answer

PARTIAL = 206
_MINUTE_US = 60_000_000
_HALF_HOUR_US = 30 * _MINUTE_US
_PERIODS = 7200  # of one answer; a hub may refuse more than ten thousand
METHODS = ("avg", "min", "max", "totalCount")
_RANGE = re.compile(r"date-time (?P<begin>\S+Z)-(?P<end>\S+Z)/")


class Amount(NamedTuple):
    """What a series was in one period: its values' mean, least and most, and how many instances."""

    begins_us: int
    ends_us: int
    mean: float
    low: float
    high: float
    samples: int


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of an entity's history; both bounds or none, `ends_us` itself is not in it."""

    quantities: Sequence[str] = ()
    begins_us: int | None = None
    ends_us: int | None = None

    def parameters(self) -> dict[str, str]:
        """Return the query of a page."""
        asked: dict[str, str] = {}
        if self.quantities:
            asked["attrs"] = ",".join(map(ngsi_ld.attribute_name, self.quantities))
        if self.begins_us is not None and self.ends_us is not None:
            asked["timerel"] = "between"
            asked["timeAt"] = timestamps.to_text(self.begins_us)
            asked["endTimeAt"] = timestamps.to_text(self.ends_us)
        elif self.begins_us is not None:
            asked["timerel"] = "after"
            asked["timeAt"] = timestamps.to_text(self.begins_us - 1)
        return asked

    def behind(self, last_us: int) -> Window:
        """Return what is left when everything up to `last_us` has come."""
        return Window(self.quantities, last_us + 1, self.ends_us)


def instances(
    ask: Callable[[dict[str, str]], tuple[Answer, list[dict[str, Any]]]], window: Window
) -> Iterator[tuple[Reading, dict[str, Any]]]:
    """Yield every reading of the window with the Property that it came as, page by page.

    `ask` sends one query and returns the answer with the entities in it.
    """
    while True:
        answer, entities = ask(window.parameters())
        for entity in entities:
            yield from _instances(entity)
        if answer.status != PARTIAL:
            return
        last_us = _last_instant(answer)
        if window.begins_us is not None and last_us < window.begins_us:
            raise not_the_hub(answer.url, "its pages of history do not advance")
        window = window.behind(last_us)
        if window.ends_us is not None and last_us + 1 >= window.ends_us:
            return


def amounts_in(entity: dict[str, Any]) -> dict[str, list[Amount]]:
    """Return the periods of each quantity in an answer of aggregated values, oldest first.

    A period without a number is left out: nobody knows what it was.

    Raises:
        ValueError, KeyError, TypeError: these are no aggregated values.
    """
    found = {}
    for attribute, held in entity.items():
        plain = next((one for one in _each(held) if "datasetId" not in one), None)
        if plain is not None and METHODS[0] in plain:
            found[ngsi_ld.quantity_of(attribute)] = _amounts(plain)
    return found


def _each(held: Any) -> list[dict[str, Any]]:
    return [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict)]


def _amounts(held: dict[str, Any]) -> list[Amount]:
    low, high, count = ({row[1]: row[0] for row in held[name]} for name in METHODS[1:])
    return [
        Amount(
            timestamps.from_text(begins),
            timestamps.from_text(ends),
            float(mean),
            float(low[begins]),
            float(high[begins]),
            int(count[begins]),
        )
        for mean, begins, ends in held[METHODS[0]]
    ]


def _last_instant(answer: Answer) -> int:
    found = _RANGE.match(answer.headers.get("Content-Range", ""))
    try:
        return timestamps.from_text(found["end"] if found else "")
    except ValueError as error:
        raise not_the_hub(answer.url, "it does not say where its page of history ends") from error


def _instances(entity: dict[str, Any]) -> Iterator[tuple[Reading, dict[str, Any]]]:
    for attribute, held in entity.items():
        for instance in held if isinstance(held, list) else [held]:
            for reading in events.readings_in({"id": entity.get("id"), attribute: instance}):
                yield reading, instance


def averages(
    ask: Callable[[dict[str, str]], tuple[Answer, list[dict[str, Any]]]],
    quantities: Sequence[str],
    window_us: tuple[int, int],
) -> dict[str, dict[int, float]]:
    """Return the mean of each clocked half hour by quantity; `ask` is as of `instances`.

    A hub may count periods from the first reading on. Half hours that do not begin with the clock's
    are then made of minutes, each of which lies in the half hour that its middle lies in.
    """
    found: dict[str, dict[int, float]] = {}
    for quantity in quantities:
        periods = _periods(ask, Window((quantity,), *window_us), _HALF_HOUR_US)
        if any(begins % _HALF_HOUR_US for begins, _ in periods):
            periods = _periods(ask, Window((quantity,), *window_us), _MINUTE_US)
        found[quantity] = _by_half_hour(periods)
    return found


def _periods(
    ask: Callable[[dict[str, str]], tuple[Answer, list[dict[str, Any]]]],
    window: Window,
    length_us: int,
) -> list[tuple[int, float]]:
    """Return (begin, mean) of each period of a window, page by page of so many periods."""
    held: list[tuple[int, float]] = []
    begins_us, ends_us = window.begins_us or 0, window.ends_us or 0
    while begins_us < ends_us:
        upto_us = min(ends_us, begins_us + _PERIODS * length_us)
        part = Window(window.quantities, begins_us, upto_us)
        asked = {
            **part.parameters(),
            "options": "aggregatedValues",
            "aggrMethods": "avg",
            "aggrPeriodDuration": f"PT{length_us // _MINUTE_US}M",
        }
        answer, (entity,) = ask(asked)
        held += _means(answer, entity)
        begins_us = upto_us
    return held


def _means(answer: Answer, entity: dict[str, Any]) -> list[tuple[int, float]]:
    try:
        return [
            (timestamps.from_text(begins), float(mean))
            for attribute in entity.values()
            if isinstance(attribute, dict)
            for mean, begins, _ in attribute.get("avg", ())
        ]
    except (TypeError, ValueError) as error:
        raise not_the_hub(answer.url, f"its means cannot be read: {error}") from error


def _by_half_hour(periods: list[tuple[int, float]]) -> dict[int, float]:
    sums: dict[int, tuple[float, int]] = {}
    for begins, mean in periods:
        half = (begins + _MINUTE_US // 2) // _HALF_HOUR_US * _HALF_HOUR_US
        total, count = sums.get(half, (0.0, 0))
        sums[half] = total + mean, count + 1
    return {half: total / count for half, (total, count) in sorted(sums.items())}
