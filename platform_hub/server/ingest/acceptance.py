"""Acceptance: which readings the hub takes, and why it will never take the others."""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING

from platform_hub.server.history.seeding import STATIC
from platform_hub.wire import ngsi_ld, timestamps
from platform_hub.wire.acknowledgements import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from area_configs.domain.readings import Reading
    from platform_hub.wire.blocks import Block

_NAME = re.compile(r"[\w.~-]{1,128}")
_QUANTITY = re.compile(r"[A-Za-z]\w{0,127}", re.ASCII)
_RESERVED = STATIC | {"id", "type", "scope", "value", "observedAt", "createdAt", "modifiedAt"}


def is_name(text: str) -> bool:
    """Tell whether a gateway or device id can be part of a URN."""
    return _NAME.fullmatch(text) is not None


def accepted(block: Block) -> list[Reading]:
    """Return the readings of a block that the hub takes."""
    return [reading for reading in block.readings if not _fault(reading)]


def refusals(block: Block) -> tuple[Refusal, ...]:
    """Return what the hub refuses of a block, in runs of one reason."""
    return tuple(_runs((block.first_seq + n, _fault(r)) for n, r in enumerate(block.readings)))


def _runs(faults: Iterable[tuple[int, str]]) -> Iterator[Refusal]:
    for reason, run in itertools.groupby(faults, key=lambda numbered: numbered[1]):
        numbers = [number for number, _ in run]
        if reason:
            yield Refusal(numbers[0], len(numbers), reason)


def _fault(reading: Reading) -> str:
    """Say what is wrong with a reading; empty where nothing is."""
    if reading.value is not None and not math.isfinite(reading.value):
        return f"value of {reading.quantity} of {reading.device[:128]!r} is not a finite number"
    if not is_name(reading.device):
        return f"device id {reading.device[:128]!r} cannot be part of a URN"
    if not _QUANTITY.fullmatch(reading.quantity):
        return f"quantity {reading.quantity[:128]!r} cannot be an attribute name"
    if ngsi_ld.attribute_name(reading.quantity) in _RESERVED:
        return f"quantity {reading.quantity!r} is a reserved name"
    return _time_fault(reading.observed_us)


def _time_fault(observed_us: int) -> str:
    try:
        timestamps.to_text(observed_us)
    except (OverflowError, ValueError):
        return f"instant {observed_us} us lies outside the years 1 to 9999"
    return ""
