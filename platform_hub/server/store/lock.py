"""One hub per folder: a lock that the system drops when its holder dies."""

from __future__ import annotations

import contextlib
import sys
from typing import IO, TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderBusy(SmartAreaError):
    """Another process holds the folder."""


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock file for as long as the block runs.

    Raises:
        FolderBusy: another process holds it, or the folder cannot be written to.
    """
    with _opened(path) as file:
        try:
            _lock(file)
        except OSError as error:
            raise FolderBusy(
                f"{path.parent} is in use by another area-hub: stop that one first"
            ) from error
        yield


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("ab")
    except OSError as error:
        raise FolderBusy(f"{path} cannot be opened: {error.strerror}") from error
