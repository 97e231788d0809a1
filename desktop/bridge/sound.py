"""A sound for a new urgent alarm, through whatever this machine plays sounds with."""

from __future__ import annotations

import math
import shutil
import struct
import sys
import wave
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTemporaryDir, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

_RATE = 22_050
_LOUDNESS = 0.35
# Two falling and one rising tone, as IEC 60601-1-8 and ship bridges have it: heard, not shrill.
_TONES = ((880.0, 0.18), (0.0, 0.06), (660.0, 0.24), (0.0, 0.06), (880.0, 0.18))
_PLAYERS: Sequence[tuple[str, ...]] = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))


def player() -> tuple[str, ...]:
    """Return the command that plays a file here, empty where there is none."""
    if sys.platform == "win32":
        script = "(New-Object Media.SoundPlayer $args[0]).PlaySync()"
        return ("powershell", "-NoProfile", "-Command", script)
    return next((command for command in _PLAYERS if shutil.which(command[0])), ())


class Sound(QObject):
    """Plays the alarm; where no player is found, `silent` asks for the system's own beep."""

    silent = Signal()

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(player() if command is None else command)
        self._folder: QTemporaryDir | None = None
        self._playing = QProcess(self)
        self._playing.errorOccurred.connect(lambda _: self.silent.emit())

    @property
    def output(self) -> str:
        """Return what plays sounds here, empty for the system's beep."""
        return self._command[0] if self._command else ""

    def play(self) -> None:
        """Play it once; while it plays, nothing more is begun."""
        if self._playing.state() is not QProcess.ProcessState.NotRunning:
            return
        if not self._command:
            self.silent.emit()
            return
        program, *arguments = self._command
        self._playing.start(program, [*arguments, self._file()])

    def close(self) -> None:
        """End what plays."""
        if self._playing.state() is not QProcess.ProcessState.NotRunning:
            self._playing.blockSignals(True)
            self._playing.kill()
            self._playing.waitForFinished(1000)
        self._folder = None

    def _file(self) -> str:
        if self._folder is None:
            self._folder = QTemporaryDir()
            write_alarm(self._folder.filePath("alarm.wav"))
        return self._folder.filePath("alarm.wav")


def write_alarm(path: str) -> None:
    """Write the sound as a WAV file: 16 bit, one channel."""
    samples = [round(sample * 32767) for tone, lasts in _TONES for sample in _tone(tone, lasts)]
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def _tone(hertz: float, seconds: float) -> list[float]:
    count = round(seconds * _RATE)
    ramp = 0.01 * _RATE  # without it the tone begins and ends with a click
    return [
        _LOUDNESS * min(1.0, n / ramp, (count - n) / ramp) * math.sin(n * hertz * math.tau / _RATE)
        for n in range(count)
    ]
