"""The area file as it is being edited: steps with undo, what is chosen, what is wrong, what differs."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from area_configs import area_edit
from area_configs.area_edit import AreaText
from area_configs.domain.names import Name
from area_configs.loader.tolerant import tables
from area_configs.loader.toml_text import dotted
from desktop.models import area_moves
from desktop.models.area_catalogue import Catalogue
from desktop.models.area_mistakes import AreaMistakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from area_configs.domain.areas import Area
    from area_configs.domain.errors import Mistake
    from area_configs.loader.locator import Path as Place
    from desktop.models.area_moves import Spot

_CHANGE = Name("変更", "Change")
_RENAME = Name("IDの変更", "Rename")
_MOVE = Name("移動", "Move")
_MOVING = ("latitude", "longitude", "height_m")


class AreaDraft(QObject):
    """One draft of one area; before `open` there is nothing to edit.

    Each state is judged at once, or by whoever `judge_elsewhere` names: what was found in the state
    before then stands until the verdict comes.

    Attributes:
        undo: its steps.
        catalogue: the device profiles that there are.
        etag: of the hub's pack that the draft was begun from, empty for a file.
    """

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo = QUndoStack(self)
        self.catalogue = Catalogue()
        self.etag = ""
        self._state: AreaText | None = None
        self._applied: AreaText | None = None
        self._judged: AreaText | None = None
        self._mistakes = AreaMistakes()
        self._ask: Callable[[AreaText], None] | None = None
        self._area: Area | None = None
        self._chosen: Place = ()

    # ------------------------------------------------------------ what there is

    @property
    def known(self) -> bool:
        """Tell whether there is an area to edit."""
        return self._state is not None

    @property
    def state(self) -> AreaText:
        """Return the draft as it is now; only after `open`."""
        assert self._state is not None, "nothing is open"  # noqa: S101  # a bug of the caller
        return self._state

    @property
    def applied(self) -> AreaText:
        """Return what it was begun from, or what was saved last."""
        assert self._applied is not None, "nothing is open"  # noqa: S101  # a bug of the caller
        return self._applied

    @property
    def dirty(self) -> bool:
        """Tell whether anything differs from what was saved."""
        return self._state != self._applied

    @property
    def area(self) -> Area | None:
        """Return the area as far as it can be drawn, mistakes or not; None before `open`."""
        return self._area

    @property
    def is_judged(self) -> bool:
        """Tell whether `mistakes` are those of the draft as it is now."""
        return self._judged is self._state

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return everything that is wrong with the draft, as far as it is judged."""
        return self._mistakes.all

    @property
    def chosen(self) -> Place:
        """Return the part that is being edited; () is the area itself."""
        return self._chosen

    def mistakes_at(self, path: Place) -> tuple[Mistake, ...]:
        """Return what is wrong with one field."""
        return self._mistakes.at(path)

    def mistakes_of(self, part: Place) -> tuple[Mistake, ...]:
        """Return what is wrong with a part and everything in it."""
        return self._mistakes.of(part)

    def difference(self) -> list[str]:
        """Return the lines that differ from what was saved, as a unified difference."""
        before, after = self.applied.text.splitlines(), self.state.text.splitlines()
        return list(difflib.unified_diff(before, after, "before", "after", lineterm="", n=2))[2:]

    # ------------------------------------------------------------ beginning and ending

    def judge_elsewhere(self, ask: Callable[[AreaText], None]) -> None:
        """Have states judged from now on by `ask`, which answers with `take_verdict`, sooner or later."""
        self._ask = ask

    def take_verdict(self, state: AreaText) -> None:
        """Take a state that was judged; one that is not the draft any more changes nothing."""
        if state is self._state:
            self._judge()
            self.changed.emit()

    def open(self, state: AreaText, etag: str = "", area: Area | None = None) -> None:
        """Begin with an area as it stands in a file; `area` is drawn until the file is judged."""
        self._state = self._applied = state
        self._area = area or self._area
        self.etag = etag
        self.undo.clear()
        self._renewed()

    def saved(self, state: AreaText, etag: str = "") -> None:
        """Note that a state of the draft is what stands in the file, or what the hub has."""
        self._applied = state
        self.etag = etag or self.etag
        self.changed.emit()

    def discard(self) -> None:
        """Give the draft up."""
        self._chosen = ()
        self.open(self.applied, self.etag)
        self.chosen_changed.emit()

    def content(self) -> dict[str, str] | None:
        """Return what must outlive this console, None where there is no draft."""
        if self._state is None or not self.dirty:
            return None
        return {
            "text": self.state.text,
            "file": str(self.state.file),
            "begun": self.applied.text,
            "etag": self.etag,
        }

    def restore(self, content: Mapping[str, Any]) -> bool:
        """Take up a draft that was kept, as one step; False where it was begun from another area.

        Raises:
            KeyError, TypeError, ValueError: it is no draft of an area.
        """
        if content["begun"] != self.applied.text:
            return False
        file = Path(content["file"])
        tomllib.loads(content["text"])
        known = file if file.is_file() else self.applied.file
        self._push(AreaText(known, content["text"]), Name("前回の下書き", "Draft from before"))
        return True

    def choose(self, part: Place) -> None:
        """Edit another part."""
        if part != self._chosen:
            self._chosen = part
            self.chosen_changed.emit()

    # ------------------------------------------------------------ changes

    def set(self, path: Place, value: Any) -> None:
        """Change one field; None takes it out. A field typed in is one step.

        Raises:
            CannotEdit: it cannot be changed by itself.
        """
        if self.state.value(path) == value and type(self.state.value(path)) is type(value):
            return
        text = area_moves.with_field(self.state, path, value, self.catalogue)
        self._push(AreaText(self.state.file, text), _CHANGE, dotted(path))

    def rename(self, part: Place, ident: str) -> None:
        """Give a gateway, link or device another id, wherever it is named.

        Raises:
            CannotEdit: one of the places cannot be changed.
        """
        text = area_edit.rename(self.state.text, part, ident)
        self._push(AreaText(self.state.file, text), _RENAME)

    def move(self, part: Place, spot: Spot, *, dragged: bool = False) -> None:
        """Put a gateway or device somewhere else; what is dragged on is one step."""
        text = area_moves.with_spot(self.state, part, spot)
        self._push(AreaText(self.state.file, text), _MOVE, f"{part}" if dragged else "")

    def add(self, path: Place, table: Mapping[str, Any], what: Name) -> Place:
        """Add a gateway, link, device or band and choose it; return where it stands.

        Raises:
            CannotEdit: the list cannot take it.
        """
        text = area_edit.append(self.state.text, path, table)
        place = (*path, len(self.state.value(path) or ()))
        parts = ("gateways", "devices")
        self._push(
            AreaText(self.state.file, text), what, chosen=place if path[-1] in parts else None
        )
        return place

    def remove(self, part: Place, what: Name) -> None:
        """Take a gateway, link or device out with what hangs on it, or an element of a list.

        Raises:
            CannotEdit: something needs it.
        """
        whole = part[0] in {"gateways", "devices"}
        take = area_edit.remove_part if whole else area_edit.remove
        text = take(self.state.text, part)
        above = part[:2] if len(part) > 2 else ()  # noqa: PLR2004  # a link's gateway
        self._push(AreaText(self.state.file, text), what, chosen=above)

    def put(self, state: AreaText, what: Name) -> None:
        """Put a whole other state in the place of the draft, as one step."""
        self._push(state, what)

    def _push(
        self, state: AreaText, what: Name, field: str = "", chosen: Place | None = None
    ) -> None:
        if state != self.state:
            after = self._chosen if chosen is None else chosen
            self.undo.push(_Step(self, state, what, field, after))

    def show(self, state: AreaText, chosen: Place) -> None:
        """Be another state, without a step: what the steps themselves do."""
        self._state = state
        self._renewed()
        self.choose(chosen if state.value(chosen) is not None else ())

    def _renewed(self) -> None:
        if self._ask is None or self.state.is_judged:
            self._judge()
        else:
            self._ask(self.state)
            self._wait()
        self.changed.emit()

    def _judge(self) -> None:
        area, found = self.state.judged
        self._judged, self._mistakes = self.state, AreaMistakes(found)
        self._area = area or self._drawable()

    def _wait(self) -> None:
        """Keep what was found, unless other parts stand in its places by now."""
        if self._judged is None or _counts(self._judged) != _counts(self.state):
            self._mistakes = AreaMistakes()
        self._area = self._drawable()

    def _drawable(self) -> Area | None:
        return self._area and area_moves.drawable(self.state, self._area, self.catalogue)


class _Step(QUndoCommand):
    """One step; steps on the same field grow into one while it is typed in."""

    def __init__(
        self, draft: AreaDraft, after: AreaText, what: Name, field: str, chosen: Place
    ) -> None:
        super().__init__(what.ja)
        self._draft, self.what, self.field = draft, what, field
        self._before, self._chosen_before = draft.state, draft.chosen
        self.after, self.chosen = after, chosen

    @override
    def redo(self) -> None:
        self._draft.show(self.after, self.chosen)

    @override
    def undo(self) -> None:
        self._draft.show(self._before, self._chosen_before)

    @override
    def id(self) -> int:
        return 1 if self.field else -1

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or other.field != self.field:
            return False
        self.after = other.after
        self.setObsolete(self.after == self._before)
        return True


def tables_at(state: AreaText, path: Place) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Give path and content of the tables in a list, as far as they are tables."""
    found: Sequence[Any] = state.value(path) or ()
    for index, one in enumerate(found):
        if isinstance(one, dict):
            yield (*path, index), one


def _counts(state: AreaText) -> tuple[int, ...]:
    return tuple(sum(1 for _ in tables(state.values, kind)) for kind in ("gateways", "devices"))
