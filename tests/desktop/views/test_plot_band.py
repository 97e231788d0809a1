"""The band between least and most: seen wherever a period has values, at any density."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QColor

from desktop.models.tiles import Stretch
from desktop.views.plot_band import Band

FIELD, HUE = QColor("#ffffff"), QColor("#1f4e8c")


def stretch(count, *, unknown=slice(0, 0)):
    """Return periods of ten seconds, each from 20 to 60 around 40."""
    begins = np.arange(count) * 10.0
    low, mean, high = (np.full(count, value) for value in (20.0, 40.0, 60.0))
    for values in (low, mean, high):
        values[unknown] = np.nan
    return Stretch(begins, begins + 10.0, low, mean, high, np.full(count, 10))


@pytest.fixture
def view(qtbot):
    shown = pg.PlotWidget(background=FIELD)
    shown.hideAxis("left")
    shown.hideAxis("bottom")
    shown.resize(400, 200)
    qtbot.addWidget(shown)
    return shown


def tinted(view, drawn):
    """Return which pixels are not the background, after drawing 0 to 100 over the whole time."""
    band = Band(HUE)
    view.addItem(band)
    view.setXRange(0, drawn.ends_s[-1], padding=0)
    view.setYRange(0, 100, padding=0)
    band.draw(drawn)
    image = view.grab().toImage()
    shades = [[image.pixelColor(x, y) != FIELD for x in range(400)] for y in range(200)]
    return np.array(shades)


@pytest.mark.parametrize("count", [40, 3000])
def test_it_reaches_from_the_least_to_the_most(view, count):
    seen = tinted(view, stretch(count))
    height = np.flatnonzero(seen[:, 200])
    assert height[0] == pytest.approx(80, abs=2)
    assert height[-1] == pytest.approx(159, abs=2)
    assert seen[120, 4:396].all()


@pytest.mark.parametrize("count", [40, 3000])
def test_a_gap_stays_empty(view, count):
    seen = tinted(view, stretch(count, unknown=slice(count // 2, count * 3 // 4)))
    assert not seen[:, 210:290].any()
    assert seen[120, 20:190].all()
    assert seen[120, 310:390].all()


def test_no_peak_of_many_periods_is_lost(view):
    drawn = stretch(3000)
    drawn.high[1500] = 95.0
    assert tinted(view, drawn)[12, 195:205].any()
