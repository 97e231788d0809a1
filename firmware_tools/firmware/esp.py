"""ESP devices: esptool as a program of its own (GPL-2.0+, so it is never loaded here)."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.sentences import Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PATIENCE_S = 300.0
_ENDLESS = Name(en="no end in sight", ja="終わりません")
_CHIP = re.compile(
    r"(?:Detected image type|Chip type|Chip is|Detecting chip type\.*):?\s+(ESP\S+)", re.IGNORECASE
)

_FAMILY = re.compile(r"ESP32-(S[23]|C\d+|H\d+|P\d+)(?![A-Z0-9])|ESP32|ESP8266")


@dataclass(frozen=True, slots=True)
class Esptool:
    """esptool with its words in front, and the port of one device."""

    port: str
    program: Sequence[str] = ("esptool",)

    def image_chip(self, image: Path) -> str:
        """Return which chip an image is for, before the device is touched.

        Raises:
            Refused: it is no image, or esptool is missing.
        """
        try:
            with image.open("rb"):
                done = self._run("image-info", str(image))
        except OSError as error:
            raise Refused("bad_firmware", source=image, why=file_fault(error)) from error
        if done.returncode:
            raise Refused("bad_firmware", source=image, why=_last(done))
        return _chip(done.stdout)

    def device_chip(self) -> str:
        """Return which chip stands there.

        Raises:
            Unreachable: none answers.
        """
        done = self._run("--port", self.port, "read-mac")
        if done.returncode:
            raise Unreachable("device_silent", place=self.port, why=_last(done))
        return _chip(done.stdout)

    def write(self, image: Path, offset: str) -> None:
        """Write an image and compare what is there then.

        Raises:
            Refused: it is for another chip; nothing was written. Unreachable: the device fell silent.
        """
        wanted, found = self.image_chip(image), self.device_chip()
        if not wanted or _family(wanted) != _family(found):
            facts = {"wanted": wanted or "?", "found": found or "?"}
            raise Refused("wrong_board", source=image, **facts)
        for verb in ("write-flash", "verify-flash"):
            done = self._run("--port", self.port, verb, offset, str(image))
            if done.returncode:
                raise Unreachable("device_silent", place=self.port, why=_last(done))

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*self.program, *arguments]
        try:
            return subprocess.run(  # noqa: S603 - the technician's own program
                command, capture_output=True, text=True, check=False, timeout=_PATIENCE_S
            )
        except OSError as error:
            remedy = Name(
                en="pipx install esptool, or name it with --esptool",
                ja="pipx install esptool で入れるか、--esptool で指定してください",
            )
            raise Refused("tool_missing", tool=command[0], remedy=remedy) from error
        except subprocess.TimeoutExpired as error:
            raise Unreachable("device_silent", place=self.port, why=_ENDLESS) from error


def _family(chip: str) -> str:
    """Return the family of a chip: ESP32-D0WD-V3 and ESP32-S0WD are of ESP32, ESP32-S3 is not."""
    found = _FAMILY.match(chip)
    return found[0] if found else chip


def _chip(text: str) -> str:
    found = _CHIP.search(text)
    return found[1].upper() if found else ""


def _last(done: subprocess.CompletedProcess[str]) -> Name:
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    said = lines[-1].strip()[:160] if lines else ""
    return Name(en=said or "it says nothing", ja=said or "何も表示されません")
