"""Who sits at the console: name and role as the hub told them, and what the role may do."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from area_configs.domain.names import Name

MANAGER, TECHNICIAN, CAREGIVER, AUDITOR = "manager", "technician", "caregiver", "auditor"
READER, NOBODY = "reader", ""

ROLE_NAMES = {
    MANAGER: Name("エリア管理者", "Area manager"),
    TECHNICIAN: Name("技術者", "Technician"),
    CAREGIVER: Name("介護者", "Caregiver"),
    AUDITOR: Name("監査者", "Auditor"),
    READER: Name("閲覧のみ", "Read only"),
    NOBODY: Name("未サインイン", "Not signed in"),
}
INSTALLERS = frozenset({MANAGER, TECHNICIAN})
OPERATORS = INSTALLERS | {CAREGIVER}


class Entry(StrEnum):
    """How the console came to speak for somebody."""

    NONE = "none"  # nobody yet
    OPEN = "open"  # the hub asks nobody who they are
    KEY = "key"  # a key file
    PERSON = "person"  # name and password


class Person(QObject):
    """Who sits here; `changed` tells. Before the hub said, there is nobody."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name, self._role, self._entry = "", NOBODY, Entry.NONE

    @property
    def name(self) -> str:
        """Return the name, empty where nobody is signed in."""
        return self._name

    @property
    def role(self) -> str:
        """Return the role as the hub names it, empty where nobody is signed in."""
        return self._role

    @property
    def entry(self) -> Entry:
        """Return how they came in."""
        return self._entry

    @property
    def known(self) -> bool:
        """Tell whether the hub said who sits here."""
        return self._entry is not Entry.NONE

    def acts_as(self, role: str) -> bool:
        """Tell whether the hub lets them act in a role: theirs, or any where it asks nobody."""
        return self._role == role or self._entry is Entry.OPEN

    def become(self, name: str, role: str, entry: Entry) -> None:
        """Take what the hub said."""
        if (name, role, entry) != (self._name, self._role, self._entry):
            self._name, self._role, self._entry = name, role, entry
            self.changed.emit()

    def leave(self) -> None:
        """Let nobody sit here."""
        self.become("", NOBODY, Entry.NONE)

    def role_name(self) -> Name:
        """Return the role in words; one that this edition does not know is shown by its id."""
        return ROLE_NAMES.get(self._role) or Name(self._role, self._role)
