"""The city of an area: read in the background, from the cache where it has been read before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QObject, Signal

from area_configs.domain.errors import CityFileError
from desktop.bridge.file_jobs import FileJobs
from desktop.twin import citygml
from desktop.twin.meshes import prepare

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.areas import Area


class Cities(QObject):
    """Reads the geometry of one area once."""

    progressed = Signal(int, int)  # files done, of how many
    failed = Signal(str)
    drawn = Signal(object)  # a CityDrawing

    def __init__(self, area: Area, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame = citygml.Frame.at(area.centre.latitude, area.centre.longitude, area.epsg)
        self._files = area.geometry
        self._cache = platformdirs.user_cache_path("smart-area") / "cities"
        self._jobs = FileJobs(self._read, CityFileError, prepare, self)
        self._jobs.progressed.connect(self.progressed)
        self._jobs.failed.connect(self.failed)
        self._jobs.finished.connect(self.drawn)

    def start(self) -> None:
        """Begin; call once."""
        self.progressed.emit(0, len(self._files))
        self._jobs.start(self._files)

    def stop(self) -> None:
        """Read no more; what has been read so far is drawn."""
        self._jobs.stop()

    def close(self) -> None:
        """End the reading, promptly; nothing is told any more."""
        self._jobs.close()

    def _read(self, path: Path) -> citygml.CityModel | None:
        epsg, origin, cache = self._frame.epsg, self._frame.origin, self._cache

        def told(_done: int, _count: int) -> bool:
            return self._jobs.going

        try:
            return citygml.read(path, epsg=epsg, origin=origin, progress=told, cache=cache)
        except citygml.ReadingStopped:
            return None
