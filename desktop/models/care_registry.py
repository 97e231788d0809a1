"""The registry desk: whose data it is, who looks after them, what they wear; nothing of how they are."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models import care_record_words as words
from desktop.models.care_consents import ConsentDesk
from desktop.models.text_table import TextTable
from desktop.models.wording import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from area_configs.domain.areas import Area
    from area_configs.domain.care import Consent, Resident
    from area_configs.domain.names import Language


class Enrolment(NamedTuple):
    """A resident to register."""

    resident: str
    label: str


class Choice(NamedTuple):
    """What may be ticked for a resident.

    Attributes:
        id: name of an account, or id of a device.
        ticked: it is theirs now.
        holder: label of the resident who has the device, where it is another one.
        known: False where there is no such account or device any more.
    """

    id: str
    ticked: bool
    holder: str = ""
    known: bool = True


class _Agreed(NamedTuple):
    resident: Resident
    consents: tuple[Consent, ...]


class CareRegistry(ConsentDesk):
    """Asks by signals; answers are taken by `take_*`."""

    list_wanted = Signal()
    consents_wanted = Signal(str)  # a resident
    enrolment_wanted = Signal(object)  # Enrolment
    carers_wanted = Signal(str, object)  # a resident, names
    wearables_wanted = Signal(str, object)  # a resident, ids of devices
    changed = Signal()

    def __init__(self, area: Area, parent: QObject | None = None) -> None:
        super().__init__(self._agreed, parent)
        self.area = area
        self.residents: tuple[Resident, ...] = ()
        self.heard = False
        self._carers: tuple[str, ...] = ()
        self._consents: dict[str, tuple[Consent, ...]] = {}

    def carers(self) -> list[Choice]:
        """Return everybody who may look after the open resident, and whoever does."""
        mine = self.resident.caregivers if self.resident else ()
        names = sorted({*self._carers, *mine})
        return [Choice(name, name in mine, known=name in self._carers) for name in names]

    def wearables(self) -> list[Choice]:
        """Return every device that can be worn, and whatever the open resident wears."""
        mine = self.resident.wearables if self.resident else ()
        held = {device: one.label for one in self.residents for device in one.wearables}
        known = [one.id for one in self.area.carried()]
        every = [*known, *(one for one in mine if one not in known)]
        return [
            Choice(one, one in mine, "" if one in mine else held.get(one, ""), one in known)
            for one in every
        ]

    def refresh(self) -> None:
        """Ask anew for everything that is shown."""
        self.list_wanted.emit()
        if self.chosen:
            self.consents_wanted.emit(self.chosen)

    def choose(self, resident: str) -> None:
        """Open a resident."""
        if resident != self.chosen:
            self.chosen = resident
            self.page_changed.emit()
        if resident:
            self.consents_wanted.emit(resident)

    def set_language(self, _language: Language) -> None:
        """Have everything worded anew."""
        self.changed.emit()
        self.page_changed.emit()

    def leave(self) -> None:
        """Forget everything of everybody: another person sits here now."""
        self.residents, self._carers, self._consents, self.chosen = (), (), {}, ""
        self.heard = False
        self.changed.emit()
        self.page_changed.emit()

    def take_list(self, residents: Iterable[Resident], carers: Iterable[str]) -> None:
        """Take every resident, and who may look after them; the first is opened where nobody is."""
        self.residents, self._carers = tuple(residents), tuple(carers)
        self.heard = True
        self.changed.emit()
        if self.chosen:
            self.page_changed.emit()
        elif self.residents:
            self.choose(self.residents[0].id)

    def take_consents(self, resident: str, consents: Iterable[Consent]) -> None:
        """Take the versions of the consent of a resident."""
        self._consents[resident] = tuple(consents)
        if resident == self.chosen:
            self.page_changed.emit()

    def take_done(self, opened: str = "") -> None:
        """Take the hub's word that something was recorded; a new resident is opened."""
        if opened:
            self.chosen = opened
        self.done.emit()
        self.refresh()

    def _agreed(self) -> _Agreed | None:
        if self.chosen not in self._consents:
            return None
        found = (one for one in self.residents if one.id == self.chosen)
        return next((_Agreed(one, self._consents[one.id]) for one in found), None)


class RegistryColumn(IntEnum):
    """Columns of the registry."""

    LABEL = 0
    CONSENT = 1
    CARERS = 2
    WEARABLES = 3


_HEADERS = (
    Name("呼び名", "Label"),
    Name("いまの同意", "Agreed to"),
    Name("担当", "Looked after by"),
    Name("機器", "Wears"),
)
_INVENTED = Name("{label} (架空)", "{label} (invented)")


class RegistryTable(TextTable):
    """One resident a row."""

    def __init__(self, registry: CareRegistry, parent: QObject | None = None) -> None:
        super().__init__(_HEADERS, parent)
        self._registry = registry
        self.residents: tuple[Resident, ...] = ()

    def show_residents(self) -> None:
        """Show what the registry knows."""
        self.beginResetModel()
        self.residents = self._registry.residents
        self.endResetModel()

    @override
    def row_total(self) -> int:
        """Return how many residents there are."""
        return len(self.residents)

    @override
    def text_at(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        one = self.residents[row]
        match column:
            case RegistryColumn.LABEL:
                return named(one, self.language)
            case RegistryColumn.CONSENT:
                return words.scopes_in_short(one.consent, self.language) or UNKNOWN
            case RegistryColumn.CARERS:
                return ", ".join(one.caregivers) or UNKNOWN
            case _:
                return ", ".join(one.wearables) or UNKNOWN


def named(one: Resident, language: Language) -> str:
    """Write the label of a resident, and whether they are invented."""
    return _INVENTED.text(language).format(label=one.label) if one.invented else one.label
