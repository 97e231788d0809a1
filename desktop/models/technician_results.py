"""What the technician's tool answered, as rows for people: what, how it is, and what is to be known."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models import wording
from desktop.models.care_tables import clock_text
from desktop.models.text_table import TextTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtCore import QObject

    from area_configs.domain.areas import Area


class Column(IntEnum):
    """The columns, in order."""

    WHAT = 0
    STATE = 1
    FACTS = 2


HEADERS = {
    Column.WHAT: Name("対象", "What"),
    Column.STATE: Name("状態", "State"),
    Column.FACTS: Name("内容", "Details"),
}
STATES = {
    "open": Name("登録待ち", "Waits to be claimed"),
    "claimed": Name("登録済み", "Claimed"),
    "hub": Name("ハブ", "Hub"),
    "active": Name("使用中", "In service"),
    "failed": Name("失敗", "Failed"),
    "": Name("未実施", "Not done"),
    "pass": Name("合格", "Passed"),
    "ok": Name("合格", "Passed"),
    "warn": Name("注意", "Warning"),
    "fail": Name("不合格", "Failed"),
    "updated": Name("更新済み", "Updated"),
    "rolled back": Name("前の版に復帰", "Rolled back"),
    "refused": Name("拒否", "Refused"),
    "silent": Name("応答なし", "No answer"),
    "not reached": Name("未着手", "Not reached"),
    "on trial": Name("確認中", "On trial"),
    "online": Name("接続中", "Online"),
    "losing": Name("データを損失", "Loses readings"),
    "never_seen": Name("未接続", "Never seen"),
}
_FACTS = {
    "gateway": Name("ゲートウェイ", "Gateway"),
    "key_id": Name("鍵の ID", "Id of its key"),
    "area": Name("エリア", "Area"),
    "version": Name("版", "Version"),
    "serial": Name("製造番号", "Serial number"),
    "configuration": Name("設定の版", "Configuration"),
    "from": Name("元の版", "From version"),
    "to": Name("新しい版", "To version"),
    "kept": Name("確定", "Kept"),
    "cuts": Name("再開した回数", "Resumed"),
    "digest_before": Name("元のハッシュ", "Hash before"),
    "digest": Name("新しいハッシュ", "Hash"),
    "revoked": Name("失効", "Revoked"),
    "port": Name("ポート", "Port"),
    "file": Name("ファイル", "File"),
    "offset": Name("書き込み位置", "Where in the flash"),
}
_YES, _NO = Name("はい", "Yes"), Name("いいえ", "No")
_GOOD = Name("{good}/{all} 値が良好", "{good} of {all} values good")
_HEARD = Name("電波 {dbm} dBm", "signal {dbm} dBm")
_CHECKS = {
    "settings": Name("設定ファイル", "settings"),
    "settings folder": Name("設定フォルダ", "settings folder"),
    "installation": Name("設置", "installation"),
    "area": Name("エリア", "area"),
    "agent": Name("エージェント", "agent"),
    "log": Name("記録", "log"),
    "monitor": Name("監視ポート", "monitor"),
    "disk": Name("ディスクの空き", "disk"),
    "disk writes": Name("ディスクの書き込み", "disk writes"),
    "disk wear": Name("ディスクの消耗", "disk wear"),
    "file system": Name("ファイルシステム", "file system"),
    "radio": Name("無線", "radio"),
    "temperature": Name("温度", "temperature"),
    "clock": Name("時計", "clock"),
    "hub": Name("ハブ", "hub"),
    "hub time": Name("ハブとの時刻差", "hub time"),
    "hub key": Name("ハブの鍵", "hub key"),
    "hub certificate": Name("ハブの証明書", "hub certificate"),
    "gateway key": Name("ゲートウェイの鍵", "gateway key"),
    "sinks": Name("送信先", "sinks"),
}
_CHECKS_OF = {"link": Name("リンク", "link"), "secrets": Name("秘密情報", "secrets")}
_CHECKS_OF["sink"] = Name("送信先", "sink")
_SELF_TEST = Name("自己診断: {name}", "Self-test: {name}")
_ACCEPTED = Name("検収", "Acceptance")
_RUNS = Name("{version}({since} から)", "{version} since {since}")
_NO_RELEASE = Name("版は不明", "release not known")
_TRIALS = {
    "kept": Name("{version} に更新 {at}", "updated to {version} {at}"),
    "rolled back": Name("{version} から復帰 {at}: {why}", "back from {version} {at}: {why}"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `level` colours it: good, bad, or empty. `fact` is what it was made of."""

    what: Name
    state: Name
    facts: Name
    level: str = ""
    fact: Mapping[str, Any] = field(default_factory=dict)


