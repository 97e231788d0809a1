"""A short flight of the camera from where it is to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.scene.camera import MapCamera

_STEPS = 9
_STEP_MS = 45


class Flight(QObject):
    """Moves a camera's target and distance step by step, or at once."""

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=_STEP_MS)
        self._timer.timeout.connect(self._step)
        self._path: list[tuple[NDArray[np.float64], float]] = []
        self._camera: MapCamera | None = None

    @property
    def flying(self) -> bool:
        """Tell whether there is way to go."""
        return bool(self._path)

    def start(
        self, camera: MapCamera, target: NDArray[np.float64], distance: float, *, smooth: bool
    ) -> None:
        """Fly a camera to look at a target (3,) from a distance."""
        shares = eased(_STEPS) if smooth else np.ones(1)
        begin, far = camera.target, camera.distance
        self._camera = camera
        self._path = [
            (begin + (target - begin) * share, float(far * (distance / far) ** share))
            for share in shares
        ]
        if smooth:
            self._timer.start()
        else:
            self._step()

    def stop(self) -> None:
        """Stay where it is."""
        self._timer.stop()
        self._path.clear()

    def _step(self) -> None:
        if self._camera is not None and self._path:
            self._camera.target, self._camera.distance = self._path.pop(0)
        if not self._path:
            self._timer.stop()
        self.moved.emit()


def eased(steps: int) -> NDArray[np.float64]:
    """Return shares of the way after each step: slow, fast, slow, ending at 1."""
    time = np.arange(1, steps + 1) / steps
    share: NDArray[np.float64] = time * time * (3 - 2 * time)
    return share
