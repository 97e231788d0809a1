"""How well the alarms serve their operators, counted from the journal (EEMUA 191). Pure."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from platform_hub.server.store.alarms import Line

_SECOND_US = 1_000_000
_HOUR_US = 3600 * _SECOND_US
TARGET_PER_HOUR = 6.0  # that one operator can answer
FLOOD = (10, 600 * _SECOND_US)  # more than 10 in 10 minutes
CHATTER = (3, 60 * _SECOND_US)  # 3 or more within a minute
STALE_US = 24 * _HOUR_US
_TOP = 10


def summary(
    lines: Sequence[Line], standing: Mapping[str, int], begins_us: int, ends_us: int
) -> dict[str, Any]:
    """Summarise the journal between two instants; `lines` are in time.

    `standing` are the alarms that were active at the end, with since when.
    """
    raised = [line for line in lines if line.what == "raised"]
    hours = max((ends_us - begins_us) / _HOUR_US, 1e-9)
    counted = Counter(line.priority for line in raised)
    return {
        "beginsUs": begins_us,
        "endsUs": ends_us,
        "raised": len(raised),
        "perHour": len(raised) / hours,
        "targetPerHour": TARGET_PER_HOUR,
        "byPriority": {
            priority: {"raised": count, "share": count / len(raised)}
            for priority, count in sorted(counted.items())
        },
        "mostFrequent": [
            {"alarm": alarm, "raised": count}
            for alarm, count in Counter(line.alarm for line in raised).most_common(_TOP)
        ],
        "floods": floods([line.at_us for line in raised]),
        "chattering": chattering(raised),
        "stale": [one for one, since_us in standing.items() if ends_us - since_us > STALE_US],
        "meanTimeToAcknowledgeS": _time_to_acknowledge_s(lines),
    }


def floods(instants: Iterable[int]) -> list[dict[str, int]]:
    """Return the periods in which more alarms came than anybody can answer."""
    most, within_us = FLOOD
    recent: deque[int] = deque()
    found: list[dict[str, int]] = []
    for at_us in sorted(instants):
        recent.append(at_us)
        while recent[0] <= at_us - within_us:
            recent.popleft()
        if len(recent) <= most:
            continue
        if found and recent[0] <= found[-1]["endsUs"]:
            found[-1]["endsUs"] = at_us
        else:
            found.append({"beginsUs": recent[0], "endsUs": at_us})
    return found


def chattering(raised: Iterable[Line]) -> list[str]:
    """Return the alarms that came again and again within a minute."""
    least, within_us = CHATTER
    recent: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=least))
    found: list[str] = []
    for line in raised:
        times = recent[line.alarm]
        times.append(line.at_us)
        full = len(times) == least and times[-1] - times[0] <= within_us
        if full and line.alarm not in found:
            found.append(line.alarm)
    return found


def _time_to_acknowledge_s(lines: Iterable[Line]) -> float | None:
    begun: dict[str, int] = {}
    taken: list[int] = []
    for line in lines:
        if line.what == "raised":
            begun[line.alarm] = line.at_us
        elif line.what == "acknowledged" and line.alarm in begun:
            taken.append(line.at_us - begun.pop(line.alarm))
    return sum(taken) / len(taken) / _SECOND_US if taken else None
