"""Labels never cover one another, and symbols make room for each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from desktop.twin.scene.labels import Box, Wish, place, spread

ROOM = Box(0, 0, 400, 300)


def wish(x, y, urgency=0, *, must=False):
    return Wish(x, y, 10, 80, 20, urgency, must)


def test_a_lone_label_stands_to_the_right():
    (box,) = place([wish(100, 100)], ROOM)
    assert box == Box(115, 90, 80, 20)


def test_at_the_right_rim_it_stands_to_the_left():
    (box,) = place([wish(390, 100)], ROOM)
    assert box.x + box.width < 390


def test_crowded_labels_never_overlap_labels_or_symbols():
    rng = np.random.default_rng(3)
    wishes = [wish(*at) for at in rng.uniform((20, 20), (380, 280), (40, 2))]
    boxes = [box for box in place(wishes, ROOM) if box is not None]
    symbols = [Box(w.x - 10, w.y - 10, 20, 20) for w in wishes]
    assert 3 < len(boxes) < 40
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert not any(box.overlaps(symbol) for box in boxes for symbol in symbols)
    assert all(box.inside(ROOM) for box in boxes)


def test_the_urgent_one_wins():
    tight = Box(0, 0, 125, 25)
    calm, urgent = place([wish(12, 12), wish(30, 12, 4)], tight)
    assert calm is None
    assert urgent is not None


def test_what_must_be_seen_is_placed_over_others():
    taken = [ROOM]
    assert place([wish(100, 100)], ROOM, taken) == [None]
    (box,) = place([wish(100, 100, must=True)], ROOM, taken)
    assert box is not None
    assert box.inside(ROOM)


def test_a_must_outside_of_the_room_is_pushed_in():
    (box,) = place([wish(900, 100, must=True)], ROOM)
    assert box.inside(ROOM)


def test_symbols_at_one_place_step_aside():
    crowd = np.array([[50.0, 50.0], [50.0, 50.0], [55.0, 50.0], [300.0, 80.0]])
    moved = spread(crowd, 20)
    gaps = [np.hypot(*(moved[a] - moved[b])) for a, b in combinations(range(4), 2)]
    assert min(gaps) > 19
    assert moved[3] == pytest.approx(crowd[3])
    assert moved[:3].mean(axis=0) == pytest.approx(crowd[:3].mean(axis=0))


@pytest.mark.parametrize("count", [0, 1])
def test_few_symbols_stay(count):
    places = np.full((count, 2), 7.0)
    assert (spread(places, 20) == places).all()
