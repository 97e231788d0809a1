"""Parses city files with plateaukit and VTK, in a virtual environment of their own; prints JSON.

`python city_rivals_child.py ROUNDS FILE ...` writes, per file and peer, the least processor
seconds of some rounds; null where the peer refuses the file or finds nothing in it. Imports and a
first reading are not counted. Per file it writes, too, how many surfaces plateaukit found.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def plateaukit(path: str) -> int:
    """Parse all features with their attributes; return how many surfaces they have.

    It transforms coordinates and cuts no triangles.
    """
    from plateaukit.readers.citygml.parsers import PLATEAUCityGMLParser  # noqa: PLC0415  # a peer

    parser = PLATEAUCityGMLParser(target_epsg=4326, codelist_file_map={})
    with open(path, "rb") as file:  # noqa: PTH123  # as the peer's own readers do
        things = list(parser.iterparse(file))
    return sum(_surfaces(shape) for thing in things for shape in thing.geometry or [])


def _surfaces(shape: Any) -> int:
    """Count the surfaces of a geometry; a solid holds them in shells."""
    if shape.type == "Solid":
        return sum(len(shell) for shell in shape.boundaries)
    return len(shape.boundaries)


def vtk(path: str) -> int:
    """Read LOD2 with VTK's own reader: triangles in degrees, and gml:ids."""
    from vtkmodules.vtkCommonCore import vtkObject  # noqa: PLC0415  # a peer
    from vtkmodules.vtkIOCityGML import vtkCityGMLReader  # noqa: PLC0415  # ditto

    vtkObject.GlobalWarningDisplayOff()
    reader = vtkCityGMLReader()
    reader.SetFileName(path)
    reader.SetLOD(2)
    reader.Update()
    return int(reader.GetOutput().GetNumberOfBlocks())


def least(job: Callable[[str], int], path: str, rounds: int) -> tuple[float | None, int]:
    """Return processor seconds and what was found; None and 0 where the peer cannot read a file."""
    seconds = []
    for turn in range(rounds + 1):
        begin = time.process_time()
        try:
            found = job(path)
        except Exception:  # noqa: BLE001  # whatever a peer raises, it has not read the file
            return None, 0
        if not found:
            return None, 0
        if turn:  # the first one imports
            seconds.append(time.process_time() - begin)
    return min(seconds), found


def of_file(path: str, rounds: int) -> dict[str, float | int | None]:
    """Return both peers' figures."""
    seconds, surfaces = least(plateaukit, path, rounds)
    return {
        "plateaukit": seconds,
        "plateaukit_surfaces": surfaces,
        "vtk": least(vtk, path, rounds)[0],
    }


def main() -> None:
    """Measure and print."""
    rounds, files = int(sys.argv[1]), sys.argv[2:]
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):  # noqa: PTH123  # os.devnull is no path
        found = {path: of_file(path, rounds) for path in files}
    print(json.dumps(found))  # noqa: T201  # the parent reads it


if __name__ == "__main__":
    main()
