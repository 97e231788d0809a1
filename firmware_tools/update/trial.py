"""The trial of a release: what it must show, and for how long it is waited for.

Standard library only, as the keeper is. A release is kept once the hub has heard of it twice, from
the same process; it is taken back where the hub does not within its time, unless the gateway had no
link before the update either: then that it is healthy by itself must do. Time is the machine's
running time (`time.monotonic`), added up over restarts and power cuts; wall clocks jump. Which boot a
moment belongs to need not be known: each start says that it is ready before the next look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_S = 900.0
_FRESH_S = 30.0  # an agent writes its status about once a second


class Words(NamedTuple):
    """Why a trial ended as it did: a code that can be translated, and the sentence in English."""

    reason: str
    why: str


HEALTHY = Words("healthy", "it says that it is healthy")
_HEARD = Words("heard", "the hub has heard of it and acknowledges what it sends")


class Look(NamedTuple):
    """What was seen: `wait`, `keep`, `back`, or `decided` where nothing is on trial.

    Attributes:
        word: what to do.
        trial: the record of the trial from now on.
        words: why; while it waits, what is still missing.
        left_s: how long it is still waited for.
    """

    word: Literal["wait", "keep", "back", "decided"]
    trial: Mapping[str, Any]
    words: Words = Words("", "")
    left_s: float = 0.0


def begin(status: Mapping[str, Any] | None, now_us: int) -> dict[str, Any]:
    """Return the record of a trial that begins; `status` is the last of the release before."""
    hub, log = _part(status, "hub"), _part(status, "log")
    before = {
        "spoke": status is not None,
        "reached": hub.get("reachable") is True and not hub.get("last_error"),
        "acknowledged": log.get("acknowledged") or 0,
        "refused": hub.get("refused") or 0,
    }
    return {"began_us": now_us, "before": before, "starts": 0, "waited_s": 0.0}


def started(trial: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record with one more start; who starts is not ready yet."""
    kept = {key: value for key, value in trial.items() if key not in {"ready_s", "well"}}
    return {**kept, "starts": starts(trial) + 1}


def starts(trial: Mapping[str, Any]) -> int:
    """Return how often the release was started within its trial."""
    return int(trial.get("starts", 0))


def ready(trial: Mapping[str, Any], now_s: float) -> dict[str, Any]:
    """Return the record with the word of the release that it is healthy."""
    return {**trial, "ready_s": now_s, "seen_s": now_s}


def look(
    trial: Mapping[str, Any], status: Mapping[str, Any] | None, now_s: float, patience_s: float
) -> Look:
    """Judge a release by the status of its agent, now."""
    before, record = trial.get("before") or {}, dict(trial)
    record["waited_s"] = float(trial.get("waited_s", 0.0)) + _since(trial.get("seen_s"), now_s)
    record["seen_s"] = now_s
    left_s = max(0.0, patience_s - record["waited_s"])
    missing = _missing(trial, status, now_s)
    if missing is None:
        process = _process(status)
        if trial.get("well") == process:
            return Look("keep", record, _HEARD)
        return Look("wait", {**record, "well": process}, _HEARD, left_s)
    record.pop("well", None)
    if left_s > 0:
        return Look("wait", record, missing, left_s)
    expected = before.get("spoke") if missing.reason == "agent silent" else before.get("reached")
    minutes = f"{patience_s / 60:.0f} min"
    if expected:
        why = f"in {minutes} {missing.why}; before the update it was otherwise"
        return Look("back", record, Words(missing.reason, why))
    why = f"it is healthy by itself; {missing.why}, as it was before the update"
    return Look("keep", record, Words("no link before", why))


def _missing(
    trial: Mapping[str, Any], status: Mapping[str, Any] | None, now_s: float
) -> Words | None:
    """Say what a release still owes, None where the hub has heard of it."""
    if not _is_of_it(trial, status, now_s):
        return Words("agent silent", "its agent says nothing of itself")
    hub, log, before = _part(status, "hub"), _part(status, "log"), trial.get("before") or {}
    if hub.get("reachable") is not True:
        because = f" ({hub['last_error']})" if hub.get("last_error") else ""
        return Words("hub not reached", f"it did not reach the hub{because}")
    if hub.get("refused", 0) > before.get("refused", 0):
        return Words("hub refuses", "the hub refuses readings that it sends")
    if hub.get("last_error"):
        return Words("hub refuses", f"the hub does not take what it sends ({hub['last_error']})")
    if log.get("backlog") and log.get("acknowledged", 0) <= before.get("acknowledged", 0):
        return Words("nothing acknowledged", "the hub acknowledged nothing of what it sends")
    return None


def _is_of_it(trial: Mapping[str, Any], status: Mapping[str, Any] | None, now_s: float) -> bool:
    """Tell whether a status is of now, and of the process that said it is healthy."""
    if status is None or "ready_s" not in trial:
        return False
    said_s = float(status.get("monotonic_s", 0.0))
    return float(trial["ready_s"]) < said_s <= now_s and said_s >= now_s - _FRESH_S


def _since(seen_s: float | None, now_s: float) -> float:
    return 0.0 if seen_s is None else max(0.0, now_s - seen_s)


def _process(status: Mapping[str, Any] | None) -> list[Any]:
    return [status.get("pid"), status.get("started_us")] if status else []


def _part(status: Mapping[str, Any] | None, name: str) -> Mapping[str, Any]:
    found = (status or {}).get(name)
    return found if isinstance(found, dict) else {}
