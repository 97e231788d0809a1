"""Reading one TOML file: its values and the places of its mistakes."""

from __future__ import annotations

import re
import tomllib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import AreaFileError, Mistake
from area_configs.loader.locator import Locator

if TYPE_CHECKING:
    import pathlib

    from area_configs.loader.locator import Path

_LARGEST = 16_000_000  # bytes; the largest real area is a thousandth of it
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class TomlText:
    """A TOML file that was read and parsed; `values` is what stands in it."""

    def __init__(self, file: pathlib.Path, text: str | None = None) -> None:
        """Read a file, or take the text that is to stand in it.

        Raises AreaFileError where it is missing, not UTF-8 or not TOML.
        """
        self.file = file
        self._text = read_text(file) if text is None else text
        self.values: dict[str, Any] = self._parse()

    def mistake(self, path: Path, message: str) -> Mistake:
        """Return a mistake at the line of a path."""
        return Mistake(str(self.file), self._locator.line(path), dotted(path), message)

    @cached_property
    def _locator(self) -> Locator:
        return Locator(self._text)

    def _parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise AreaFileError((self._syntax(str(error)),)) from None
        except (RecursionError, ValueError):  # tomllib lets both through: nesting, 4300 digits
            message = "nested too deep, or a number of thousands of digits"
            raise AreaFileError((Mistake(str(self.file), 0, "", message),)) from None

    def _syntax(self, text: str) -> Mistake:
        match = _PLACE.search(text)
        line = int(match[1]) if match and match[1] else self._text.count("\n") + 1
        column = f" at column {match[2]}" if match and match[2] else " at the end of the file"
        what = _PLACE.sub("", text)
        return Mistake(str(self.file), line, "", f"not valid TOML{column}: {what}")


def dotted(path: Path) -> str:
    """Return a path as people write it, such as `devices[3].profile`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def read_text(file: pathlib.Path) -> str:
    """Return the text of a file.

    Raises AreaFileError where it is missing, not a TOML file's size, or not UTF-8.
    """
    data = _bytes(file)
    try:
        return data.decode("utf-8-sig")  # Windows editors put a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start} is not UTF-8: save the file with encoding UTF-8"
        raise AreaFileError((Mistake(str(file), line, "", message),)) from None


def _bytes(file: pathlib.Path) -> bytes:
    try:
        state = file.stat()
        if not file.is_file() or state.st_size > _LARGEST:
            what = "a TOML file" if file.is_file() else "a file, found something else"
            message = f"expected {what} of at most {_LARGEST // 1_000_000} MB"
            raise AreaFileError((Mistake(str(file), 0, "", message),))
        return file.read_bytes()
    except OSError as error:
        raise AreaFileError((Mistake(str(file), 0, "", _reason(error)),)) from None


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return f"cannot be read: {error.strerror or error}"
