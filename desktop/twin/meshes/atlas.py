"""Many small pictures on one sheet: a city has one per building, graphics want few."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import PIL.Image

from area_configs.domain.errors import CityFileError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from desktop.twin.citygml import Image, Skin
    from desktop.twin.meshes.squares import Shape

MOST_PX = 2048  # side of a sheet: 16 MB with its smaller copies
_LARGEST_PX = 1024  # side of one picture on it
_FILLED = 0.7  # how full a sheet gets; what does not fit is made smaller
_RIM_PX = 1


@dataclass(frozen=True, slots=True)
class Atlas:
    """One sheet with all pictures of a shape.

    Attributes:
        pixels: (rows, columns, 3) uint8, first row on top.
        uv: (n, 2) float32 place on the sheet per point of the shape, v from the bottom.
        covered: (m,) which triangles have a picture that could be read.
    """

    pixels: NDArray[np.uint8]
    uv: NDArray[np.float32]
    covered: NDArray[np.bool_]


def atlas_of(shape: Shape, images: Sequence[Image]) -> Atlas | None:
    """Return the sheet of a shape; None where no picture of it can be read.

    Places outside a picture take its rim: repeated pictures are not repeated.
    """
    if shape.skin is None:
        return None
    numbers = [int(number) for number in np.unique(shape.skin.image) if number >= 0]
    pictures = {n: picture for n in numbers if (picture := _opened(images[n])) is not None}
    if not pictures:
        return None
    pixels, places = _packed(pictures)
    covered = np.isin(shape.skin.image, list(pictures))
    return Atlas(pixels, _moved(shape, shape.skin, places, pixels.shape[:2]), covered)


def _opened(image: Image) -> PIL.Image.Image | None:
    try:
        with warnings.catch_warnings():  # libtiff and huge pictures: the city is shown without
            warnings.simplefilter("ignore")
            with PIL.Image.open(io.BytesIO(image.read())) as found:
                found.draft("RGB", (_LARGEST_PX, _LARGEST_PX))
                return found.convert("RGB")
    except (CityFileError, OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return None


def _packed(
    pictures: dict[int, PIL.Image.Image],
) -> tuple[NDArray[np.uint8], dict[int, tuple[int, int, int, int]]]:
    """Return a sheet, and for each picture its left, top, width and height on it."""
    area = sum(min(p.width, _LARGEST_PX) * min(p.height, _LARGEST_PX) for p in pictures.values())
    scale = min(1.0, (_FILLED * MOST_PX**2 / area) ** 0.5)
    while (laid := _shelved(pictures, scale)) is None:
        scale *= 0.85
    places, tall = laid
    sheet = PIL.Image.new("RGB", (MOST_PX, tall))
    for number, (left, top, width, height) in places.items():
        rim = pictures[number].resize((width + 2 * _RIM_PX, height + 2 * _RIM_PX))
        sheet.paste(rim, (left - _RIM_PX, top - _RIM_PX))
        sheet.paste(pictures[number].resize((width, height)), (left, top))
    return np.asarray(sheet), places


def _shelved(
    pictures: dict[int, PIL.Image.Image], scale: float
) -> tuple[dict[int, tuple[int, int, int, int]], int] | None:
    """Lay pictures in rows, tall ones first; None where they do not fit on a sheet."""
    places: dict[int, tuple[int, int, int, int]] = {}
    left = top = row = 0
    for number, picture in sorted(pictures.items(), key=lambda item: -item[1].height):
        fit = min(scale, _LARGEST_PX / max(picture.size))
        width, height = (max(1, int(side * fit)) for side in picture.size)
        if left + width + 2 * _RIM_PX > MOST_PX:
            left, top, row = 0, top + row, 0
        places[number] = (left + _RIM_PX, top + _RIM_PX, width, height)
        left += width + 2 * _RIM_PX
        row = max(row, height + 2 * _RIM_PX)
    tall = top + row
    return None if tall > MOST_PX else (places, tall)


def _moved(
    shape: Shape,
    skin: Skin,
    places: dict[int, tuple[int, int, int, int]],
    size: tuple[int, ...],
) -> NDArray[np.float32]:
    """Return the points' places on the sheet."""
    rows, columns = size
    table = np.zeros((max(places) + 1, 4), np.float32)
    for number, place in places.items():
        table[number] = place
    image = np.full(len(shape.mesh.points), -1)
    image[shape.mesh.triangles.ravel()] = np.repeat(skin.image, 3)
    known = np.isin(image, list(places))
    left, top, width, height = table[np.where(known, image, 0)].T
    u, v = np.clip(skin.uv, 0, 1).T
    moved = np.column_stack([(left + u * width) / columns, 1 - (top + (1 - v) * height) / rows])
    return np.where(known[:, None], moved, 0).astype(np.float32)
