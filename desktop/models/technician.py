"""The technician's bench: what was filled in, which task is at work, and what came of each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from area_configs.domain.names import Name
from desktop.models import technician_tasks as tasks
from desktop.models.person import TECHNICIAN, Person
from desktop.models.technician_results import Row, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.areas import Area

DONE, FAILED, INTERRUPTED = 0, 1, 130
_MOST_LINES = 400
_REFUSAL = "area-tech: "
_PERCENT = re.compile(r"(\d{1,3}) %")

_ONLY = Name("この作業は技術者だけができます。", "Only technicians do this.")
_BUSY = Name("別の作業が進行中です。", "Another task is under way.")
_MISSING = Name("まだ空欄です: {fields}", "Still empty: {fields}")
_SAID = {
    "discover": Name("{n} 台が見つかりました。", "{n} found."),
    "claim": Name(
        "登録しました。次は機器の立ち上げです。", "Claimed. Next: commission its devices."
    ),
    "commission": Name(
        "すべての機器が使用中になりました。次は検収報告書です。",
        "Every device is in service. Next: the acceptance report.",
    ),
    "report": Name("報告書ができました。", "The report is written."),
    "update": Name("すべてのゲートウェイを更新しました。", "Every gateway is updated."),
    "fleet": Name("{n} 台の版を取得しました。", "The releases of {n} gateways."),
    "firmware": Name("更新し、正常を確かめて確定しました。", "Updated, found healthy, and kept."),
    "esp": Name("書き込み、読み返して一致しました。", "Written, and it reads back."),
    "replace": Name(
        "交換しました。古い鍵は拒否されます。", "Replaced. The old key is refused from now on."
    ),
    "revoke": Name(
        "失効させました。現地で area-edge factory-reset を行ってください。",
        "Revoked. On the box itself, run area-edge factory-reset.",
    ),
}
_NOT_ALL = {
    "commission": Name(
        "まだ検収できません。理由は下の一覧にあります。直してからもう一度始めると、残りだけ行います。",
        "Not accepted yet: the list says why. Mend it and begin again: only what is left is done.",
    ),
    "update": Name(
        "途中で止まりました。理由は下の一覧にあります。残りのゲートウェイには触れていません。",
        "It was ended: the list says why. The gateways that are left were not touched.",
    ),
    "firmware": Name(
        "新しい版は正常に答えず、機器は元の版に戻ります。",
        "The new version did not answer well: the device goes back to the old one.",
    ),
}
_CANCELLED = Name(
    "取り消しました。終わった分は残り、もう一度始めると続きから進みます。",
    "Cancelled. What was done stays; begin again to go on from there.",
)
_SILENT = Name(
    "理由を言わずに終わりました。詳細を見てください。", "It ended without a reason: see its talk."
)


@dataclass(slots=True)
class Outcome:
    """What came of a task; `good` is None while it is at work."""

    good: bool | None = None
    words: Name | None = None
    rows: list[Row] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    percent: int | None = None


class Bench(QObject):
    """One task at a time; `wanted` asks for a run of the tool, `cancel_wanted` for its end."""

    wanted = Signal(object)  # technician_tasks.Order
    cancel_wanted = Signal()
    changed = Signal()
    filled = Signal(str)  # the key of a value that was filled in for the person

    def __init__(self, area: Area, person: Person, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._area, self._person = area, person
        self.values: dict[str, str] = dict.fromkeys(_all_keys(), "")
        self.values |= {
            "by": "",
            "claim_port": tasks.CLAIM_PORT,
            "config": "/etc/area-edge/edge.toml",
            "edge": "area-edge",
            "service": "area-edge",
            "scan": "30",
            "run": "ssh {host} sudo area-tech",
            "offset": "0x10000",
            "tolerate": "0",
        }
        self.outcomes: dict[str, Outcome] = {}
        self.at_work = ""
        person.changed.connect(self.changed)

    def fill(self, key: str, text: str, *, over: bool = True) -> None:
        """Fill in a value; without `over` only where there is none."""
        if (over or not self.values[key]) and self.values[key] != text:
            self.values[key] = text
            self.filled.emit(key)

    def obstacle(self, task: str) -> Name | None:
        """Return why a task cannot be begun, None where it can."""
        if self._person.role != TECHNICIAN:
            return _ONLY
        if self.at_work:
            return _BUSY if self.at_work != task else None
        empty = [
            f.name for f in tasks.TASK[task].fields if f.needed and not self.values[f.key].strip()
        ]
        if not empty:
            return None
        return Name(
            _MISSING.ja.format(fields="、".join(name.ja for name in empty)),
            _MISSING.en.format(fields=", ".join(name.en for name in empty)),
        )

    def begin(self, task: str) -> None:
        """Begin a task, where nothing stands against it."""
        if self.at_work or self.obstacle(task):
            return
        self.at_work = task
        self.outcomes[task] = Outcome()
        self.values["by"] = self._person.name
        order = tasks.order(task, self.values)
        self._forget_code()
        self.changed.emit()
        self.wanted.emit(order)

    def cancel(self) -> None:
        """Have the task that is at work ended."""
        if self.at_work:
            self.cancel_wanted.emit()

    def hear(self, line: str) -> None:
        """Take a line of the tool's talk."""
        if not self.at_work:
            return
        outcome = self.outcomes[self.at_work]
        if found := _PERCENT.fullmatch(line):
            outcome.percent = min(100, int(found[1]))
        else:
            outcome.lines = [*outcome.lines[1 - _MOST_LINES :], line]
        self.changed.emit()

    def take(self, status: int, answer: str) -> None:
        """Take how it ended: exit status, and what the tool wrote."""
        task, self.at_work = self.at_work, ""
        if not task:
            return
        outcome, data = self.outcomes[task], _read(answer)
        outcome.good, outcome.percent = status == DONE, None
        outcome.words = self._words(task, status, data)
        refused = isinstance(data, dict) and "refused" in data
        if refused:  # the sentence is shown in the language of the screen
            outcome.lines = [line for line in outcome.lines if not line.startswith(_REFUSAL)]
        outcome.rows = [] if refused else rows(task, data, self._area)
        if outcome.good:
            self._go_on(task, outcome)
        self.changed.emit()

    def use_found(self, row: int) -> bool:
        """Fill in where a gateway that was found is; tell whether it waits to be claimed."""
        found = self.outcomes["discover"].rows[row].fact
        self.fill("host", str(found.get("host", "")))
        self.fill("claim_port", str(found.get("port", tasks.CLAIM_PORT)))
        self.fill("gateway", str(found.get("name", "")))
        return found.get("state") == "open"

    def _words(self, task: str, status: int, data: Any) -> Name:
        if status == DONE:
            words, n = _SAID[task], len(data) if isinstance(data, list) else 0
            return Name(words.ja.format(n=n), words.en.format(n=n))
        if status == INTERRUPTED:
            return _CANCELLED
        if isinstance(data, dict) and "refused" in data:
            return Name(str(data["ja"]), str(data["en"]))
        if status == FAILED and task in _NOT_ALL and data is not None:
            return _NOT_ALL[task]
        lines = self.outcomes[task].lines
        last = lines[-1].removeprefix(_REFUSAL) if lines else ""
        return Name(last, last) if last else _SILENT

    def _go_on(self, task: str, outcome: Outcome) -> None:
        """Fill in what the next task needs and this one has told."""
        if task == "discover" and len(outcome.rows) == 1:
            self.use_found(0)
        if task in {"claim", "replace"}:
            self.fill("ssh", f"technician@{self.values['host'].strip()}", over=False)
            self.fill("hosts", self.values["host"].strip(), over=False)

    def _forget_code(self) -> None:
        """A code is good once, and is not left on a screen."""
        self.fill("code", "")


def _all_keys() -> Sequence[str]:
    return [f.key for task in tasks.TASKS for f in task.fields]


def _read(answer: str) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        return None
