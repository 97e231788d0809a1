"""Where devices stand: their places in the local frame, and how high their symbols fly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from area_configs.domain.areas import Device
    from desktop.twin.citygml import Frame
    from desktop.twin.scene.scene import Scene

MAST_M = 16.0


def posts(
    devices: Sequence[Device], frame: Frame, scene: Scene
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return feet and tops (n, 3): the device's own place, and clear above any roof there."""
    feet, tops = np.zeros((len(devices), 3)), np.zeros((len(devices), 3))
    for index, device in enumerate(devices):
        x, y = frame.local(device.position.latitude, device.position.longitude)
        ground = float(scene.city.height.at(np.array([x]), np.array([y]))[0])
        height = ground + device.position.height_m
        roof = scene.roof_over(x, y)
        feet[index] = x, y, height
        tops[index] = x, y, max(height, height if roof is None else roof) + MAST_M
    return feet, tops
