"""Pictures one after another as a video: MP4 through ffmpeg where there is one, else numbered PNG."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FRAMES_PER_S = 24
_ENDS_S = 60.0


class VideoFailed(Exception):
    """The video could not be written; the text says why."""


def ffmpeg() -> str | None:
    """Return the path of ffmpeg, None where this machine has none."""
    return shutil.which("ffmpeg")


class VideoFile:
    """One video; `add` its pictures (PNG bytes, all of one size), then `finish` or `abort`."""

    def __init__(self, path: Path, encoder: str | None) -> None:
        """Begin a video.

        Args:
            path: the .mp4 file, or the folder for numbered pictures where there is no encoder.
            encoder: path of ffmpeg, None for pictures.

        Raises:
            VideoFailed: nothing can be written there.
        """
        self.path = path
        self._count = 0
        self._child: subprocess.Popen[bytes] | None = None
        try:
            if encoder is None:
                path.mkdir(parents=True, exist_ok=True)
            else:
                self._child = _started(encoder, path)
        except OSError as error:
            raise VideoFailed(
                f"{path} cannot be written ({error}): choose another place."
            ) from None

    def add(self, picture: bytes) -> None:
        """Add a picture.

        Raises:
            VideoFailed: the disk is full, or the encoder has ended.
        """
        self._count += 1
        try:
            if self._child is None or self._child.stdin is None:
                (self.path / f"{self._count:05d}.png").write_bytes(picture)
            else:
                self._child.stdin.write(picture)
        except OSError as error:
            self.abort()
            raise VideoFailed(f"{self.path} cannot be written ({error}).") from None

    def finish(self) -> None:
        """End the video.

        Raises:
            VideoFailed: the encoder says so.
        """
        if self._child is None:
            return
        child, self._child = self._child, None
        _, said = child.communicate(timeout=_ENDS_S)
        if child.returncode:
            self.path.unlink(missing_ok=True)
            last = said.decode(errors="replace").strip().splitlines()[-1:]
            raise VideoFailed(f"ffmpeg could not write {self.path}: {' '.join(last)}")

    def abort(self) -> None:
        """Leave nothing behind."""
        if self._child is None:
            for number in range(1, self._count + 1):
                (self.path / f"{number:05d}.png").unlink(missing_ok=True)
            return
        child, self._child = self._child, None
        child.kill()
        child.communicate()
        self.path.unlink(missing_ok=True)


def _started(encoder: str, path: Path) -> subprocess.Popen[bytes]:
    source = ["-f", "image2pipe", "-framerate", str(FRAMES_PER_S), "-c:v", "png", "-i", "-"]
    even = ["-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2", "-pix_fmt", "yuv420p"]
    command = [encoder, "-v", "error", "-y", *source, *even, "-movflags", "+faststart", str(path)]
    return subprocess.Popen(  # noqa: S603  # found on the path, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
