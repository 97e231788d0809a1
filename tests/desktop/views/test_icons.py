"""Drawn signs: one for every kind and state, told apart without colour."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from area_configs.domain.devices import DeviceKind
from desktop.models.device_states import State
from desktop.views import icons
from desktop.views.theme import LIGHT

GREY = replace(
    LIGHT,
    **dict.fromkeys(("muted", "warning", "stale", "alarm"), "#000000"),
    **dict.fromkeys(("warning_field", "stale_field", "alarm_field"), "#FFFFFF"),
)


def drawn(image: QImage) -> bytes:
    return bytes(image.convertToFormat(QImage.Format.Format_RGBA8888).constBits())


def different(one: bytes, other: bytes) -> float:
    """The share of pixels of two pictures that differ clearly."""
    pixels = zip(one[3::4], other[3::4], strict=True), zip(one[::4], other[::4], strict=True)
    alpha, red = ([abs(a - b) > 96 for a, b in plane] for plane in pixels)
    return sum(a or r for a, r in zip(alpha, red, strict=True)) / len(alpha)


@pytest.mark.usefixtures("qapp")
def test_every_kind_has_a_glyph_of_its_own():
    pictures = {kind: icons.kind_pixmap(kind, "#000000", 48).toImage() for kind in DeviceKind}
    pictures[None] = icons.kind_pixmap(None, "#000000", 48).toImage()
    assert set(icons.GLYPHS) == set(DeviceKind)
    for one, other in combinations(pictures.values(), 2):
        assert different(drawn(one), drawn(other)) > 0.04


@pytest.mark.usefixtures("qapp")
def test_glyphs_stay_inside_their_square():
    for kind in DeviceKind:
        image = icons.kind_pixmap(kind, "#000000", 48).toImage()
        edge = [image.pixelColor(x, y).alpha() for x in range(48) for y in (0, 47)]
        edge += [image.pixelColor(x, y).alpha() for y in range(48) for x in (0, 47)]
        assert max(edge) < 64, kind


@pytest.mark.usefixtures("qapp")
def test_states_are_told_apart_by_shape_alone():
    size = 32
    pictures = {
        state: icons.mark_icon(state, GREY, size).pixmap(size, size).toImage() for state in State
    }
    assert set(icons.MARKS) == set(State)
    for (a, one), (b, other) in combinations(pictures.items(), 2):
        assert different(drawn(one), drawn(other)) > 0.05, (a, b)


@pytest.mark.usefixtures("qapp")
def test_a_sharp_screen_gets_a_sharp_sign():
    pixmap = icons.kind_pixmap(DeviceKind.BATTERY, "#000000", 20, ratio=2.0)
    assert pixmap.width() == 40
    assert pixmap.deviceIndependentSize().width() == 20
    assert pixmap.toImage().pixelColor(0, 0) == Qt.GlobalColor.transparent


def test_a_mark_is_one_icon_however_often_it_is_asked_for(dressed):  # noqa: ARG001  # icons need an application
    first = icons.mark_icon(State.ALARM, LIGHT, 16, 1.0)
    assert icons.mark_icon(State.ALARM, LIGHT, 16, 1.0) is first
    assert icons.mark_icon(State.ALARM, GREY, 16, 1.0) is not first
