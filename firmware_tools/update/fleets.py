"""Fleets: an update in rings, one gateway, then a share, then all; too many that go wrong end it.

Each outcome is kept in a record, the newest of a gateway at the end, with its time: who had which
release when, and what became of it.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

RINGS = ("1", "10%", "100%")
_LOOK_S = 5.0
_PATIENCE_S = 1500.0  # a trial takes up to 15 min of running time, and starts beside it
_UNDECIDED = "begun"
_NOTHING = Name(en="", ja="")
_UNSAID = Name(en="it does not say whether it is healthy", ja="正常かどうかの返事がありません")
_NO_ANSWER = 1  # the status of a program that ends well without saying what it was asked for
_WRONG = frozenset({"refused", "rolled back", "silent"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went on one gateway: `updated`, `rolled back`, `refused`, `silent` or `not reached`.

    Attributes:
        version: the release that it was about, empty where that is not known.
        words, words_ja: why, where it was not updated, in English and Japanese.
        at_us: when that was seen.
    """

    host: str
    ring: int
    state: str
    words: str = ""
    version: str = ""
    at_us: int = 0
    words_ja: str = ""


class Watch(NamedTuple):
    """Time, as a round sees it."""

    now_us: Callable[[], int]
    wait: Callable[[float], None]


class Remote:
    """Runs `area-tech update ...` on a gateway by a command such as `ssh {host} sudo area-tech`."""

    def __init__(self, template: Sequence[str]) -> None:
        self._template = template

    def ask(self, host: str, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Return status and what was said; a status of 0 comes with an answer only.

        Raises:
            Refused: the command itself cannot be run.
        """
        command = [part.replace("{host}", host) for part in self._template]
        try:
            found = subprocess.run(  # noqa: S603 - the technician's own command
                [*command, "update", *arguments, "--json"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            remedy = Name(en="correct --run", ja="--run を直してください")
            raise Refused("tool_missing", tool=command[0], remedy=remedy) from error
        try:
            said = json.loads(found.stdout)
        except ValueError:
            said = None
        if isinstance(said, dict):
            return found.returncode, said
        lines = (found.stderr.strip() or found.stdout.strip()).splitlines()
        return found.returncode or _NO_ANSWER, {"en": lines[-1] if lines else "it says nothing"}


def rings(hosts: Sequence[str], sizes: Sequence[str] = RINGS) -> list[list[str]]:
    """Return the hosts in rings; a size is a number or a share of all, counted from the first.

    Raises:
        Refused: a size is neither, or all are nothing.
    """
    found: list[list[str]] = []
    done = 0
    for size in sizes:
        upto = min(len(hosts), max(many(size, len(hosts), "--ring"), done))
        if upto > done:
            found.append(list(hosts[done:upto]))
        done = upto
    if not found:
        why = Name(en="no gateway is in any ring", ja="どの段にもゲートウェイがありません")
        raise Refused("bad_table", source="--ring", why=why)
    return found


def many(size: str, of: int, option: str) -> int:
    """Return a number, or a share of `of` rounded up, that was written as `3` or `10%`.

    Raises:
        Refused: it is neither.
    """
    text = size.removesuffix("%")
    if not text.isdigit():
        why = Name(
            en=f"{size!r} is no number or share such as 3 or 10%",
            ja=f"{size!r} は 3 や 10% のような数ではありません",
        )
        raise Refused("bad_table", source=option, why=why)
    return math.ceil(of * int(text) / 100) if size.endswith("%") else int(text)


class Record:
    """What became of each gateway, in a file; `latest` is what holds now."""

    def __init__(self, file: Path) -> None:
        """Read it.

        Raises:
            Refused: it is no such record.
        """
        self._file = file
        try:
            text = file.read_text(encoding="utf-8")
            self.outcomes = [Outcome(**one) for one in json.loads(text)]
        except FileNotFoundError:
            self.outcomes = []
        except (OSError, ValueError) as error:
            raise Refused("bad_table", source=file, why=file_fault(error)) from error
        except TypeError as error:
            why = Name(en="it is no record of a fleet", ja="更新の記録ではありません")
            raise Refused("bad_table", source=file, why=why) from error

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome; one that only says again what is known is not told twice."""
        if self._is_known(outcome):
            return
        self.outcomes.append(outcome)
        self.save()

    def save(self) -> None:
        """Write it whole.

        Raises:
            Refused: it cannot be written.
        """
        new = self._file.with_name(f"{self._file.name}.new")
        try:
            new.write_text(json.dumps([asdict(one) for one in self.outcomes], indent=1), "utf-8")
            os.replace(new, self._file)  # noqa: PTH105 - the same, and says what it does
        except OSError as error:
            raise Refused("file", source=self._file, why=file_fault(error)) from error

    def _is_known(self, outcome: Outcome) -> bool:
        last = next((one for one in reversed(self.outcomes) if one.host == outcome.host), None)
        return last is not None and (last.state, last.version) == (outcome.state, outcome.version)


class Round:
    """One round through a fleet.

    Args:
        remote: runs the tool on a gateway.
        arguments: those of `update install`.
        version: the release that is wanted; empty for the newest that fits each gateway.
        tolerated: how many gateways may go wrong before the round ends.
    """

    def __init__(
        self, remote: Remote, arguments: Sequence[str], version: str, tolerated: int, watch: Watch
    ) -> None:
        self._remote, self._arguments, self._version = remote, arguments, version
        self._tolerated, self._watch = tolerated, watch

    def run(self, plan: list[list[str]], record: Record) -> Iterator[Outcome]:
        """Update ring by ring; yields how each went and keeps it in the record.

        Every gateway of a ring is given the update, then each must say that it was kept. Before the
        next ring, and before the next gateway of a ring, those that went wrong are counted: once
        they are more than is tolerated, the rest is not reached. One that has the release already
        is not given it again, so a second run goes on where the first was ended.
        """
        record.save()  # before the first gateway: what becomes of it must be kept
        wrong = 0
        for number, hosts in enumerate(plan, 1):
            begun: list[Outcome] = []
            for host in hosts:
                ended = wrong > self._tolerated
                begun.append(self._reached(host, number) if not ended else _left(host, number))
                wrong += begun[-1].state in _WRONG
            for one in begun:
                found = one
                if one.state == _UNDECIDED:
                    found = self._settled(one)
                    wrong += found.state in _WRONG
                if found.state != "not reached":
                    record.add(found)
                yield found

    def _reached(self, host: str, ring: int) -> Outcome:
        """Give it the update, unless it has it or is at it already."""
        status, said = self._remote.ask(host, "status")
        pending, running = str(said.get("pending") or ""), str(said.get("running") or "")
        if status == 0 and pending:
            return self._outcome(host, ring, _UNDECIDED, version=pending)
        if status == 0 and self._version and running == self._version:
            return self._outcome(host, ring, "updated", version=running)
        status, said = self._remote.ask(host, "install", *self._arguments)
        if status == 0:
            return self._outcome(host, ring, _UNDECIDED, version=str(said.get("pending") or ""))
        if said.get("refused") == "older_version" and running and not self._version:
            return self._outcome(host, ring, "updated", version=running)  # nothing newer fits it
        state = "refused" if "refused" in said else "silent"
        en = str(said.get("en", said))
        why = Name(en=en, ja=str(said.get("ja", en)))
        return self._outcome(host, ring, state, why, self._version)

    def _settled(self, begun: Outcome) -> Outcome:
        host, ring, version = begun.host, begun.ring, begun.version
        for _ in range(int(_PATIENCE_S / _LOOK_S)):
            status, said = self._remote.ask(host, "status")
            if status == 0 and not said.get("pending"):
                if said.get("committed") == version:
                    return self._outcome(host, ring, "updated", version=version)
                en = str(said.get("why", ""))
                why = Name(en=en, ja=str(said.get("why_ja", en)))
                return self._outcome(host, ring, "rolled back", why, version)
            self._watch.wait(_LOOK_S)
        return self._outcome(host, ring, "silent", _UNSAID, version)

    def _outcome(
        self, host: str, ring: int, state: str, why: Name = _NOTHING, version: str = ""
    ) -> Outcome:
        return Outcome(host, ring, state, why.en, version, self._watch.now_us(), why.ja)


def _left(host: str, ring: int) -> Outcome:
    return Outcome(host, ring, "not reached")
