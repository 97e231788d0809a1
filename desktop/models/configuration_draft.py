"""A gateway's configuration as it is being changed: edits with undo, differences, mistakes."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from desktop.models import settings_fields
from desktop.models.settings_fields import DEVICES, Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from area_configs.domain.names import Name


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that the draft changes; None stands for `not given`."""

    path: Path
    before: Any
    after: Any


class ConfigurationDraft(QObject):
    """One draft; `document` is what would be sent, `applied` what the gateway runs.

    Attributes:
        undo: its edits; clean where nothing was changed since the document was taken.
        behind: the gateway was changed by somebody else since this draft was begun.
    """

    changed = Signal()

    def __init__(
        self, gateway: str, devices: tuple[str, ...], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.gateway, self.devices = gateway, devices
        self.version = 0
        self.behind = False
        self.undo = QUndoStack(self)
        self._applied: dict[str, Any] = {}
        self._document: dict[str, Any] = {}
        self._known = False

    @property
    def known(self) -> bool:
        """Tell whether the gateway has said what it runs; before that nothing can be edited."""
        return self._known

    @property
    def document(self) -> dict[str, Any]:
        """Return what would be sent."""
        return copy.deepcopy(self._document)

    @property
    def dirty(self) -> bool:
        """Tell whether anything differs from what the gateway runs."""
        return self._document != self._applied

    def take_applied(self, version: int, document: Mapping[str, Any]) -> None:
        """Take what the gateway runs now; a draft that is begun stays as it is."""
        applied = _tidy(document)
        if self._known and (version, applied) == (self.version, self._applied):
            return
        if not self.dirty or self._document == applied:
            self._document = copy.deepcopy(applied)
            self.undo.clear()
            self.behind = False
        elif self._known and applied != self._applied:
            self.behind = True
        self._applied, self.version, self._known = applied, version, True
        self.changed.emit()

    def value(self, path: Path) -> Any:
        """Return a field of the draft, None where it is not given."""
        return at_path(self._document, path)

    def applied(self, path: Path) -> Any:
        """Return a field of what the gateway runs."""
        return at_path(self._applied, path)

    def set(self, path: Path, value: Any) -> None:
        """Change one field; None takes it out. One field typed in is one step of undo."""
        if self.value(path) != value:
            self.undo.push(_Edit(self, {path: value}, settings_fields.describe(path)))

    def set_many(self, changes: Mapping[Path, Any], what: Name) -> None:
        """Change several fields in one step of undo."""
        real = {path: value for path, value in changes.items() if self.value(path) != value}
        if real:
            self.undo.push(_Edit(self, real, what))

    def discard(self) -> None:
        """Give the draft up: it is again what the gateway runs."""
        self._document = copy.deepcopy(self._applied)
        self.undo.clear()
        self.behind = False
        self.changed.emit()

    def differences(self) -> list[Difference]:
        """Return every field that the draft changes, in the order of the form."""
        paths = dict.fromkeys([*_leaves(self._applied), *_leaves(self._document)])
        order = [field.path for field in settings_fields.gateway_fields()]
        ranked = sorted(paths, key=lambda p: (order.index(p) if p in order else len(order), p))
        pairs = ((path, self.applied(path), self.value(path)) for path in ranked)
        return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]

    def mistakes(self) -> dict[Path, Name]:
        """Return everything that is wrong with the draft, by path."""
        return settings_fields.mistakes(self._document, self.devices)

    def content(self) -> dict[str, Any] | None:
        """Return what must outlive this console, None where there is no draft."""
        if not self.dirty:
            return None
        return {"document": self.document, "applied": self._applied, "version": self.version}

    def restore(self, content: Mapping[str, Any]) -> None:
        """Take up a draft that was kept; what the gateway runs by now is told afterwards.

        Raises:
            KeyError, TypeError: it is no draft of a configuration.
        """
        self._document = _tidy(content["document"])
        self._applied = _tidy(content["applied"])
        self.version = int(content["version"])
        self._known = True
        self.undo.clear()
        self.changed.emit()

    def put(self, values: Mapping[Path, Any]) -> None:
        """Write fields without a step of undo: what undo itself does."""
        for path, value in values.items():
            _put(self._document, path, value)
        self.changed.emit()


class _Edit(QUndoCommand):
    """One step; steps on the same single field grow into one while it is typed in."""

    def __init__(self, draft: ConfigurationDraft, after: dict[Path, Any], what: Name) -> None:
        super().__init__(what.ja)
        self._draft, self.after = draft, after
        self._before = {path: draft.value(path) for path in after}

    @override
    def redo(self) -> None:
        self._draft.put(self.after)

    @override
    def undo(self) -> None:
        self._draft.put(self._before)

    @override
    def id(self) -> int:
        return 1 if len(self.after) == 1 else -1

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Edit) or other.after.keys() != self.after.keys():
            return False
        self.after = other.after
        if self.after == self._before:
            self.setObsolete(True)
        return True


def _tidy(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without what says nothing: nulls, and devices without a setting."""
    tidy: dict[str, Any] = {}
    for path in _leaves(document):
        _put(tidy, path, at_path(document, path))
    return tidy


def _leaves(part: Mapping[str, Any], path: Path = ()) -> Iterator[Path]:
    for key, value in part.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        elif value is not None:
            yield (*path, key)


def at_path(part: Any, path: Sequence[str]) -> Any:
    """Return what stands at a path of a document, None where nothing does."""
    for key in path:
        if not isinstance(part, dict) or key not in part:
            return None
        part = part[key]
    return part


def _put(part: dict[str, Any], path: Path, value: Any) -> None:
    *parents, last = path
    tables = [part]
    for key in parents:
        tables.append(tables[-1].setdefault(key, {}))
    if value is None:
        tables[-1].pop(last, None)
    else:
        tables[-1][last] = value
    for key, inner in reversed(list(zip(parents, tables[1:], strict=True))):
        if not inner and parents[0] == DEVICES:
            tables[parents.index(key)].pop(key, None)
