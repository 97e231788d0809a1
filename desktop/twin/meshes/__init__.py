"""Arrays of the city as VTK data: merged surfaces, edges, the ground below them."""

from desktop.twin.meshes.city import DRAWN_LOD, SUN, Blocks, CityDrawing, Ground, prepare, top_of
from desktop.twin.meshes.contours import grid_mesh, iso_lines
from desktop.twin.meshes.ground import GroundHeight, ground_grid
from desktop.twin.meshes.polydata import edge_lines, lay_image, segments, surface
from desktop.twin.meshes.rays import RayFinder
from desktop.twin.meshes.shade import ground_light, heights_over_foot
from desktop.twin.meshes.shapes import MeshParts, arrows, columns, discs

__all__ = [
    "DRAWN_LOD",
    "SUN",
    "Blocks",
    "CityDrawing",
    "Ground",
    "GroundHeight",
    "MeshParts",
    "RayFinder",
    "arrows",
    "columns",
    "discs",
    "edge_lines",
    "grid_mesh",
    "ground_grid",
    "ground_light",
    "heights_over_foot",
    "iso_lines",
    "lay_image",
    "prepare",
    "segments",
    "surface",
    "top_of",
]
