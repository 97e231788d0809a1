"""The mistakes of an area file, found by the field and by the part that each of them concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.loader.toml_text import dotted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.errors import Mistake
    from area_configs.loader.locator import Path


class AreaMistakes:
    """What is wrong with one state of an area, in file order."""

    def __init__(self, found: Sequence[Mistake] = ()) -> None:
        self.all = tuple(found)
        self._at: dict[str, list[Mistake]] = {}
        self._of: dict[Path, list[Mistake]] = {}
        for one in self.all:
            self._at.setdefault(one.path, []).append(one)
            self._of.setdefault(part_of(path_of(one.path)), []).append(one)

    def at(self, path: Path) -> tuple[Mistake, ...]:
        """Return what is wrong with one field."""
        return tuple(self._at.get(dotted(path), ()))

    def of(self, part: Path) -> tuple[Mistake, ...]:
        """Return what is wrong with a part and everything in it."""
        return tuple(self._of.get(part, ()))


def path_of(words: str) -> Path:
    """Return the path that is written as `devices[3].position.latitude`."""
    parts = (part for part in words.replace("[", ".[").split(".") if part)
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in parts)


def part_of(path: Path) -> Path:
    """Return the part that a field belongs to: a gateway, a device, the contract, or the area ()."""
    if path[:1] in {("gateways",), ("devices",)}:
        return path[:2]
    return ("energy",) if path[:1] == ("energy",) else ()
