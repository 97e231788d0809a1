"""Errors grouped by what the person in front of them can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class SmartAreaError(Exception):
    """Root of every error that the suite explains to a person."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a file: where it is, what stands there, what was expected.

    `line` counts from 1 and is 0 where the file as a whole is meant; `path` is the dotted
    path of the value, such as `devices[3].profile`.
    """

    file: str
    line: int
    path: str
    message: str

    def text(self) -> str:
        """Give the mistake as `file:line: path: message`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class FileMistakes(SmartAreaError):
    """Fix the file: carries every mistake that was found in it, in file order."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(mistake.text() for mistake in mistakes))
        self.mistakes = mistakes


class AreaFileError(FileMistakes):
    """Fix the area file or device profile."""


class SettingsError(FileMistakes):
    """Fix the settings file of an application."""


class CityFileError(SmartAreaError):
    """Fix or replace the city file (CityGML): names the file, the place and the remedy."""


class DeviceUnavailable(SmartAreaError):
    """Wait and retry: a port, radio or device does not answer; names it and the remedy."""


class HubUnavailable(SmartAreaError):
    """Wait and retry: the hub is not there, or what answered is not the hub."""


class HubRejected(SmartAreaError):
    """Do not retry: the hub answered and refused, with its reason.

    Attributes:
        words: the reason by language, where the hub said it in several.
        code: the kind of reason, which stays when the words change; empty where none was given.
    """

    def __init__(
        self, message: str, status: int, words: Mapping[str, str] | None = None, code: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.words = dict(words or {})
        self.code = code


class BadFrame(SmartAreaError):
    """Bytes that are not a valid frame of their protocol; says at which byte and why."""
