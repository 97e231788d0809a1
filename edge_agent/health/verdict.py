"""The verdict: whether an agent is well, for a watcher that wants one word and the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from edge_agent.health.disk_space import shortage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Word = Literal["ok", "degraded", "failing"]


def verdict(status: Mapping[str, Any], overdue: Sequence[str] = ()) -> dict[str, Any]:
    """Return `status` and `reasons`.

    `failing` means that readings are lost or the agent does not get on; `degraded` that something
    outside of it does not answer, which heals without it, or that its disk is full.
    """
    failures, troubles = list(_failures(status, overdue)), list(_troubles(status))
    word: Word = "failing" if failures else "degraded" if troubles else "ok"
    return {"status": word, "gateway": status["gateway"], "reasons": failures + troubles}


def _failures(status: Mapping[str, Any], overdue: Sequence[str]) -> Iterator[str]:
    if status["log"]["last_error"]:
        yield f"readings are refused: {status['log']['last_error']}"
    for part in overdue:
        yield f"{part} does not get on"


def _troubles(status: Mapping[str, Any]) -> Iterator[str]:
    if words := shortage(status):
        yield words
    for name, link in status["links"].items():
        if link["state"] == "down":
            yield f"link {name}: {link['last_error']}"
    for name, sink in status["sinks"].items():
        if sink["error"] or sink["reachable"] is False:
            yield f"{name}: {sink['error'] or 'not reachable'}"
