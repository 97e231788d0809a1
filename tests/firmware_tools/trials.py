"""What an agent says during the trial of its release, and what may come of one; standard library only."""

from __future__ import annotations

from functools import partial

READY_S = 100.0
PATIENCE_S = 900.0


def status(after_s, *, acknowledged=10, backlog=0, reachable=True, error="", refused=0, **more):
    """Make what an agent says some seconds after it was ready."""
    hub = {"reachable": reachable, "last_error": error, "refused": refused}
    log = {"acknowledged": acknowledged, "backlog": backlog}
    head = {"pid": 7, "started_us": 1, "monotonic_s": READY_S + after_s}
    return {**head, "hub": hub, "log": log, **more}


def at(after_s):
    """Return the moment some seconds after it was ready."""
    return READY_S + after_s


def judged(keeper, after_s, **said):
    """Have a keeper look at what is said then."""
    return keeper.judge(status(after_s - 1, **said), at(after_s), PATIENCE_S)


def _heard(keeper):
    keeper.ready(at(0))
    judged(keeper, 15)
    judged(keeper, 45)


def _silent(keeper, **said):
    keeper.ready(at(0))
    judged(keeper, 450, **said)
    judged(keeper, 900, **said)


FATES = {
    "heard": _heard,
    "not reached": partial(_silent, reachable=False, error="no route"),
    "never ready": lambda _keeper: None,
}
