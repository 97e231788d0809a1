"""The state of a fleet, as its gateways told the hub: which release runs where since when, and how trials ended."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from firmware_tools.sentences import trial_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_hub.client import AreaClient

UNKNOWN = ""


def fleet_state(area: AreaClient) -> Iterator[dict[str, Any]]:
    """Yield each gateway of an area: `gateway`, `health`, `release`, `since_us`, `pending`, `trials`.

    `release` is the version that its keeper of releases runs, or where it has none, that of its agent;
    empty where it never said. Of each trial `why` has the sentence as `en` and `ja`. `told_us` is when
    the gateway said so, 0 where it never did.

    Raises:
        HubUnavailable, HubRejected: as of the client.
    """
    for listed in area.get("/gateways", list[dict[str, Any]]):
        yield _row(area.gateway(str(listed["id"])))


def versions(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many gateways run each release, the most common first."""
    return dict(Counter(row["release"] for row in rows).most_common())


def lines(rows: list[dict[str, Any]], language: str) -> list[str]:
    """Return the state of a fleet as lines for a terminal."""
    told = [line for row in rows for line in _lines(row, language)]
    counted = [f"{name or 'not known'}: {many}" for name, many in versions(rows).items()]
    return [*told, "", "; ".join(counted)]


def trial_line(trial: dict[str, Any], language: str) -> str:
    """Return how a trial ended as a line; `why` is a sentence, or one in each language."""
    why = trial["why"]
    if not isinstance(why, dict):
        why = dict(zip(("en", "ja"), trial_words(trial["reason"], why), strict=True))
    return f"{trial['version']} {trial['result']} {moment(trial['ended_us'])}: {why[language]}"


def moment(at_us: int) -> str:
    """Return a time to the minute."""
    return datetime.fromtimestamp(at_us / 1e6, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _row(found: dict[str, Any]) -> dict[str, Any]:
    report = found.get("report") or {}
    release = report.get("release") or {}
    return {
        "gateway": found["id"],
        "health": found["health"],
        "last_seen_us": found["lastSeenUs"],
        "told_us": found.get("reportedUs", 0),
        "release": release.get("running") or found.get("version") or UNKNOWN,
        "since_us": release.get("sinceUs"),
        "pending": bool(release.get("pending")),
        "trials": [_trial(one) for one in release.get("trials", [])],
    }


def _trial(told: dict[str, Any]) -> dict[str, Any]:
    en, ja = trial_words(told["reason"], told["why"])
    return {
        "version": told["version"],
        "result": told["result"],
        "began_us": told.get("beganUs"),
        "ended_us": told["endedUs"],
        "reason": told["reason"],
        "why": {"en": en, "ja": ja},
    }


def _lines(row: dict[str, Any], language: str) -> Iterator[str]:
    since = f"since {moment(row['since_us'])}" if row["since_us"] else "since when is not known"
    trial = ", on trial" if row["pending"] else ""
    release = row["release"] or "not known"
    yield f"{row['gateway']:<20} {release:<16} {since}{trial}  {row['health']}"
    if row["trials"]:
        yield f"{'':<20} {trial_line(row['trials'][-1], language)}"
