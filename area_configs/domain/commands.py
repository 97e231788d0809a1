"""Commands: what a device may be told to do, within which limits, and how to see that it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from area_configs.domain.names import Name
    from area_configs.domain.sources import Source

Confirm = Literal["none", "remote", "local"]
Applies = Literal["always", "positive", "negative"]


@dataclass(frozen=True, slots=True)
class Interlock:
    """A condition for a command: the newest good reading of a quantity lies within limits.

    Attributes:
        applies: to which arguments: a battery may be told to charge while it is empty.
    """

    quantity: str
    minimum: float | None = None
    maximum: float | None = None
    applies: Applies = "always"

    def concerns(self, value: float) -> bool:
        """Tell whether it must hold for an argument."""
        return {"always": True, "positive": value > 0, "negative": value < 0}[self.applies]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a device model may be told, as a number.

    Attributes:
        id: key of the command, unique in its profile.
        quantity: the quantity that its argument is a value of; decides unit and screen form.
        target: where the number is written; value = raw x scale + shift, as for points.
        minimum, maximum: limits of the argument; outside them the gate refuses.
        interlocks: conditions that must hold, all of them, else the gate refuses.
        read_back: quantity whose reading shows that the command took effect; empty where the
            device offers none, then the target itself is read again where it can be.
        tolerance: how far the read-back may differ.
        settle_s: how long the device may take until the read-back fits.
        min_interval_s: two of these commands are at least this far apart.
        confirm: who must confirm before it is sent.
        fallback: value that is safe to return to when a plan ends; None where it stays. No
            interlock and no rate keeps a device from it.
        values: where not empty, the only arguments there are, such as the codes of a state.
    """

    id: str
    name: Name
    quantity: str
    target: Source
    minimum: float
    maximum: float
    interlocks: tuple[Interlock, ...] = ()
    read_back: str = ""
    tolerance: float = 0.0
    settle_s: float = 10.0
    min_interval_s: float = 1.0
    confirm: Confirm = "none"
    fallback: float | None = None
    values: tuple[float, ...] = ()
