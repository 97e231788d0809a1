"""The meter's past: which half hours an outage has missed, and the questions that bring them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from edge_agent.decoding import echonet_history as history

if TYPE_CHECKING:
    from collections.abc import Callable

    # Choose what a history property gives, and read properties: (selector, choice, properties).
    Choose = Callable[[int, bytes, tuple[int, ...]], dict[int, bytes]]

Counts = list[tuple[int, history.Count]]

_MOST_DAYS = 31  # two requests each; a slow meter must be through before its driver counts as hung


def missed(last_us: int, now_us: int, choose: Choose) -> Counts:
    """Return the counters at the half hours since an instant, as far as the meter has them.

    An outage of up to six hours takes one choice and one answer, a longer one those of each day.

    Raises:
        BadFrame: the meter's history cannot be read; DeviceUnavailable: it does not answer.
    """
    last, now = _instant(last_us), _instant(now_us)
    wanted = history.half_hours(last, now)
    if not wanted:
        return []
    if len(wanted) <= history.MOST_RECENT:
        return _recent(wanted, choose)
    return _days(wanted, now, choose)


def _recent(wanted: list[datetime], choose: Choose) -> Counts:
    choice = history.recent_choice(wanted[-1], len(wanted))
    edts = choose(history.RECENT_CHOICE, choice, (history.RECENT,))
    pairs = reversed(history.recent_counts(edts.get(history.RECENT, b"")))
    return [
        pair
        for taken, given in pairs
        for pair in ((history.IMPORT, taken), (history.EXPORT, given))
    ]


def _days(wanted: list[datetime], now: datetime, choose: Choose) -> Counts:
    today, days = now.astimezone(history.JST).date(), {at.date() for at in wanted}
    counts: Counts = []
    for day in sorted(days)[-_MOST_DAYS:]:
        choice = history.day_choice((today - day).days)
        kept = (history.DAY_IMPORT, history.DAY_EXPORT)
        edts = choose(history.DAY_CHOICE, choice, kept)
        for epc, source in zip((history.IMPORT, history.EXPORT), kept, strict=True):
            if edts.get(source):
                counts += [(epc, c) for c in history.day_counts(edts[source], today)]
    return [(epc, count) for epc, count in counts if count.at in wanted]


def _instant(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1e6, tz=UTC)
