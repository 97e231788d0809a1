"""What may be done to an alarm, by whom, and why not: the same rules as the hub's, said in advance."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from desktop.models import person

if TYPE_CHECKING:
    from desktop.models.alarm_rows import AlarmRow

LONGEST_SHELF_S = 8 * 3600


class Action(StrEnum):
    """What a person can do to an alarm, as the hub names it."""

    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    RESET = "reset"
    OUT_OF_SERVICE = "out-of-service"
    IN_SERVICE = "in-service"


ACTION_NAMES = {
    Action.ACKNOWLEDGE: Name("確認する", "Acknowledge"),
    Action.SHELVE: Name("一時保留", "Shelve"),
    Action.UNSHELVE: Name("保留を解除", "Unshelve"),
    Action.RESET: Name("保持を解除", "Reset"),
    Action.OUT_OF_SERVICE: Name("監視から外す", "Take out of service"),
    Action.IN_SERVICE: Name("監視に戻す", "Put back into service"),
}
REPLAYED = Name(
    "現在を表示していないため操作できません", "Not while another time than now is shown"
)
HIDING = frozenset({Action.SHELVE, Action.OUT_OF_SERVICE})

_NO_ROW = Name("警報を選んでください", "Choose an alarm")
_NO_RULE = Name(
    "警報ではありません。技術者が機器と通信を確認します",
    "Not an alarm: a technician checks the device and its line",
)
_NOT_CONNECTED = Name("ハブに接続していません", "No connection to the hub")
_NOBODY = Name("サインインしてください", "Sign in first")
_LOOKS_ONLY = Name("この役割は閲覧のみです", "This role only looks")
_CARE = Name("介護者は確認だけできます", "A caregiver only acknowledges")
_SAFETY = Name(
    "人命に関わる警報: エリア管理者だけができます", "Protects people: only the area manager may"
)
_SEEN = Name("確認済みです", "Acknowledged already")
_ON_SHELF = Name("保留していません", "Not shelved")
_OUT = Name("監視から外していません", "In service")
_OUT_ALREADY = Name("すでに監視から外しています", "Out of service already")
_NOT_LATCHED = Name("保持中ではありません", "Not latched")
_STILL = Name("まだ続いています", "Still in alarm")


def why_not(action: Action, row: AlarmRow | None, role: str, *, connected: bool) -> Name | None:
    """Say why an action cannot be done now, None where it can."""
    if row is None:
        return _NO_ROW
    if not row.alarm:
        return _NO_RULE
    if not connected:
        return _NOT_CONNECTED
    return _forbidden(action, row, role) or _pointless(action, row)


def _forbidden(action: Action, row: AlarmRow, role: str) -> Name | None:
    if role not in person.OPERATORS:
        return _LOOKS_ONLY if role else _NOBODY
    if role == person.CAREGIVER and action is not Action.ACKNOWLEDGE:
        return _CARE
    if row.life_safety and action in HIDING and role != person.MANAGER:
        return _SAFETY
    return None


def _pointless(action: Action, row: AlarmRow) -> Name | None:
    match action:
        case Action.ACKNOWLEDGE:
            return _SEEN if row.acknowledged else None
        case Action.UNSHELVE:
            return None if row.shelved else _ON_SHELF
        case Action.RESET if not row.latched:
            return _STILL if row.active else _NOT_LATCHED
        case Action.OUT_OF_SERVICE:
            return _OUT_ALREADY if row.out_of_service else None
        case Action.IN_SERVICE:
            return None if row.out_of_service else _OUT
        case _:
            return None
