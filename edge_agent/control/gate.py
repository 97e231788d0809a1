"""The gate: whether a command may go to a device. Pure: what is known goes in, a sentence comes out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from area_configs.domain.devices import NEVER_COMMANDED
from area_configs.domain.quantities import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.commands import Command, Interlock
    from area_configs.domain.devices import DeviceProfile
    from edge_agent.control.board import Seen

    Look = Callable[[str, float], Seen | None]

_ROUNDS = 3  # so many polls may fail before what a device said is no longer known
_GRACE_S = 10.0


class Result(StrEnum):
    """What became of a command."""

    ACCEPTED = "accepted"  # the device took it; whether it does it is not known yet
    APPLIED = "applied"  # the device took it and has nothing to show for it
    VERIFIED = "verified"  # its own reading shows it
    REFUSED = "refused"  # by the gate or by the device; nothing was changed
    NO_EFFECT = "no effect"  # taken, but its reading does not follow
    TIMEOUT = "timeout"  # no answer: it may or may not have done it
    REPLACED = "replaced"  # a newer one went to the same target meanwhile


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks of a device.

    Attributes:
        quantity: names the command of the device's profile.
        by: who asks: the name of a person, or a part of the gateway.
        reason: why, for the audit.
        order: id of the hub's order, empty where the gateway itself asks.
        confirmed: whether who must confirm it has done so.
    """

    device: str
    quantity: str
    value: float
    by: str
    reason: str = ""
    order: str = ""
    confirmed: bool = False


def refusal(
    request: Request, profile: DeviceProfile, look: Look, since_last_s: float | None
) -> str:
    """Say why a command may not go to its device; empty where it may.

    Args:
        request: what is asked.
        profile: the device's model: what it does not name is refused.
        look: gives the newest good value of one of the device's quantities within seconds.
        since_last_s: how long ago the same command was written; None: never.
    """
    command = allowed(request, profile)
    if command is None:
        return f"{request.device} takes no command for {request.quantity}"
    if reason := _outside(request, command):
        return reason
    if command.confirm != "none" and not request.confirmed:
        where = "at the gateway" if command.confirm == "local" else "by who sends it"
        return f"{command.id} of {request.device} must be confirmed {where}"
    if request.value == command.fallback:
        return ""
    if since_last_s is not None and since_last_s < command.min_interval_s:
        wait_s = command.min_interval_s - since_last_s
        return f"{command.id} of {request.device} was told {since_last_s:.0f} s ago: wait {wait_s:.0f} s"
    locks = (lock for lock in command.interlocks if lock.concerns(request.value))
    return next(filter(None, (_open_lock(lock, profile, look) for lock in locks)), "")


def allowed(request: Request, profile: DeviceProfile) -> Command | None:
    """Return the command that a request means, None where the model does not take it."""
    if profile.kind in NEVER_COMMANDED:
        return None
    try:
        return profile.command(request.quantity)
    except KeyError:
        return None


def fits(command: Command, value: float, shown: float) -> bool:
    """Tell whether what a device shows is what it was told."""
    return abs(shown - value) <= command.tolerance + 1e-9 * abs(value)


def fresh_s(profile: DeviceProfile, quantity: str) -> float:
    """Return for how long what a device said of a quantity still holds."""
    return _ROUNDS * profile.point(quantity).period_s + _GRACE_S


def _outside(request: Request, command: Command) -> str:
    unit = QUANTITIES[command.quantity].symbol
    value = request.value
    if not math.isfinite(value):
        return f"{command.id} of {request.device} needs a finite number"
    if not command.minimum <= value <= command.maximum:
        limits = f"{command.minimum:.10g} to {command.maximum:.10g} {unit}".rstrip()
        return f"{command.id} of {request.device} goes from {limits}, not {value:.10g}"
    if command.values and value not in command.values:
        only = " or ".join(f"{one:.10g}" for one in command.values)
        return f"{command.id} of {request.device} takes {only}, not {value:.10g}"
    return ""


def _open_lock(lock: Interlock, profile: DeviceProfile, look: Look) -> str:
    """Say which interlock does not hold; what is not known does not hold."""
    within_s = fresh_s(profile, lock.quantity)
    seen = look(lock.quantity, within_s)
    if seen is None:
        return f"interlock: no good {lock.quantity} within {within_s:.0f} s"
    unit = QUANTITIES[lock.quantity].symbol
    shown = f"interlock: {lock.quantity} is {seen.value:.7g} {unit}".rstrip()
    if lock.minimum is not None and seen.value < lock.minimum:
        return f"{shown}, below {lock.minimum:.10g}"
    if lock.maximum is not None and seen.value > lock.maximum:
        return f"{shown}, above {lock.maximum:.10g}"
    return ""
