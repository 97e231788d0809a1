"""The city in squares, its pictures on sheets, its roads on the ground."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.citygml import Mesh, read
from desktop.twin.meshes import GroundHeight, atlas_of, draped, prepare
from desktop.twin.scene.wardrobe import Wardrobe
from tests.desktop.twin.sample_city import block, city

STADIUM = "plateau/shinjuku_stadium_lod2"
KAWASAKI = "plateau/kawasaki_lod2"


def test_every_triangle_is_in_one_square(tmp_path):
    path = tmp_path / "wide.gml"
    path.write_text(city(*(block(f"b{n}", n * 400.0, 0.0, height=5.0 + n) for n in range(5))))
    drawing = prepare([read(path)])
    parts = drawing.squares
    assert 2 <= len(parts) <= 5
    assert sum(len(part.near.mesh.triangles) for part in parts) == 5 * 12
    assert sorted(set(np.concatenate([p.near.mesh.building for p in parts]))) == [0, 1, 2, 3, 4]
    for part in parts:
        assert part.far is part.near  # these files say no more
        away = np.linalg.norm(part.near.mesh.points - part.middle, axis=1)
        assert away.max() <= part.radius + 1e-3


def test_levels_differ_where_the_file_says_more(shared_data):
    (square,) = prepare([read(shared_data / STADIUM)]).squares
    assert len(square.near.mesh.triangles) > 2 * len(square.far.mesh.triangles)
    assert square.near.skin is not None
    assert square.far.skin is None


def test_a_sheet_shows_each_triangle_its_own_picture(shared_data):
    model = read(shared_data / KAWASAKI)
    for square in prepare([model]).squares:
        atlas = atlas_of(square.near, model.images)
        skin = square.near.skin
        assert atlas is not None
        assert max(atlas.pixels.shape) <= 2048
        assert atlas.covered.tolist() == (skin.image >= 0).tolist()
        corners = atlas.uv[square.near.mesh.triangles[atlas.covered]]
        assert corners.min() > 0
        assert corners.max() < 1
        # pictures lie apart: the boxes of their triangles do not meet
        boxes = []
        for number in np.unique(skin.image[atlas.covered]):
            own = atlas.uv[square.near.mesh.triangles[skin.image == number]].reshape(-1, 2)
            boxes.append((own.min(axis=0), own.max(axis=0)))
        for n, (low, high) in enumerate(boxes):
            for other_low, other_high in boxes[:n]:
                assert (high <= other_low + 1e-6).any() or (other_high <= low + 1e-6).any()


def test_roads_bend_with_the_ground():
    hill = Mesh(
        np.array([[-50, -50, 0], [0, -50, 10], [0, 50, 10], [-50, 50, 0], [50, -50, 0], [50, 50, 0]],
                 np.float32),
        np.array([[0, 1, 2], [0, 2, 3], [1, 4, 5], [1, 5, 2]], np.int32),
        np.zeros(4, np.int32),
    )  # fmt: skip
    road = Mesh(
        np.array([[-40, -2, 0], [40, -2, 0], [40, 2, 0], [-40, 2, 0]], np.float32),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        np.array([7, 7], np.int32),
    )
    laid = draped(road, GroundHeight([hill], []))
    assert laid.points[:, 2].max() > 9
    assert set(laid.building) == {7}
    expected = 10 - np.abs(laid.points[:, 0]) / 5
    assert laid.points[:, 2] == pytest.approx(expected, abs=0.01)
    corners = laid.points[laid.triangles][:, :, :2]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    assert np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / 2 == pytest.approx(320)


def test_what_has_its_own_height_stays():
    bridge = Mesh(np.array([[0, 0, 5], [90, 0, 5], [0, 90, 5]], np.float32),
                  np.array([[0, 1, 2]], np.int32), np.zeros(1, np.int32))  # fmt: skip
    assert draped(bridge, GroundHeight([], [])) is bridge


@pytest.mark.usefixtures("qapp")
def test_pictures_are_opened_in_a_thread_and_kept(shared_data, qtbot):
    wardrobe = Wardrobe()
    drawing = prepare([read(shared_data / STADIUM)])
    wardrobe.show(drawing)
    with qtbot.waitSignal(wardrobe.opened):
        assert wardrobe.worn([0]) == {}
    assert set(wardrobe.worn([0])) == {0}
    assert wardrobe.worn([]) == {}
    assert set(wardrobe.worn([0])) == {0}  # at once: it was within the budget
    wardrobe.close()
