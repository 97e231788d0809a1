"""Copying an area with everything that belongs to it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from area_configs.area_pack.staging import staged
from area_configs.loader import AREA_FILE, area_file, load_area

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.areas import Area


def copy_area(source: str | Path, target: Path) -> Area:
    """Copy a valid area into a new folder, byte by byte, and return the copy.

    Raises AreaFileError where the area is wrong or the folder exists.
    """
    with staged(target, replace=False) as stage:
        copy_files(source, stage, geometry=True)
    return load_area(target)


def copy_files(
    source: str | Path, folder: Path, *, geometry: bool, text: str | None = None
) -> Area:
    """Copy an area's file, its own profiles and perhaps its geometry; return the original.

    A text, where one is given, stands in the place of the file's own.
    """
    area = load_area(source, text)
    file = area_file(source)
    if text is None:
        shutil.copyfile(file, folder / AREA_FILE)
    else:
        (folder / AREA_FILE).write_bytes(text.encode())
    wanted = sorted((file.parent / "profiles").glob("*.toml"))
    wanted += (*area.facilities, *area.comparisons, *(area.geometry if geometry else ()))
    for path in wanted:
        place = folder / path.relative_to(file.parent)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    return area
