"""Folders that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

from area_configs.domain.errors import AreaFileError, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def staged(target: Path, *, replace: bool) -> Iterator[Path]:
    """Give an empty folder beside the target that takes its place when the block ends well.

    Raises AreaFileError where the target exists and may not be replaced, or where the disk
    refuses; the target is then as it was.
    """
    target = target.absolute()
    _check(target, replace=replace)
    stage = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir()
        yield stage
        _put(stage, target)
    except OSError as error:
        raise refusal(target, f"cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def refusal(path: Path | str, message: str) -> AreaFileError:
    """Return the error of one sentence about a file or folder."""
    return AreaFileError((Mistake(str(path), 0, "", message),))


def _check(target: Path, *, replace: bool) -> None:
    if not target.parent.is_dir():
        raise refusal(target, f"there is no folder {target.parent}: make it first")
    if os.path.lexists(target) and not (replace and target.is_dir()):
        raise refusal(target, "is there already: choose another folder, or remove it first")


def _put(stage: Path, target: Path) -> None:
    """Rename the stage to the target; what stood there goes only after that."""
    if not target.exists():
        stage.rename(target)
        return
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    try:
        stage.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
