"""Pictures of real PLATEAU files, with buildings, ground and pictures on walls.

They go where SMART_AREA_PICTURES says, else into the test's own folder; skipped without the data.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from area_configs.domain.areas import Position
from area_configs.domain.names import Name
from desktop.models.device_states import DeviceStates
from desktop.models.selection import Selection
from desktop.twin.citygml import read
from desktop.twin.viewport import TwinViewport
from tests.desktop.twin.layer_bench import harumi
from tests.desktop.twin.test_layer_pictures import rows
from tests.desktop.views.conftest import dressed  # noqa: F401  # fixture

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.render,
    pytest.mark.slow,
]
CREDIT = Name("出典：国土交通省 PLATEAU", "Source: MLIT Project PLATEAU")  # noqa: RUF001  # as the site policy writes it
PATIENCE_MS = 30_000
NEAR_M = 380.0


@pytest.fixture
def view(dressed, shared_data):  # noqa: ARG001, F811  # the fixture: fonts and style
    made = []

    def show(name, *, dark, language):
        model = read(shared_data / "plateau" / name)
        latitude, longitude = model.frame.place(0.0, 0.0)
        area = replace(
            harumi(),
            centre=Position(latitude, longitude, 0.0),
            attribution=CREDIT,
            model_district=False,
            gateways=(),
            devices=(),
            alarms=(),
        )
        viewport = TwinViewport(area, Selection(), DeviceStates())
        made.append(viewport)
        viewport.resize(960, 600)
        viewport.set_theme(dark)
        viewport.set_language(language)
        viewport.set_city([model])
        return viewport, model

    yield show
    for viewport in made:
        viewport.close_graphics()
        viewport.deleteLater()


@pytest.mark.parametrize(("language", "dark"), [("ja", False), ("en", True)])
@pytest.mark.parametrize(
    "name", ["niiza_lod1", "yokosuka_lod2_dem", "shinjuku_stadium_lod2", "kawasaki_lod2"]
)
def test_a_real_city_fills_its_picture(view, tmp_path, name, language, dark):
    viewport, model = view(name, dark=dark, language=language)
    image = viewport.picture(1)
    folder = Path(os.environ.get("SMART_AREA_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    theme = "dark" if dark else "light"
    assert image.save(str(folder / f"plateau-{name}-{language}-{theme}.png"))
    seen = rows(image)
    ground = np.array(viewport._scene.colours.ground)
    assert (np.abs(seen - ground).max(axis=2) > 12).mean() > 0.02, "nothing stands there"
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) > 100
    assert len(model.buildings) > 0


@pytest.mark.parametrize("name", ["shinjuku_stadium_lod2", "kawasaki_lod2"])
def test_walls_wear_their_pictures_near_the_eye(view, tmp_path, qtbot, name):
    viewport, model = view(name, dark=False, language="ja")
    camera = viewport._scene.camera
    camera.distance = min(camera.distance, NEAR_M)
    plain = rows(viewport.picture(1))
    worn = viewport._scene.wardrobe
    qtbot.waitUntil(lambda: bool(worn.worn([0])), timeout=PATIENCE_MS)
    image = viewport.picture(1)
    folder = Path(os.environ.get("SMART_AREA_PICTURES", tmp_path))
    assert image.save(str(folder / f"plateau-{name}-worn.png"))
    assert (np.abs(rows(image) - plain).max(axis=2) > 16).mean() > 0.02
    assert model.images
