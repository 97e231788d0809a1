"""Brightness that is worked out once is the brightness that VTK's lamps would give."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.twin.citygml import Mesh, read
from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import brightness, lit, prepare, surface
from desktop.twin.meshes.solids import all_solid
from desktop.twin.scene import Scene
from tests.desktop.twin.sample_city import block, building, city, polygon, surfaces

GREY = 160
CORNERS = np.array([[-500, -500, 0], [500, -500, 0], [500, 500, 0], [-500, 500, 0]], float)


def square(tilt):
    """Return a square that faces up, turned about the north axis by radians."""
    sine, cosine = np.sin(tilt), np.cos(tilt)
    turn = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
    triangles = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return Mesh((CORNERS @ turn.T).astype(np.float32), triangles, np.zeros(2, np.int32))


@pytest.mark.render
@pytest.mark.parametrize("tilt", [0.0, 0.6, -0.6, 1.1])
def test_a_face_is_as_bright_as_under_vtks_lamps(tilt):
    scene, mesh = Scene(), square(tilt)
    scene.camera.size = (48, 48)
    layer = LayerView(scene._renderer)
    seen = []
    grey = np.full((4, 3), GREY, np.uint8)
    for draw in (
        lambda: layer.add(surface(mesh, grey)),
        lambda: layer.add_lit(surface(mesh, lit(grey, brightness(mesh)))),
    ):
        draw()
        seen.append(scene.picture(48, 48)[24, 24, :3].astype(int))
        layer.remove()
    scene.close()
    assert np.abs(seen[0] - seen[1]).max() <= 1


def test_ground_is_lit_from_above_whichever_way_it_is_turned():
    mesh = square(0.0)
    turned = Mesh(mesh.points, mesh.triangles[:, ::-1], mesh.building)
    assert brightness(turned, ground=True) == pytest.approx(brightness(mesh))
    assert brightness(turned)[0] < brightness(mesh)[0]


def test_a_point_of_no_face_is_dark_and_no_fault():
    mesh = Mesh(np.zeros((1, 3), np.float32), np.zeros((0, 3), np.int32), np.zeros(0, np.int32))
    assert np.isfinite(brightness(mesh)).all()


@pytest.fixture
def drawing(tmp_path):
    def of(*members):
        path = tmp_path / "city.gml"
        path.write_text(city(*members))
        return prepare([read(path)])

    return of


def test_closed_buildings_are_solid_and_an_open_one_among_them_is_seen(drawing):
    assert all(part.near.solid for part in drawing(block("a", 0, 0), block("b", 30, 0)).squares)
    roof = [(60, 0, 5), (70, 0, 5), (70, 10, 5), (60, 10, 5)]
    shape = f"<bldg:lod2MultiSurface>{surfaces(polygon(roof))}</bldg:lod2MultiSurface>"
    opened = drawing(block("a", 0, 0), building("c", shape)).squares
    assert not all(part.near.solid for part in opened)


def test_a_building_turned_inside_out_is_not_solid(drawing):
    mesh = drawing(block("a", 0, 0)).squares[0].near.mesh
    assert all_solid(mesh)
    assert not all_solid(Mesh(mesh.points, mesh.triangles[:, ::-1], mesh.building))


def test_edges_are_as_long_as_the_blocks(drawing):
    (part,) = drawing(block("a", 0, 0, 10.0, 10.0)).squares
    assert part.far.detail_m == pytest.approx(10.0)


@pytest.mark.render
def test_edges_go_where_they_would_run_together(drawing):
    scene = Scene()
    scene.set_city(drawing(*(block(f"b{n}", 20.0 * n, 0) for n in range(10))))
    scene.camera.size = (320, 200)
    scene.home((0, 0, 0, 0))
    shown = []
    for factor in (1.0, 40.0):
        scene.camera.distance *= factor
        scene.picture(320, 200)
        shown.append(sum(bool(actor.GetVisibility()) for actor in scene._buildings.actors))
    scene.close()
    assert shown[0] == 2 * shown[1] > 0  # faces and edges, then faces
