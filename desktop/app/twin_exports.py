"""What leaves the twin as files: pictures, a video once around, the city as glTF and 3D Tiles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QBuffer, QIODevice, QObject, QTimer
from PySide6.QtGui import QImageWriter
from PySide6.QtWidgets import QFileDialog

from desktop.bridge.calculations import Calculations
from desktop.bridge.video_file import VideoFailed, VideoFile, ffmpeg
from desktop.twin.meshes.gltf import glb, pieces_of
from desktop.twin.meshes.tiles import write_tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QImage

    from desktop.models.area_models import AreaModels
    from desktop.twin.citygml import CityModel
    from desktop.twin.viewport import TwinViewport
    from desktop.views.twin_frame import TwinFrame

FRAMES = 180  # seven and a half seconds once around
_PICTURES = {"picture1": 1, "picture2": 2, "picture4": 4}


class TwinExports(QObject):
    """Asks where to, writes, and says how it went; one thing at a time."""

    def __init__(
        self, models: AreaModels, twin: TwinViewport, frame: TwinFrame, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._models, self._twin, self._frame = models, twin, frame
        self._work = Calculations(self)
        self._work.arrived.connect(self._written)
        self._question: tuple[str, int, str] | None = None
        self._count = 0
        self._video: VideoFile | None = None
        self._left = 0
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._film)
        frame.bar.export_wanted.connect(self.ask)
        frame.work.cancel.clicked.connect(self.cancel)

    @property
    def busy(self) -> bool:
        """Tell whether something is being written."""
        return self._video is not None or self._question is not None

    def ask(self, kind: str) -> None:
        """Ask for a place, and write there."""
        if self.busy:
            return
        if path := self._place(kind):
            self.write(kind, Path(path))

    def write(self, kind: str, path: Path, frames: int = FRAMES) -> None:
        """Write one of `twin_bar.EXPORTS` to a file or folder."""
        if kind in _PICTURES:
            self._write_picture(path, _PICTURES[kind])
        elif kind == "video":
            self._begin_video(path, frames)
        else:
            self._write_city(kind, path)

    def cancel(self) -> None:
        """End what is being written; a video leaves nothing behind."""
        if self._video is not None:
            self._next.stop()
            self._video.abort()
            self._video = None
        self._question = None
        self._frame.work.show_end(self.tr("Cancelled."))

    def close(self) -> None:
        """End everything."""
        if self._video is not None:
            self.cancel()
        self._work.close()

    def _place(self, kind: str) -> str:
        parent, start = self._frame, self._models.area.id
        if kind == "tiles":
            return QFileDialog.getExistingDirectory(parent, self.tr("Folder for the 3D Tiles"))
        if kind == "video" and ffmpeg() is None:
            words = self.tr("Folder for the video's pictures (ffmpeg is not installed)")
            return QFileDialog.getExistingDirectory(parent, words)
        ending = {"gltf": "glb", "video": "mp4"}.get(kind, "png")
        words = self.tr("Write to a file")
        path, _ = QFileDialog.getSaveFileName(parent, words, f"{start}.{ending}", f"*.{ending}")
        return path if not path or path.endswith(f".{ending}") else f"{path}.{ending}"

    def _picture(self, scale: int) -> QImage:
        zone = ZoneInfo(self._models.area.timezone)
        shown = datetime.fromtimestamp(self._models.clock() / 1e6, tz=zone)
        return self._twin.picture(scale, f"{shown:%Y-%m-%d %H:%M:%S %Z}")

    def _write_picture(self, path: Path, scale: int) -> None:
        if self._picture(scale).save(str(path)):
            self._said(path)
        else:
            self._end(self.tr("{path} cannot be written: choose another place."), path)

    def _begin_video(self, path: Path, frames: int) -> None:
        try:
            self._video = VideoFile(path, ffmpeg())
        except VideoFailed as error:
            self._frame.work.show_end(str(error))
            return
        self._left = self._count = frames
        self._next.start()

    def _film(self) -> None:
        """Add one picture, and let the window live before the next."""
        video = self._video
        if video is None:
            return
        try:
            if self._left:
                self._twin.turn(360 / self._count)
                video.add(_png(self._picture(1)))
                self._left -= 1
                self._progress(video.path)
                self._next.start()
                return
            self._video = None
            video.finish()
        except VideoFailed as error:
            self._video = None
            self._frame.work.show_end(str(error))
            return
        self._said(video.path)

    def _progress(self, path: Path) -> None:
        words = self.tr("Writing {path}").format(path=path)
        self._frame.work.show_progress(words, self._count - self._left, self._count)

    def _write_city(self, kind: str, path: Path) -> None:
        models = self._twin.models
        self._count += 1
        question = (kind, self._count, str(path))
        self._question = question
        self._frame.work.show_progress(self.tr("Writing {path}").format(path=path), 0, 0)
        geoid_m = self._models.area.geoid_m
        self._work.answer(question, _writer(kind, path, models, geoid_m))

    def _written(self) -> None:
        if self._question is None:
            return
        question, self._question = self._question, None
        told = self._work.answer(question, lambda: "")
        if told:
            self._frame.work.show_end(str(told))
        elif question[0] == "tiles" and self._models.area.geoid_m is None:
            words = self.tr(
                "Written: {path}. The area file names no geoid_m: heights count from the sea and "
                "lie too low on a globe."
            )
            self._end(words, Path(question[2]))
        else:
            self._said(Path(question[2]))

    def _said(self, path: Path) -> None:
        self._frame.work.show_end(self.tr("Written: {path}").format(path=path))

    def _end(self, words: str, path: Path) -> None:
        self._frame.work.show_end(words.format(path=path))


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def _writer(
    kind: str, path: Path, models: Sequence[CityModel], geoid_m: float | None
) -> Callable[[], str]:
    """Return the work of writing city models; it gives a sentence where it cannot."""

    def write() -> str:
        try:
            for number, model in enumerate(models):
                if kind == "tiles":
                    write_tiles(model, path / str(number) if number else path, geoid_m=geoid_m)
                else:
                    name = path if not number else path.with_stem(f"{path.stem}-{number}")
                    name.write_bytes(glb(pieces_of(model), model.images, model.materials))
        except (OSError, ValueError) as error:
            return str(error)
        return ""

    return write
