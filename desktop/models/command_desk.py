"""Commands to devices: which there are, why one cannot be given now, and what became of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from area_configs.domain.devices import NEVER_COMMANDED
from area_configs.domain.names import Name
from desktop.models import person, wording
from desktop.models.connection import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from area_configs.domain.areas import Area
    from area_configs.domain.commands import Command, Interlock
    from area_configs.domain.names import Language
    from area_configs.domain.readings import Reading
    from desktop.models.connection import Connection
    from desktop.models.person import Person

STATE_NAMES = {
    "sent": Name("送信済み", "Sent"),
    "delivered": Name("ゲートウェイが受領", "With the gateway"),
    "applied": Name("機器が受け付け", "Accepted by the device"),
    "read_back": Name("機器の値で確認", "Verified by its own reading"),
    "failed": Name("実行されず", "Failed"),
    "expired": Name("期限切れ", "Expired"),
}
# How the gate words a command that came to nothing; the first word of the gateway's detail.
RESULT_NAMES = {
    "refused": Name("拒否", "Refused"),
    "no effect": Name("効果なし", "No effect"),
    "timeout": Name("応答なし(実行された可能性あり)", "No answer: it may have been done"),
    "replaced": Name("新しい指令に置換", "Replaced by a newer one"),
}
OPEN = frozenset({"sent", "delivered", "applied"})

_NOT_CONNECTED = Name("ハブに接続していません", "No connection to the hub")
_NOBODY = Name("サインインしてください", "Sign in first")
_LOOKS_ONLY = Name("この役割は指令を出せません", "This role gives no commands")
_NEVER = Name(
    "水素設備は独自の安全制御をもち、遠隔では指令しません",
    "Hydrogen plant has a safety control of its own: nobody commands it from afar",
)
_NO_COMMANDS = Name("この機種に指令はありません", "This model takes no commands")
_NOT_A_NUMBER = Name("数値を入力してください", "Enter a number")

_AT_LEAST, _AT_MOST = Name("{} 以上", "at least {}"), Name("{} 以下", "at most {}")
_AND = Name("、", " and ")
_CONDITION = Name("{asked}(現在 {now}){when}", "{asked} (now {now}){when}")
_WHEN = {
    "always": Name("", ""),
    "positive": Name(" ※値が正のとき", ", for values above 0"),
    "negative": Name(" ※値が負のとき", ", for values below 0"),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A command as a person asks for it; `confirmed` that he confirmed it in so many words."""

    device: str
    quantity: str
    value: float
    reason: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A command reaching a state; `value` is what the device read back."""

    state: str
    at_us: int
    by: str
    detail: str = ""
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """One command and every step of its life, oldest first."""

    id: str
    device: str
    quantity: str
    value: float
    reason: str
    by: str
    created_us: int
    state: str
    steps: tuple[Step, ...] = ()

    def outcome(self) -> Name:
        """Return where it stands, in words."""
        detail = self.steps[-1].detail if self.steps else ""
        if self.state == "failed":
            result = detail.partition(":")[0]
            return RESULT_NAMES.get(result, STATE_NAMES["failed"])
        return STATE_NAMES.get(self.state) or Name(self.state, self.state)


class CommandDesk(QObject):
    """The commands of an area; a role or a lost hub forbids before the hub and the gate have to."""

    changed = Signal()
    wanted = Signal(object)  # Ask
    refused = Signal(str)  # why the hub did not take it

    def __init__(
        self, area: Area, who: Person, connection: Connection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._area, self._person, self._connection = area, who, connection
        self._lives: dict[str, Life] = {}
        self._forbidden: Name | None = None
        who.changed.connect(self.changed)

    def commands(self, device: str) -> tuple[Command, ...]:
        """Return what a device may be told."""
        profile = self._area.profile_of(self._area.device(device))
        return () if profile.kind in NEVER_COMMANDED else profile.commands

    def forbid(self, why: Name | None) -> None:
        """Allow no command for a reason, as while the past is shown; None allows them again."""
        if why is not self._forbidden:
            self._forbidden = why
            self.changed.emit()

    def give(self, ask: Ask, language: Language) -> None:
        """Ask for a command; a question that was opened before commands were forbidden is too late."""
        if self._forbidden:
            self.refused.emit(self._forbidden.text(language))
        else:
            self.wanted.emit(ask)

    def why_not(self, device: str) -> Name | None:
        """Say why nobody at this console can tell a device anything now, None where one can."""
        if self._forbidden:
            return self._forbidden
        profile = self._area.profile_of(self._area.device(device))
        if profile.kind in NEVER_COMMANDED:
            return _NEVER
        if not profile.commands:
            return _NO_COMMANDS
        if self._connection.link is not Link.CONNECTED:
            return _NOT_CONNECTED
        if self._person.role not in person.INSTALLERS:
            return _LOOKS_ONLY if self._person.role else _NOBODY
        return None

    def lives(self, device: str) -> list[Life]:
        """Return the commands that a device was given, newest first."""
        mine = (life for life in self._lives.values() if life.device == device)
        return sorted(mine, key=lambda life: -life.created_us)

    def open(self) -> list[str]:
        """Return the ids of the commands whose end is not known yet."""
        return [life.id for life in self._lives.values() if life.state in OPEN]

    def take(self, lives: Iterable[Life]) -> None:
        """Take commands as the hub tells them."""
        fresh = {life.id: life for life in lives if self._lives.get(life.id) != life}
        if fresh:
            self._lives |= fresh
            self.changed.emit()


def value_problem(command: Command, value: float | None, language: Language) -> str:
    """Say what is wrong with an argument, empty where it may go to the gate."""
    if value is None or not math.isfinite(value):
        return _NOT_A_NUMBER.text(language)
    if not command.minimum <= value <= command.maximum:
        return limits_text(command, language)
    if command.values and value not in command.values:
        return limits_text(command, language)
    return ""


def limits_text(command: Command, language: Language) -> str:
    """Write the limits of a command with its unit."""
    if command.values:
        shown = (wording.value_text(command.quantity, one, language) for one in command.values)
        return " / ".join(shown)
    low = wording.value_text(command.quantity, command.minimum, language)
    high = wording.value_text(command.quantity, command.maximum, language)
    words = Name("{low} から {high} まで", "from {low} to {high}")
    return words.text(language).format(low=low, high=high)


def interlock_text(lock: Interlock, reading: Reading | None, language: Language) -> str:
    """Write an interlock in words: what it asks for, and what the device says now."""
    name = wording.quantity_of(lock.quantity).name.text(language)
    limits = [
        words.text(language).format(wording.value_text(lock.quantity, limit, language))
        for words, limit in ((_AT_LEAST, lock.minimum), (_AT_MOST, lock.maximum))
        if limit is not None
    ]
    now = wording.value_text(lock.quantity, reading.value if reading else None, language)
    asked = f"{name} {_AND.text(language).join(limits)}"
    return _CONDITION.text(language).format(
        asked=asked, now=now, when=_WHEN[lock.applies].text(language)
    )


def interlock_open(lock: Interlock, value: float, reading: Reading | None) -> bool:
    """Tell whether an interlock keeps an argument from the device, as far as this console knows."""
    if not lock.concerns(value):
        return False
    if reading is None or reading.value is None:
        return True
    low = lock.minimum is not None and reading.value < lock.minimum
    return low or (lock.maximum is not None and reading.value > lock.maximum)
