"""Which configuration each gateway ran at an instant of the past, and what stood in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.models.time_source import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desktop.models.time_source import TimeSource

_IN_FORCE = frozenset({"applied", "read_back"})
_Key = tuple[str, int]


class PastConfigurations(QObject):
    """Versions with when each came into force; a document is asked for when it is first shown."""

    changed = Signal()
    wanted = Signal(str, int)  # gateway, version

    def __init__(self, time: TimeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._time = time
        self._since: dict[str, list[tuple[int, int]]] = {}  # in force since, version
        self._documents: dict[_Key, Mapping[str, Any]] = {}
        self._asked: set[_Key] = set()

    def take_versions(self, gateway: str, versions: Sequence[Mapping[str, Any]]) -> None:
        """Take the versions of a gateway's configuration, each with the steps of its life."""
        since = [(_in_force_us(one), int(one["version"])) for one in versions]
        found = sorted((at_us, number) for at_us, number in since if at_us is not None)
        if self._since.get(gateway) != found:
            self._since[gateway] = found
            self.ask()
            self.changed.emit()

    def take(self, gateway: str, version: int, document: Mapping[str, Any]) -> None:
        """Take what stood in a version."""
        self._documents[gateway, version] = document
        self.changed.emit()

    def fail(self, gateway: str, version: int) -> None:
        """Forget that a document was asked for: it may be asked for again."""
        self._asked.discard((gateway, version))

    def versions(self) -> dict[str, int]:
        """Return which version each gateway ran at the shown instant; none where it had none."""
        found = {gateway: self._at(known) for gateway, known in self._since.items()}
        return {gateway: number for gateway, number in found.items() if number}

    def known(self, gateway: str) -> bool:
        """Tell whether the hub has told a gateway's versions."""
        return gateway in self._since

    def document(self, gateway: str) -> Mapping[str, Any] | None:
        """Return what a gateway ran at the shown instant, None where that is not known (yet)."""
        return self._documents.get((gateway, self.versions().get(gateway, 0)))

    def ask(self) -> None:
        """Ask for every document of the shown instant that is not here; of now nobody asks."""
        if self._time.mode is not Mode.REPLAY:
            return
        for key in self.versions().items():
            if key not in self._asked:
                self._asked.add(key)
                self.wanted.emit(*key)

    def _at(self, known: Sequence[tuple[int, int]]) -> int:
        shown_us = self._time()
        return next((number for at_us, number in reversed(known) if at_us <= shown_us), 0)


def _in_force_us(version: Mapping[str, Any]) -> int | None:
    """Return since when a version was in force; None where it never was, or is not yet."""
    at_us = [int(step["atUs"]) for step in version["steps"] if step["state"] in _IN_FORCE]
    return None if version["state"] == "failed" or not at_us else min(at_us)
