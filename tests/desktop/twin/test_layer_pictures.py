"""A picture of every layer, in both languages and both themes, as a person sees it.

They go where SMART_AREA_PICTURES says, else into the test's own folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from area_configs.domain.quality import GOOD
from area_configs.domain.readings import Reading
from desktop.twin.registry import THEMES
from tests.desktop.twin.layer_bench import NOON_US, Bench, readings

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.render,
    pytest.mark.slow,
]
# A layer is shown by the choice that shows most.
TELLING = {
    "sunlight": "winter",
    "flood": "river_l2",
    "people": "present",
    "barrier_free": "route",
    "development": "floor_area",
}
AFTERNOON_US = NOON_US + 3 * 3_600_000_000


@pytest.fixture
def folder(tmp_path):
    wanted = Path(os.environ.get("SMART_AREA_PICTURES", tmp_path))
    wanted.mkdir(parents=True, exist_ok=True)
    return wanted


def rows(image):
    image = image.convertToFormat(QImage.Format.Format_RGBX8888)
    bits = np.frombuffer(image.constBits(), np.uint8)
    width = image.bytesPerLine() // 4
    return bits.reshape(image.height(), width, 4)[:, : image.width(), :3].astype(int)


def shown(picture, colour):
    return int((np.abs(picture - np.array(colour)).max(axis=2) <= 3).sum())


@pytest.mark.parametrize(
    ("language", "theme"),
    [
        ("ja", "light"),
        # the other pictures
        pytest.param("en", "dark", marks=pytest.mark.soak),
        pytest.param("ja", "dark", marks=pytest.mark.soak),
        pytest.param("en", "light", marks=pytest.mark.soak),
    ],
)
def test_every_layer_is_in_its_picture_with_its_legend(qapp, folder, language, theme):  # noqa: ARG001  # a fixture that has to be there
    bench = Bench(language=language, theme=theme)
    try:
        bench.clock.now_us = AFTERNOON_US
        bench.models.take(list(readings(AFTERNOON_US, river_level=2.7)))
        bench.models.take_history(
            [
                Reading("people-plaza", quantity, AFTERNOON_US - n * 60_000_000, 1000 - n * 9, GOOD)
                for quantity in ("people_in", "people_out")
                for n in range(10)
            ]
        )
        plain = rows(bench.picture().toImage())
        for kind in THEMES:
            key = kind.info.key
            facts = bench.switch(key, TELLING.get(key, ""))
            picture = bench.picture()
            assert picture.save(str(folder / f"layer-{key}-{language}-{theme}.png"))
            seen = rows(picture.toImage())
            for step in facts.steps:
                # the swatch in the legend on the map has some 150 pixels
                assert shown(seen, step.colour) > 100, f"{key}: {step.text} is not in the picture"
            assert (seen != plain).any(axis=2).mean() > 0.01
            bench.models.layers.switch(key, False)
    finally:
        bench.close()
