"""What leaves the twin: pictures, a video, glTF and 3D Tiles, each said where it was written."""

from __future__ import annotations

import json

import pytest
from PySide6.QtGui import QImage

from desktop.app import twin_exports
from desktop.app.twin_exports import TwinExports
from desktop.views.twin_frame import TwinFrame
from tests.desktop.twin.layer_bench import Bench
from tests.desktop.views.conftest import dressed  # noqa: F401  # fixture

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints"), pytest.mark.render]
PATIENCE_MS = 60_000


@pytest.fixture
def exports(dressed, monkeypatch):  # noqa: ARG001, F811  # the fixture: fonts and style
    benches = []

    def make(**changed):
        bench = Bench(**changed)
        frame = TwinFrame()
        bench.twin.resize(320, 200)
        made = TwinExports(bench.models, bench.twin, frame, bench)
        benches.append((bench, made, frame))
        return made, frame

    monkeypatch.setattr(twin_exports, "ffmpeg", lambda: None)  # pictures: every machine has them
    yield make
    for bench, made, frame in benches:
        made.close()
        frame.deleteLater()
        bench.close()


def told(frame):
    return frame.work.words.text()


def test_a_picture_is_as_large_as_asked_for_and_says_where_it_is(exports, tmp_path):
    made, frame = exports()
    path = tmp_path / "two.png"
    made.write("picture2", path)
    image = QImage(str(path))
    assert (image.width(), image.height()) == (640, 400)
    assert told(frame) == f"Written: {path}"
    made.write("picture1", tmp_path / "none" / "two.png")
    assert "cannot be written" in told(frame)


def test_a_video_without_ffmpeg_is_a_folder_of_pictures_and_may_be_cancelled(
    exports, tmp_path, qtbot
):
    made, frame = exports()
    made.write("video", tmp_path / "once", frames=3)
    assert made.busy
    qtbot.waitUntil(lambda: not made.busy, timeout=PATIENCE_MS)
    assert len(list((tmp_path / "once").iterdir())) == 3
    made.write("video", tmp_path / "again", frames=3)
    made.cancel()
    assert told(frame) == "Cancelled."
    assert list(tmp_path.glob("again/*")) == []


def test_tiles_are_lifted_by_the_areas_geoid_or_said_not_to_be(exports, tmp_path, qtbot):
    made, frame = exports()
    made.write("tiles", tmp_path / "lifted")
    assert made.busy
    qtbot.waitUntil(lambda: not made.busy, timeout=PATIENCE_MS)
    tileset = json.loads((tmp_path / "lifted" / "tileset.json").read_text())
    assert tileset["asset"]["extras"]["geoid_m"] == 36.7
    assert told(frame).startswith("Written: ")
    made, frame = exports(geoid_m=None)
    made.write("tiles", tmp_path / "low")
    qtbot.waitUntil(lambda: not made.busy, timeout=PATIENCE_MS)
    assert "names no geoid_m" in told(frame)


def test_the_city_as_gltf(exports, tmp_path, qtbot):
    made, frame = exports()
    path = tmp_path / "city.glb"
    made.write("gltf", path)
    qtbot.waitUntil(lambda: not made.busy, timeout=PATIENCE_MS)
    assert path.read_bytes()[:4] == b"glTF"
    assert told(frame) == f"Written: {path}"
