"""Arrays of the city as VTK data: merged surfaces, edges, the ground below them."""

from desktop.twin.meshes.ground import GroundHeight, ground_grid
from desktop.twin.meshes.polydata import edge_lines, segments, surface

__all__ = ["GroundHeight", "edge_lines", "ground_grid", "segments", "surface"]
