"""Fleets: an update in rings, one gateway, then a share, then all; the first that goes wrong ends it."""

from __future__ import annotations

import json
import math
import shlex
import subprocess
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

RINGS = ("1", "10%", "100%")
_LOOK_S, _PATIENCE_S = 5.0, 900.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went on one gateway: `updated`, `rolled back`, `refused`, `silent` or `not reached`."""

    host: str
    ring: int
    state: str
    words: str = ""


class Remote:
    """Runs `area-tech update ...` on a gateway by a command such as `ssh {host} sudo area-tech`."""

    def __init__(self, template: str) -> None:
        self._template = template

    def ask(self, host: str, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Return status and what was said.

        Raises:
            Refused: the command itself cannot be run.
        """
        command = [part.replace("{host}", host) for part in shlex.split(self._template)]
        try:
            found = subprocess.run(  # noqa: S603 - the technician's own command
                [*command, "update", *arguments, "--json"],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise Refused("tool_missing", tool=command[0], remedy="correct --run") from error
        try:
            said = json.loads(found.stdout)
        except ValueError:
            lines = found.stderr.strip().splitlines()
            said = {"en": lines[-1] if lines else "it says nothing"}
        return found.returncode, said if isinstance(said, dict) else {}


def rings(hosts: Sequence[str], sizes: Sequence[str] = RINGS) -> list[list[str]]:
    """Return the hosts in rings; a size is a number or a share of all, counted from the first.

    Raises:
        Refused: a size is neither.
    """
    found: list[list[str]] = []
    done = 0
    for size in sizes:
        text = size.removesuffix("%")
        if not text.isdigit():
            raise Refused("bad_table", source="--rings", why=f"{size!r} is no number or share")
        many = math.ceil(len(hosts) * int(text) / 100) if size.endswith("%") else int(text)
        upto = min(len(hosts), max(many, done))
        if upto > done:
            found.append(list(hosts[done:upto]))
        done = upto
    return found


def update_fleet(
    plan: list[list[str]],
    remote: Remote,
    arguments: Sequence[str],
    wait: Callable[[float], None],
    record: Path,
) -> Iterator[Outcome]:
    """Update ring by ring; yields how each went and keeps it in `record`, from which it goes on.

    Every gateway of a ring is given the update, then each must say that it was committed. The first
    that is not ends it: the rest is not reached.
    """
    done = _done(record)
    failed = False
    for number, hosts in enumerate(plan, 1):
        begun = {
            h: _begin(h, number, remote, arguments) for h in hosts if not failed and h not in done
        }
        for host in hosts:
            if host in done:
                yield done[host]
                continue
            found = begun.get(host) or Outcome(host, number, "not reached")
            if found.state == "begun":
                found = _settled(found, remote, wait)
            failed = failed or found.state != "updated"
            if found.state == "updated":
                done[host] = found
                record.write_text(json.dumps([asdict(one) for one in done.values()]))
            yield found


def _begin(host: str, ring: int, remote: Remote, arguments: Sequence[str]) -> Outcome:
    status, said = remote.ask(host, "install", *arguments)
    if status == 0:
        return Outcome(host, ring, "begun", str(said.get("pending", "")))
    return Outcome(host, ring, "refused", str(said.get("en", said)))


def _settled(begun: Outcome, remote: Remote, wait: Callable[[float], None]) -> Outcome:
    words = "it does not say whether it is healthy"
    for _ in range(int(_PATIENCE_S / _LOOK_S)):
        status, said = remote.ask(begun.host, "status")
        if status == 0 and not said.get("pending"):
            if said.get("committed") == begun.words:
                return Outcome(begun.host, begun.ring, "updated", begun.words)
            return Outcome(begun.host, begun.ring, "rolled back", str(said.get("why", "")))
        wait(_LOOK_S)
    return Outcome(begun.host, begun.ring, "silent", words)


def _done(record: Path) -> dict[str, Outcome]:
    try:
        found = [Outcome(**one) for one in json.loads(record.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        raise Refused("bad_table", source=record, why=str(error)) from error
    return {one.host: one for one in found}
