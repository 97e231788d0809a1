"""Levers: what the demand controller may move, within which limits, in which order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lever:
    """How one asset may be used; its `relief` is how much less is imported because of it, kW.

    Discharging, generating and shedding relieve (positive); charging burdens (negative).

    Attributes:
        stage: lower stages are used first and released last.
        ramp_kw_s: largest change in a second.
        release_kw_s: largest change in a second when it is given back, gentler.
        rest_s: relieving, resting and charging take turns no faster; twenty minutes make at most
            six turns an hour. Until then a trickle goes on; relief that is needed never waits.
        dwell_s: a switch stays at least this long; ten minutes make at most six an hour.
        is_switch: all or nothing, such as a load that is shed.
        stores: it takes what would be fed in, and does not discharge into the grid.
    """

    id: str
    stage: int
    ramp_kw_s: float = float("inf")
    release_kw_s: float = float("inf")
    rest_s: float = 1200.0
    dwell_s: float = 0.0
    is_switch: bool = False
    stores: bool = False


@dataclass(frozen=True, slots=True)
class LeverState:
    """What a lever gives now and could give.

    Attributes:
        relief_kw: now, as measured.
        least_kw, most_kw: what it could do in the next second; a full battery cannot go below 0,
            an empty one not above 0.
        available: False where it failed or its device does not answer.
    """

    relief_kw: float
    least_kw: float
    most_kw: float
    available: bool = True
