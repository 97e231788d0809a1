"""What hands mean to the camera: how far a drag, a key or a notch of the wheel goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from desktop.twin.scene.camera import MapCamera

DEGREES_PER_PX = 0.3
ZOOM = 0.82  # one notch of the wheel or one press of +
_STEP = 0.12  # of the shorter side of the picture
_TURN_DEG = 8.0
ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
ZOOMS: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


@dataclass(slots=True)
class Drag:
    """A button that is down: which way it moves the view, and where it was."""

    start: QPointF
    last: QPointF
    turns: bool
    moved: bool = False


def step_by_key(camera: MapCamera, key: int, *, turns: bool) -> None:
    """Move or turn a camera by one press of an arrow key."""
    right, up = ARROWS[key]
    if turns:
        camera.orbit(right * _TURN_DEG, up * _TURN_DEG)
        return
    width, height = camera.size
    step = min(camera.size) * _STEP
    middle = (width / 2, height / 2)
    camera.pan(middle, (middle[0] - right * step, middle[1] + up * step))
