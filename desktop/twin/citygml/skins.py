"""What surfaces look like: images laid on rings, and materials."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from desktop.twin.citygml.rings import Rings


@dataclass(frozen=True, slots=True)
class Image:
    """One texture: its name as the city file says it, the number of that file, how to read it."""

    name: str
    mime: str
    source: int
    reader: Callable[[], bytes] | None = field(repr=False, compare=False)

    def read(self) -> bytes:
        """Return the encoded picture (JPEG, PNG or TIFF), empty where it is outside the package.

        Raises:
            CityFileError: the file is not there or cannot be read.
        """
        return self.reader() if self.reader else b""


@dataclass(frozen=True, slots=True)
class Material:
    """One colour: red, green, blue and opacity, each 0 to 1."""

    colour: tuple[float, float, float]
    opacity: float


@dataclass(frozen=True, slots=True)
class Skin:
    """What the triangles of one mesh look like.

    Attributes:
        uv: (n, 2) float32 place in the image per point of the mesh; v counts from the bottom.
        image: (m,) int32 per triangle, the index in `CityModel.images`; -1 without an image.
        material: (m,) int32 per triangle, the index in `CityModel.materials`; -1 without one.
    """

    uv: NDArray[np.float32]
    image: NDArray[np.int32]
    material: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Skins:
    """All looks of a model, by the serial number of each ring.

    Attributes:
        images, materials: what `image` and `material` count.
        image, material: (rings,) int32, -1 without one.
        starts: (rings,) first place of each ring in `uv`; only where it has an image.
        uv: (k, 2) places in the image.
    """

    images: tuple[Image, ...]
    materials: tuple[Material, ...]
    image: NDArray[np.int32]
    material: NDArray[np.int32]
    starts: NDArray[np.int64]
    uv: NDArray[np.float32]

    def laid(self, rings: Rings, ring_of_triangle: NDArray[np.int32]) -> Skin:
        """Return the looks of a mesh that was cut from some rings."""
        known = rings.serials >= 0
        image = np.where(known, self.image[rings.serials], -1).astype(np.int32)
        material = np.where(known, self.material[rings.serials], -1).astype(np.int32)
        sizes = np.diff(rings.starts)
        uv = np.zeros((len(rings.points), 2), np.float32)
        covered = np.repeat(image >= 0, sizes)
        shift = np.where(image >= 0, self.starts[rings.serials], 0) - rings.starts[:-1]
        places = np.arange(len(rings.points)) + np.repeat(shift, sizes)
        uv[covered] = self.uv[places[covered]]
        return Skin(uv, image[ring_of_triangle], material[ring_of_triangle])
