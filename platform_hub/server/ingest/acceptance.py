"""Acceptance: which readings the hub takes, and why it will never take the others."""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING

from platform_hub.server.history.batches import Batch
from platform_hub.server.history.seeding import STATIC
from platform_hub.wire import ngsi_ld, timestamps
from platform_hub.wire.acknowledgements import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from area_configs.domain.readings import Reading
    from platform_hub.wire.blocks import Columns

_NAME = re.compile(r"[\w.~-]{1,128}")
_QUANTITY = re.compile(r"[A-Za-z]\w{0,127}", re.ASCII)
_RESERVED = STATIC | {"id", "type", "scope", "value", "observedAt", "createdAt", "modifiedAt"}


def is_name(text: str) -> bool:
    """Tell whether a gateway or device id can be part of a URN."""
    return _NAME.fullmatch(text) is not None


def sorted_out(block: Columns) -> tuple[Batch, tuple[Refusal, ...]]:
    """Return the readings of a block that the hub takes, and what it refuses in runs of one reason."""
    whole = Batch(
        block.series, block.qualities, block.which, block.instants, block.values, block.quality
    )
    doubted = [_series_fault(device, quantity) for device, quantity in block.series]
    if not any(doubted) and _all_finite(block.values) and _all_in_calendar(block.instants):
        return whole, ()
    faults = [_fault(doubted[whole.which[n]], whole.reading(n)) for n in range(len(whole))]
    good = [n for n, fault in enumerate(faults) if not fault]
    numbered = ((block.first_seq + n, fault) for n, fault in enumerate(faults))
    return whole.only(good), tuple(_runs(numbered))


def _runs(faults: Iterable[tuple[int, str]]) -> Iterator[Refusal]:
    for reason, run in itertools.groupby(faults, key=lambda numbered: numbered[1]):
        numbers = [number for number, _ in run]
        if reason:
            yield Refusal(numbers[0], len(numbers), reason)


def _all_finite(values: Iterable[float | None]) -> bool:
    return all(math.isfinite(value) for value in values if value is not None)


def _all_in_calendar(instants: list[int]) -> bool:
    return not instants or not (_time_fault(min(instants)) or _time_fault(max(instants)))


def _fault(of_series: str, reading: Reading) -> str:
    """Say what is wrong with a reading; empty where nothing is."""
    if reading.value is not None and not math.isfinite(reading.value):
        return f"value of {reading.quantity} of {reading.device[:128]!r} is not a finite number"
    return of_series or _time_fault(reading.observed_us)


def _series_fault(device: str, quantity: str) -> str:
    if not is_name(device):
        return f"device id {device[:128]!r} cannot be part of a URN"
    if not _QUANTITY.fullmatch(quantity):
        return f"quantity {quantity[:128]!r} cannot be an attribute name"
    if ngsi_ld.attribute_name(quantity) in _RESERVED:
        return f"quantity {quantity!r} is a reserved name"
    return ""


def _time_fault(observed_us: int) -> str:
    try:
        timestamps.to_text(observed_us)
    except (OverflowError, ValueError):
        return f"instant {observed_us} us lies outside the years 1 to 9999"
    return ""
