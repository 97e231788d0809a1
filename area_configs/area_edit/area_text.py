"""The text of an area file as it is being edited, with what it says and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from area_configs.area_edit.pieces import values_of
from area_configs.domain.errors import AreaFileError
from area_configs.loader import load_area
from area_configs.loader.tolerant import tables

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.areas import Area
    from area_configs.domain.errors import Mistake
    from area_configs.loader import locator


@dataclass(frozen=True)
class AreaText:
    """One state of an area file; `file` is where it stands, for what lies beside it.

    Attributes:
        text: valid TOML; the area that it describes may be wrong.
    """

    file: Path
    text: str

    @cached_property
    def values(self) -> dict[str, Any]:
        """Return what stands in it; not to be changed."""
        return values_of(self.text)

    @property
    def is_judged(self) -> bool:
        """Tell whether the verdict is at hand: judging a long file takes a while."""
        return "judged" in self.__dict__

    @cached_property
    def judged(self) -> tuple[Area | None, tuple[Mistake, ...]]:
        """Return the area, or every mistake, as the one loader of everybody finds it."""
        try:
            return load_area(self.file, self.text), ()
        except AreaFileError as error:
            return None, error.mistakes

    @property
    def area(self) -> Area | None:
        """Return the area, None where it has mistakes."""
        return self.judged[0]

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return every mistake, in file order."""
        return self.judged[1]

    def value(self, path: locator.Path) -> Any:
        """Return what stands at a path, None where nothing does."""
        found: Any = self.values
        for part in path:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def place(self, kind: str, ident: str) -> locator.Path | None:
        """Return the path of a gateway, a device or an alarm by its id, None where there is none."""
        found = (at for at, one in tables(self.values, kind) if one.get("id") == ident)
        return next(found, None)
