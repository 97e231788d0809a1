"""Views of the map that somebody gave a name, kept per area."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ViewPoint:
    """Where the map is seen from.

    Attributes:
        latitude, longitude: JGD2011 degrees of the point looked at; `height_m` over the datum.
        heading: degrees clockwise from north; `tilt` degrees below the horizon.
        distance_m: from the eye to that point.
        plan: straight from above, without perspective.
    """

    latitude: float
    longitude: float
    height_m: float
    heading: float
    tilt: float
    distance_m: float
    plan: bool = False


class ViewStore(Protocol):
    """Keeps tables of numbers by name; what cannot be read is as if it were not there."""

    def load(self) -> dict[str, dict[str, Any]]:
        """Return what is kept."""

    def keep(self, views: dict[str, dict[str, Any]]) -> None:
        """Keep this instead."""


class SavedViews(QObject):
    """The named views of one area, in the order in which they were saved."""

    changed = Signal()

    def __init__(self, store: ViewStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._views = {name: view for name, row in store.load().items() if (view := _view(row))}

    @property
    def names(self) -> Sequence[str]:
        """Return the names."""
        return tuple(self._views)

    def get(self, name: str) -> ViewPoint | None:
        """Return a view, None where no view has this name."""
        return self._views.get(name)

    def save(self, name: str, view: ViewPoint) -> None:
        """Keep a view; one of the same name is replaced. A name of blanks saves nothing."""
        if name := name.strip()[:LONGEST_NAME]:
            self._views[name] = view
            self._keep()

    def drop(self, name: str) -> None:
        """Forget a view."""
        if self._views.pop(name, None):
            self._keep()

    def _keep(self) -> None:
        self._store.keep({name: asdict(view) for name, view in self._views.items()})
        self.changed.emit()


def _view(row: Any) -> ViewPoint | None:
    """Return a view from a table of numbers, None where it is none."""
    try:
        numbers = {key: float(value) for key, value in row.items() if key != "plan"}
        return ViewPoint(**numbers, plan=bool(row.get("plan", False)))
    except (AttributeError, TypeError, ValueError):
        return None
