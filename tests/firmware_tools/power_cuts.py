"""A disk that notes every operation by inode, and the images that a power cut could leave of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware_tools.update.release_keeper import Disk

if TYPE_CHECKING:
    import random
    from pathlib import Path

Tables = dict[int, "dict[str, int] | bytes | str"]


class RecordingDisk(Disk):
    """Does everything and notes it; `base` is what was there at the beginning."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log: list[tuple] = []
        self.tables: Tables = {}
        self._next = 0
        self._scan(root)
        self.base = {k: dict(v) if isinstance(v, dict) else v for k, v in self.tables.items()}

    def make_folder(self, path):
        super().make_folder(path)
        self._link(path, {})

    def write(self, path, content, mode=0o644):
        super().write(path, content, mode)
        if (known := self._inode(path.parent).get(path.name)) is None:
            known = self._link(path, b"")
        self.tables[known] = content
        self.log.append(("data", known, content))

    def link(self, path, target):
        super().link(path, target)
        self._link(path, target)

    def move(self, old, new):
        super().move(old, new)
        folder = self._inode(old.parent)
        child = folder.pop(old.name)
        folder[new.name] = child
        self.log.append(("move", self._number(old.parent), old.name, new.name, child))

    def remove(self, path):
        super().remove(path)
        self._drop(path)

    def remove_folder(self, path):
        super().remove_folder(path)
        self._drop(path)

    def sync(self, path):
        self.log.append(("sync", self._number(path)))

    def _scan(self, path) -> int:
        number, self._next = self._next, self._next + 1
        if path.is_symlink():
            self.tables[number] = str(path.readlink())
        elif path.is_dir():
            self.tables[number] = found = {}
            for child in sorted(path.iterdir()):
                found[child.name] = self._scan(child)
        else:
            self.tables[number] = path.read_bytes()
        return number

    def _number(self, path) -> int:
        number = 0
        for part in path.relative_to(self.root).parts:
            number = self.tables[number][part]
        return number

    def _inode(self, path):
        return self.tables[self._number(path)]

    def _link(self, path, initial) -> int:
        number, self._next = self._next, self._next + 1
        self.tables[number] = dict(initial) if isinstance(initial, dict) else initial
        self._inode(path.parent)[path.name] = number
        self.log.append(("link", self._number(path.parent), path.name, number, initial))
        return number

    def _drop(self, path):
        del self._inode(path.parent)[path.name]
        self.log.append(("drop", self._number(path.parent), path.name))


def image(base: Tables, log: list[tuple], cut: int, dice: random.Random | None = None) -> Tables:
    """Return what is on the disk after a cut: what was synced, and of the rest nothing or, with
    dice, some of it, some of it torn."""
    tables = {k: dict(v) if isinstance(v, dict) else v for k, v in base.items()}
    for at, (kind, inode, *rest) in enumerate(log[:cut]):
        if kind == "link":
            tables.setdefault(rest[1], dict(rest[2]) if isinstance(rest[2], dict) else rest[2])
        survives = ("sync", inode) in log[at + 1 : cut]
        x = 0.0 if survives else dice.random() if dice else 1.0
        _do(tables, (kind, inode, *rest), x, dice)
    return tables


def _do(tables, operation, x, dice):
    kind, inode, *rest = operation
    if kind == "data" and x < 0.7:
        whole = rest[0]
        tables[inode] = whole if x < 0.5 else whole[: dice.randrange(len(whole) + 1)]
    elif x >= 0.5 or kind == "sync":
        return
    elif kind == "link":
        tables[inode][rest[0]] = rest[1]
    elif kind == "drop":
        tables[inode].pop(rest[0], None)
    elif kind == "move":
        tables[inode].pop(rest[0], None)
        tables[inode][rest[1]] = rest[2]


def write_out(tables: Tables, place: Path, inode: int = 0) -> None:
    """Make an image a folder again."""
    found = tables[inode]
    if isinstance(found, dict):
        place.mkdir()
        for name, child in found.items():
            write_out(tables, place / name, child)
    elif isinstance(found, str):
        place.symlink_to(found)
    else:
        place.write_bytes(found)
