"""Replays a recorded write log: the folder as a power cut at any point could leave it.

Strict: only what was synced survives, the worst that a disk which keeps its word may do. Torn: of
what was not synced, any part survives, in any order, torn at any sector. `names` makes strict
stricter: a new file's name survives only once its folder was synced.
"""

from __future__ import annotations

import functools
import os
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Sequence

_SOURCE = Path(__file__).with_name("write_log.c")
_HEAD = struct.Struct("<cHqI")
_SECTOR = 512
_KEPT, _TORN, _RENAMED = 0.45, 0.60, 0.50  # of what was not synced: whole, in part; names: whole


class Operation(NamedTuple):
    """One recorded change, sync or word of the process; see write_log.c."""

    kind: str
    path: str
    offset: int
    data: bytes


@dataclass
class Image:
    """What a cut leaves: the files' content by path, and what the process had said before it."""

    files: dict[str, bytearray]
    said: bytes

    def write(self, recorded: Path, folder: Path) -> None:
        """Write the files of the recorded folder into a fresh one."""
        folder.mkdir()
        for path, content in self.files.items():
            target = folder / Path(path).relative_to(recorded)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


@functools.cache
def shim() -> Path:
    """Build the recorder and return it; where it cannot be built, FileNotFoundError names gcc."""
    folder = Path(tempfile.gettempdir()) / f"smart-area-write-log-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    built = folder / f"write_log-{_SOURCE.stat().st_mtime_ns}.so"
    if not built.exists():
        draft = built.with_suffix(f".{os.getpid()}")
        options = ("-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(draft))
        gcc = shutil.which("gcc") or "gcc"
        subprocess.run([gcc, *options, str(_SOURCE), "-ldl", "-lpthread"], check=True)
        draft.rename(built)
    return built


def environment(
    folder: Path, log: Path | None = None, **faults: str | int | Path
) -> dict[str, str]:
    """Return the environment of a process whose changes below `folder` are logged or fail."""
    set_ = {f"WLOG_{name.upper()}": str(value) for name, value in faults.items()}
    set_ |= {"WLOG_DIR": str(folder), "LD_PRELOAD": str(shim())}
    if log is not None:
        set_["WLOG_OUT"] = str(log)
    return {**os.environ, **set_}


def load(log: Path) -> list[Operation]:
    """Read a log; a record that was cut off in the end is left out."""
    content = log.read_bytes()
    found, at = [], 0
    while at + _HEAD.size <= len(content):
        kind, path_length, offset, length = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        path = content[at : at + path_length].decode()
        at += path_length
        found.append(Operation(kind.decode(), path, offset, content[at : at + length]))
        at += length
    return found


def images(
    operations: Sequence[Operation],
    cuts: Iterable[int],
    rng: random.Random | None = None,
    *,
    names: bool = False,
) -> Iterator[tuple[int, Image]]:
    """Give what each cut leaves, a cut being a number of operations; torn where there are dice."""
    disk, done = _Disk(), 0
    for cut in sorted(cuts):
        for number in range(done, cut):
            disk.take(number, operations[number])
        done = cut
        yield cut, Image(disk.left(rng, names=names), bytes(disk.said))


@dataclass
class _Disk:
    """What is safe on the disk, and what is still on its way there."""

    safe: dict[str, bytearray] = field(default_factory=dict)
    pending: list[tuple[int, Operation]] = field(default_factory=list)
    born: dict[str, int] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    said: bytearray = field(default_factory=bytearray)

    def take(self, number: int, operation: Operation) -> None:
        kind, path, offset, data = operation
        if kind == "A":
            self.said += data
        elif kind == "S":
            self._sync(path, offset)
        elif not path.endswith("-shm"):  # SQLite makes it anew
            if kind == "U":
                self.pending = [each for each in self.pending if each[1].path != path]
            born = data.decode() if kind == "R" else path
            self.born.setdefault(born, number)
            self.pending.append((number, operation))

    def _sync(self, path: str, before: int) -> None:
        """Make safe what was written to a file; any sync takes earlier names along (ext4)."""
        left = []
        for number, operation in self.pending:
            if number < before and (operation.path == path or operation.kind in "UR"):
                _apply(self.safe, operation)
            else:
                left.append((number, operation))
        self.pending = left
        self.named |= {
            name
            for name, born in self.born.items()
            if born < before and os.path.dirname(name) == path  # noqa: PTH120  # these are strings
        }

    def left(self, rng: random.Random | None, *, names: bool) -> dict[str, bytearray]:
        files = {path: bytearray(content) for path, content in self.safe.items()}
        for _, operation in self.pending if rng else ():
            _tear(files, operation, rng)
        if names:
            files = {path: content for path, content in files.items() if path in self.named}
        return files


def _apply(files: dict[str, bytearray], operation: Operation) -> None:
    kind, path, offset, data = operation
    if kind == "U":
        files.pop(path, None)
    elif kind == "R":
        files[data.decode()] = files.pop(path, bytearray())
    else:
        content = files.setdefault(path, bytearray())
        content.extend(bytes(max(0, offset + len(data) - len(content))))
        if kind == "W":
            content[offset : offset + len(data)] = data
        else:
            del content[offset:]


def _tear(files: dict[str, bytearray], operation: Operation, rng: random.Random) -> None:
    luck = rng.random()
    if luck < (_RENAMED if operation.kind in "UR" else _KEPT):
        _apply(files, operation)
    elif luck < _TORN and operation.kind == "W":
        sectors = rng.randrange(len(operation.data) + 1) // _SECTOR
        _apply(files, operation._replace(data=operation.data[: sectors * _SECTOR]))


def random_cuts(operations: Sequence[Operation], count: int, rng: random.Random) -> list[int]:
    """Draw cuts between the first and the last word of the process; one may come twice."""
    words = [number for number, each in enumerate(operations) if each.kind == "A"]
    return [rng.randrange(words[0] + 1, words[-1] + 2) for _ in range(count)]
