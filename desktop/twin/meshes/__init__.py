"""Arrays of the city as VTK data: merged surfaces, edges, the ground below them."""

from desktop.twin.meshes.atlas import Atlas, atlas_of
from desktop.twin.meshes.city import (
    DRAWN_LOD,
    Blocks,
    CityDrawing,
    Ground,
    Piece,
    prepare,
    top_of,
)
from desktop.twin.meshes.contours import grid_mesh, iso_lines
from desktop.twin.meshes.draping import draped
from desktop.twin.meshes.dressing import atlas_surface, sheet
from desktop.twin.meshes.ground import GroundHeight, ground_grid
from desktop.twin.meshes.lamps import AMBIENT, DIFFUSE, LAMPS, brightness, lit
from desktop.twin.meshes.polydata import edge_lines, lay_image, segments, surface
from desktop.twin.meshes.rays import RayFinder
from desktop.twin.meshes.shade import ground_light, heights_over_foot
from desktop.twin.meshes.shapes import MeshParts, Part, arrows, columns, discs
from desktop.twin.meshes.squares import Shape, Square

__all__ = [
    "AMBIENT",
    "DIFFUSE",
    "DRAWN_LOD",
    "LAMPS",
    "Atlas",
    "Blocks",
    "CityDrawing",
    "Ground",
    "GroundHeight",
    "MeshParts",
    "Part",
    "Piece",
    "RayFinder",
    "Shape",
    "Square",
    "arrows",
    "atlas_of",
    "atlas_surface",
    "brightness",
    "columns",
    "discs",
    "draped",
    "edge_lines",
    "grid_mesh",
    "ground_grid",
    "ground_light",
    "heights_over_foot",
    "iso_lines",
    "lay_image",
    "lit",
    "prepare",
    "segments",
    "sheet",
    "surface",
    "top_of",
]