class Results(TextTable):
    """The rows of the task that is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__([HEADERS[column] for column in Column], parent)
        self.rows: Sequence[Row] = ()

    def show_rows(self, shown: Sequence[Row]) -> None:
        """Show these."""
        if shown != self.rows:
            self.beginResetModel()
            self.rows = tuple(shown)
            self.endResetModel()

    @override
    def row_total(self) -> int:
        return len(self.rows)

    @override
    def text_at(self, row: int, column: int) -> str:
        one = self.rows[row]
        return (one.what, one.state, one.facts)[column].text(self.language)


def rows(task: str, data: Any, area: Area) -> list[Row]:
    """Return the rows of an answer, what is wrong first; none where it holds nothing for people."""
    made = _MAKERS.get(task, _facts)(data, area) if data is not None else []
    return sorted(made, key=lambda row: row.level != "bad")


def _found(data: Any, _: Area) -> list[Row]:
    return [
        Row(
            _plain(one["name"]),
            _state(one["state"]),
            _plain(f"{one['host']}:{one['port']}  {one['version']}".strip()),
            "good" if one["state"] == "open" else "",
            one,
        )
        for one in data
    ]


def _devices(data: Any, area: Area) -> list[Row]:
    names = {device.id: device.name for device in area.devices}
    made = [_device(one, names) for one in data["devices"].values()]
    return made + [_tested(one) for one in data["self_test"]]


def _tested(one: Mapping[str, Any]) -> Row:
    """Say what a check found; a gateway of before has English words only."""
    named = _check_name(one["name"])
    what = Name(_SELF_TEST.ja.format(name=named.ja), _SELF_TEST.en.format(name=named.en))
    found = Name(one.get("ja") or one["words"], one["words"])
    level = {"ok": "good", "fail": "bad"}.get(one["level"], "")
    return Row(what, _state(one["level"]), found, level)


def _check_name(name: str) -> Name:
    kind, _, of = name.partition(" ")
    if name not in _CHECKS and kind in _CHECKS_OF:
        return Name(f"{_CHECKS_OF[kind].ja} {of}", name)
    return _CHECKS.get(name, _plain(name))


def _device(one: Mapping[str, Any], names: Mapping[str, Name]) -> Row:
    named = names.get(one["id"], _plain(one["id"]))
    level = {"active": "good", "failed": "bad"}.get(one["state"], "")
    what = Name(f"{named.ja} ({one['id']})", f"{named.en} ({one['id']})")
    return Row(what, _state(one["state"]), _read_values(one), level)


def _read_values(one: Mapping[str, Any]) -> Name:
    """Say how many values were good, how strong it was heard, and why it failed."""
    good = sum(value["quality"] == "ok" for value in one["values"])
    parts = [_filled(_GOOD, good=good, all=len(one["values"]))] if one["values"] else []
    if one["signal_dbm"] is not None:
        dbm = f"{one['signal_dbm']}".replace("-", wording.MINUS)
        parts.append(_filled(_HEARD, dbm=dbm))
    if one["words"]:
        parts.append(Name(one.get("words_ja") or one["words"], one["words"]))
    return Name(" · ".join(part.ja for part in parts), " · ".join(part.en for part in parts))


def _round(data: Any, _: Area) -> list[Row]:
    return [
        Row(
            _plain(one["host"]),
            _state(one["state"]),
            Name(
                f"{one['version']} {one.get('words_ja') or one['words']}".strip(),
                f"{one['version']} {one['words']}".strip(),
            ),
            "good" if one["state"] == "updated" else "bad",
        )
        for one in data
    ]


def _releases(data: Any, area: Area) -> list[Row]:
    return [_release(one, area.timezone) for one in data]


def _release(one: Mapping[str, Any], zone: str) -> Row:
    """Say which release a gateway runs since when, and what became of the last one that was tried."""
    last = one["trials"][-1] if one["trials"] else None
    failed = last is not None and last["result"] == "rolled back"
    state = "on trial" if one["pending"] else "rolled back" if failed else one["health"]
    runs = _plain(one["release"]) if one["release"] else _NO_RELEASE
    if one["since_us"]:
        runs = _filled(_RUNS, version=one["release"], since=clock_text(one["since_us"], zone))
    parts = [runs, *([_tried(last, zone)] if last else [])]
    facts = Name(" · ".join(part.ja for part in parts), " · ".join(part.en for part in parts))
    well = one["health"] == "online"
    level = "bad" if failed else "good" if well and not one["pending"] else ""
    return Row(_plain(one["gateway"]), _state(state), facts, level, one)


def _tried(trial: Mapping[str, Any], zone: str) -> Name:
    words, at, why = _TRIALS[trial["result"]], clock_text(trial["ended_us"], zone), trial["why"]
    told = {"version": trial["version"], "at": at}
    return Name(
        words.ja.format(why=why["ja"], **told),
        words.en.format(why=why["en"], **told),
    )


def _report(data: Any, _: Area) -> list[Row]:
    accepted = bool(data["accepted"])
    active = sum(one["state"] == "active" for one in data["devices"].values())
    counted = f"{data['gateway']}  {active}/{len(data['devices'])}"
    level = "good" if accepted else "bad"
    return [Row(_ACCEPTED, _YES if accepted else _NO, _plain(counted), level)]


def _facts(data: Any, _: Area) -> list[Row]:
    return [
        Row(_FACTS.get(key, _plain(key)), _plain(""), _value(value))
        for key, value in data.items()
        if value not in {"", None}
    ]


_MAKERS: dict[str, Callable[[Any, Area], list[Row]]] = {
    "discover": _found,
    "commission": _devices,
    "update": _round,
    "report": _report,
    "fleet": _releases,
}


def _value(value: Any) -> Name:
    if isinstance(value, bool):
        return _YES if value else _NO
    return _plain(value)


def _state(state: str) -> Name:
    return STATES.get(state, _plain(state))


def _filled(words: Name, **facts: object) -> Name:
    return Name(words.ja.format(**facts), words.en.format(**facts))


def _plain(text: object) -> Name:
    return Name(str(text), str(text))
