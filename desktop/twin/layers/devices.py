"""Devices: a mast from the place of each device up to where its symbol is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.layer_view import LayerView
from desktop.twin.meshes import segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.colour_scales import CityColours

_MAST_PX = 2.0


class DevicesLayer(LayerView):
    """The masts; the symbols on top are painted over the picture."""

    def build(
        self, feet: NDArray[np.float64], tops: NDArray[np.float64], colours: CityColours
    ) -> None:
        """Draw masts from (n, 3) to (n, 3) anew."""
        self.remove()
        if len(feet):
            self.add_lines(
                segments(feet.astype(np.float32), tops.astype(np.float32)), colours.mast, _MAST_PX
            )
