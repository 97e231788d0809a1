"""What is painted over the picture: states that are never alike, lengths that are round."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QImage, QPainter

from area_configs.domain.devices import DeviceKind
from desktop.models.device_states import State
from desktop.twin.citygml import Building
from desktop.twin.colour_scales import DARK, LIGHT, blend
from desktop.twin.scene.overlay import DeviceMark, Overlay, nice_length
from desktop.twin.scene.symbols import kind_path, paint_symbol
from desktop.twin.scene.words import describe

SIDE = 64


def painted(paint, width=SIDE, height=SIDE):
    """Return what a function paints on grey, as (height, width, 3)."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFC8C8C8)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)
    return rows[..., :3].astype(int)


def symbol(state, colours=LIGHT, kind=DeviceKind.BATTERY, *, chosen=False):
    def paint(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = QPointF(SIDE / 2, SIDE / 2)
        paint_symbol(painter, at, kind, state, colours, chosen=chosen)

    return painted(paint)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_states_look_alike_even_without_colour(qapp, colours):
    del qapp
    grey = {state: symbol(state, colours).mean(axis=2) for state in State}
    for one, other in combinations(State, 2):
        different = (np.abs(grey[one] - grey[other]) > 40).sum()
        assert different > 40, f"{one} and {other}"


def test_only_the_abnormal_has_colour(qapp):
    del qapp
    colourful = {s: int((np.ptp(symbol(s), axis=2) > 60).sum()) for s in State}
    assert colourful[State.NORMAL] == colourful[State.NO_DATA] == 0
    assert colourful[State.ALARM] > 400
    assert min(colourful[State.UNCERTAIN], colourful[State.STALE]) > 20


def test_choice_is_a_blue_ring(qapp):
    del qapp
    plain, ringed = symbol(State.NORMAL), symbol(State.NORMAL, chosen=True)
    blue = np.abs(ringed - np.array(LIGHT.accent[::-1])).max(axis=2) < 12
    assert blue.sum() > 100
    assert not (np.abs(plain - np.array(LIGHT.accent[::-1])).max(axis=2) < 12).any()


def test_every_kind_has_a_drawing_of_its_own(qapp):
    del qapp
    drawn = [symbol(State.NORMAL, kind=kind) for kind in DeviceKind]
    for one, other in combinations(range(len(drawn)), 2):
        assert (np.abs(drawn[one] - drawn[other]).max(axis=2) > 60).sum() > 15
    bounds = [kind_path(kind).boundingRect() for kind in DeviceKind]
    assert all(b.left() >= -7.5 and b.right() <= 7.5 and b.height() <= 15 for b in bounds)


@pytest.mark.parametrize(
    ("most", "length"),
    [(130, 100), (99, 50), (20, 20), (4.9, 2), (1.0, 1), (0.7, 0.5), (6200, 5000)],
)
def test_scale_bars_have_round_lengths(most, length):
    assert nice_length(most) == pytest.approx(length)


def overlay(**changes):
    mark = DeviceMark(
        "d", DeviceKind.BATTERY, 300, 200, (300, 200), 400, "蓄電池", "52.0 %", State.NORMAL
    )
    return Overlay(
        **(
            {"width": 600, "height": 400, "language": "ja", "colours": LIGHT, "marks": [mark]}
            | changes
        )
    )


def drawn(shown):
    return painted(lambda painter: shown.paint(painter, QFont()), shown.width, shown.height)


def test_labels_come_near_or_when_abnormal(qapp):
    del qapp
    far, near = drawn(overlay()), drawn(overlay(all_labels=True))
    beside = (slice(180, 220), slice(320, 380))
    assert (far[beside] == 200).all()
    assert not (near[beside] == 200).all()


def test_banner_note_and_credit_are_seen(qapp):
    del qapp
    bare = drawn(overlay())
    for change, rows in (
        ({"banner": "The hub does not answer."}, slice(0, 20)),
        ({"note": "Model district"}, slice(10, 40)),
        ({"credit": "国土交通省 PLATEAU"}, slice(370, 400)),
    ):
        assert (drawn(overlay(**change))[rows] != bare[rows]).any(), change


def test_the_legend_makes_room_for_symbols_and_names_only_what_is_seen(qapp):
    del qapp
    upper, lower = (slice(14, 40), slice(505, 580)), (slice(320, 340), slice(505, 580))
    bare = drawn(overlay())
    assert not (bare[upper] == 200).all()
    assert (bare[lower] == 200).all()
    there = DeviceMark(
        "e", DeviceKind.BATTERY, 560, 30, (560, 30), 400, "蓄電池", "52.0 %", State.NORMAL
    )
    moved = drawn(overlay(marks=[there]))
    assert not (moved[lower] == 200).all()
    assert (moved[(slice(14, 20), slice(505, 530))] == 200).all()
    silent = replace(there, x=300, y=200, anchor=(300, 200), state=State.NO_DATA)
    longer = drawn(overlay(marks=[silent]))
    assert (bare[(slice(60, 70), slice(505, 580))] == 200).all()  # one line: all is well
    assert not (longer[(slice(50, 70), slice(505, 580))] == 200).all()


def test_a_tiny_widget_still_paints(qapp):
    del qapp
    assert drawn(overlay(width=120, height=80, banner="words " * 30)).shape == (80, 120, 3)


def test_buildings_are_described_in_both_languages():
    building = Building("uuid_1", "", 12.34, "411", 1)
    assert describe(building, "ja") == ("建物 uuid_1", "住宅 · 高さ 12.3 m · LOD1")
    assert describe(building, "en") == ("Building uuid_1", "House · height 12.3 m · LOD1")
    unknown = Building("uuid_2", "Hall", None, "", 0)
    assert describe(unknown, "en") == ("Hall", "LOD0")


def test_blending_ends_at_both_ends():
    assert blend((0, 0, 0), (100, 200, 50), 0) == (0, 0, 0)
    assert blend((0, 0, 0), (100, 200, 50), 1) == (100, 200, 50)
    assert blend((0, 0, 0), (100, 200, 50), 0.5) == (50, 100, 25)
