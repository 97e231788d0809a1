"""The devices as they stand in the picture now: which symbols, where, saying what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from desktop.twin.scene.labels import spread
from desktop.twin.scene.overlay import DeviceMark
from desktop.twin.scene.symbols import reach
from desktop.twin.scene.words import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from desktop.models.device_states import DeviceStates
    from desktop.twin.citygml import Building
    from desktop.twin.scene.camera import MapCamera
    from desktop.twin.scene.overlay import BuildingNote

_APART_PX = 30.0
_REACH_PX = 5.0


class Seen(NamedTuple):
    """Devices before the camera: their numbers, symbols and mast tops (n, 2), metres ahead."""

    numbers: NDArray[np.int64]
    places: NDArray[np.float64]
    anchors: NDArray[np.float64]
    depths: NDArray[np.float64]


def seen(camera: MapCamera, tops: NDArray[np.float64]) -> Seen:
    """Return where the symbols of mast tops (n, 3) are painted, side by side where it is tight."""
    across, down, depth = camera.project(tops)
    ahead = np.flatnonzero(depth > 0)
    anchors = np.column_stack([across[ahead], down[ahead]])
    return Seen(ahead, spread(anchors, _APART_PX), anchors, depth[ahead])


def device_marks(
    area: Area,
    states: DeviceStates,
    language: Language,
    where: Seen,
    looked_at: tuple[str, str],
) -> list[DeviceMark]:
    """Return a mark per visible device; `looked_at` is the chosen device and the hovered one."""
    marks = []
    for number, place, anchor, depth in zip(*where, strict=True):
        device = area.devices[number]
        state = states.of(device.id)
        marks.append(
            DeviceMark(
                device=device.id,
                kind=area.profile_of(device).kind,
                x=float(place[0]),
                y=float(place[1]),
                anchor=(float(anchor[0]), float(anchor[1])),
                depth=float(depth),
                name=device.name.text(language),
                headline=state.headline,
                state=state.state,
                chosen=device.id == looked_at[0],
                hovered=device.id == looked_at[1],
            )
        )
    return marks


def device_at(marks: Sequence[DeviceMark], x: float, y: float) -> str:
    """Return the device whose symbol is nearest to a pixel and under it, empty for none."""
    near = [(np.hypot(mark.x - x, mark.y - y) - reach(mark.state), mark.device) for mark in marks]
    away, device = min(near, default=(np.inf, ""))
    return device if away <= _REACH_PX else ""


def building_note(
    camera: MapCamera, top: NDArray[np.float64], building: Building, language: Language
) -> BuildingNote | None:
    """Return where a building's roof (3,) is and what its label says; None behind the camera."""
    x, y, depth = camera.project(top[None, :])
    return (float(x[0]), float(y[0]), *describe(building, language)) if depth[0] > 0 else None
