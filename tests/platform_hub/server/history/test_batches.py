"""Readings by column, in the order in which they are stored."""

from __future__ import annotations

import pytest

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from platform_hub.server.history.batches import Batch, batch_of


def readings_of(batch: Batch) -> list[Reading]:
    return [batch.reading(n) for n in range(len(batch))]


def power(device: str, at_us: int, value: float | None = 1.0) -> Reading:
    return Reading(device, "active_power", at_us, value)


def test_readings_are_put_series_by_series() -> None:
    said = [power(device, at) for at in (1, 2, 3) for device in ("b", "a")]
    ordered = batch_of(said).ordered()
    assert readings_of(ordered) == [power(device, at) for device in ("b", "a") for at in (1, 2, 3)]
    assert ordered.spans == [range(3), range(3, 6)]


@pytest.mark.parametrize("instants", [(3, 1, 2), (1, 3, 2), (2, 2, 1, 3)])
def test_what_came_late_takes_its_place_in_time(instants: tuple[int, ...]) -> None:
    ordered = batch_of([power("b", 9)] + [power("a", at) for at in instants]).ordered()
    assert readings_of(ordered) == [power("b", 9)] + [power("a", at) for at in (1, 2, 3)]


def test_what_was_said_last_of_an_instant_holds() -> None:
    bad = Reading("a", "active_power", 1, None, Quality(Reason.NO_CONTACT))
    ordered = batch_of([power("a", 1), power("a", 2), bad]).ordered()
    assert readings_of(ordered) == [bad, power("a", 2)]


def test_a_series_without_readings_has_no_places() -> None:
    block = batch_of([power("a", 1), power("b", 1)]).only([1])
    assert block.ordered().spans == [range(0), range(1)]


def test_no_readings_are_in_order() -> None:
    assert len(Batch().ordered()) == 0


def test_what_is_in_order_stays_as_it_is() -> None:
    ordered = batch_of([power("a", 1), power("b", 1)]).ordered()
    assert ordered.ordered() is ordered
