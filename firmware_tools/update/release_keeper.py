"""Keeps the releases under one folder: install, resolve before each start, commit, roll back.

Standard library only: packages ship this file beside /usr/lib/area-edge/release.py, and no update
replaces it. Layout: `releases/<version>/` with a MANIFEST.json each, `current` -> one of them,
`state.json`. Each step is durable before the next, so a cut anywhere leaves the old or the new
release running, never none.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import time
from typing import TYPE_CHECKING, Any

from firmware_tools.update import trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MANIFEST = "MANIFEST.json"
TRIES = 2
MOST_STARTS = 6  # within one trial: more means that it does not stay up
KEPT = 3  # releases beside the one that is pending
_TOLD = 20  # trials that are remembered
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+~-]{0,63}")


class BadRelease(Exception):
    """A release that is not what its manifest says, or cannot be put here."""


class Disk:
    """The only way to the disk; tests record it, cut it short, and leave out a sync."""

    def make_folder(self, path: Path) -> None:
        """Make a folder."""
        path.mkdir()

    def write(self, path: Path, content: bytes, mode: int = 0o644) -> None:
        """Write a new file."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)

    def link(self, path: Path, target: str) -> None:
        """Make a symbolic link."""
        path.symlink_to(target)

    def move(self, old: Path, new: Path) -> None:
        """Give a name to something, in place of what has it."""
        old.replace(new)

    def remove(self, path: Path) -> None:
        """Remove a file or link."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()

    def sync(self, path: Path) -> None:
        """Make a file's content, or a folder's names, survive a power cut."""
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Keeper:
    """The releases of one root folder."""

    def __init__(
        self,
        root: Path,
        disk: Disk | None = None,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self.root = root
        self._now_us = now_us
        self._disk = disk or Disk()
        self.releases = root / "releases"
        self.current = root / "current"
        self._state = root / "state.json"

    def running(self) -> str:
        """Return the version that `current` names, empty where there is none."""
        try:
            return self.current.readlink().name
        except OSError:
            return ""

    def state(self) -> dict[str, Any]:
        """Return what is pending, what was committed last, why the last one was taken back, and since when.

        `trials` are the last ones, the newest at the end, each with `version`, `began_us`, `ended_us`,
        `result` (`kept` or `rolled back`), `reason` (a code of `trial`) and `why` in words.
        """
        try:
            found: dict[str, Any] = json.loads(self._state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def install(self, source: Path, version: str, status: Mapping[str, Any] | None = None) -> None:
        """Put a release in place and switch to it, pending; the one before stays.

        Args:
            source: a folder with the release and its MANIFEST.json.
            version: its name.
            status: what the agent of the release before said last; its link to the hub is what the
                new one must have as well.

        Raises:
            BadRelease: it is not whole, or another update is pending; nothing was changed.
            OSError: the disk does not take it; what runs still runs.
        """
        if not is_version(version):
            raise BadRelease(f"{version!r} is no version")
        if self.state().get("pending"):
            raise BadRelease("another update is pending: wait until it is decided")
        if version == self.running():
            raise BadRelease(f"{version} runs already")
        check(source)
        self._folders()
        stage = self.releases / f".stage-{version}"
        self._clear(stage)
        self._copy(source, stage)
        check(stage)
        place = self.releases / version
        if place.exists():
            self._require_unused(version)
            self._clear(place)
        self._disk.move(stage, place)
        self._disk.sync(self.releases)
        before, now_us = self.running(), self._now_us()
        on_trial = trial.begin(status, now_us)
        new = {"pending": version, "previous": before, "tries": TRIES, "committed": before}
        self._note({**new, "trial": on_trial, **self._told(since_us=now_us)})
        self._switch(version)
        self._prune({version, before})

    def resolve(self) -> str:
        """Decide before a start which release runs; return its version.

        A try is counted before the start, so that a hang counts too.
        """
        state = self.state()
        pending = state.get("pending")
        if not pending:
            return self._sound(state)
        if self.running() != pending:  # the power went before the switch, there or back
            self._note(self._taken_back(state) if state.get("why") else _without_pending(state))
            return self.running()
        if words := self._objection(state):
            return self._roll_back(state, words)
        on_trial = trial.started(state.get("trial") or {})
        self._note({**state, "tries": int(state["tries"]) - 1, "trial": on_trial})
        return str(pending)

    def ready(self, now_s: float) -> bool:
        """Note that the pending release says it is healthy; tell whether the hub must still hear of it."""
        state = self.state()
        pending = state.get("pending")
        if not pending or self.running() != pending:
            return bool(state.get("restart"))
        if not state.get("previous"):
            self.commit()  # nothing could run in its place
            return False
        on_trial = trial.ready(state.get("trial") or {}, now_s)
        self._note({**state, "tries": TRIES, "trial": on_trial})
        return True

    def judge(
        self, status: Mapping[str, Any] | None, now_s: float, patience_s: float
    ) -> trial.Look:
        """Look at the pending release: keep it, take it back, or go on waiting; return what was seen.

        `now_s` is the machine's running time (`time.monotonic`), as a status has it. What is taken back
        here still runs: `state()["restart"]` stands until the next start.
        """
        state = self.state()
        pending = state.get("pending")
        if not pending or self.running() != pending:
            return trial.Look("decided", state.get("trial") or {})
        found = trial.look(state.get("trial") or {}, status, now_s, patience_s)
        if found.word == "keep":
            self.commit(found.words)
        elif found.word == "back":
            self._roll_back({**state, "restart": True}, found.words)
        else:
            self._note({**state, "trial": dict(found.trial)})
        return found

    def commit(self, words: trial.Words = trial.HEALTHY) -> bool:
        """Keep the pending release: it has passed its health gate. Tell whether one was pending."""
        state = self.state()
        pending = state.get("pending")
        if not pending or self.running() != pending:
            return False
        told = self._told(self._ended(state, "kept", words))
        self._note({**_without_pending(state), "committed": pending, **told})
        return True

    def roll_back(self, why: str) -> str:
        """Go back to the release before, whether this one is pending or not; return its version.

        Raises:
            BadRelease: there is none to go back to.
        """
        state = self.state()
        previous = str(state.get("previous") or "")
        if not previous or problem(self.releases / previous):
            raise BadRelease("there is no whole release to go back to")
        return self._roll_back(state, trial.Words("asked for", why))

    def settle(self, why: str) -> None:
        """Decide what is pending now: back to the release before, or keep it where there is none."""
        if not self.state().get("pending"):
            return
        if self.state().get("previous"):
            self.roll_back(why)
        else:
            self.commit()

    def _objection(self, state: dict[str, Any]) -> trial.Words | None:
        if words := problem(self.releases / str(state["pending"])):
            return trial.Words("not whole", words)
        if state.get("why"):  # it was being taken back when the power went
            return trial.Words(str(state.get("reason") or ""), str(state["why"]))
        if int(state.get("tries", 0)) <= 0:
            why = f"it was started {TRIES} times and never said that it is healthy"
            return trial.Words("never healthy", why)
        if trial.starts(state.get("trial") or {}) >= MOST_STARTS:
            why = f"it was started {MOST_STARTS} times within its trial: it does not stay up"
            return trial.Words("does not stay up", why)
        return None

    def _roll_back(self, state: dict[str, Any], words: trial.Words) -> str:
        previous = str(state.get("previous") or "")
        broken = self.running()
        if not previous:
            return broken  # the very first release: there is nothing else to run
        # Said first: a cut behind the switch must not lose why.
        said = {**state, "pending": broken, "tries": 0, "why": words.why, "reason": words.reason}
        self._note(said)
        self._switch(previous)
        self._note(self._taken_back(said))
        return previous

    def _taken_back(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return the state once `current` names the release before again."""
        words = trial.Words(str(state.get("reason") or ""), str(state["why"]))
        ended = self._ended(state, "rolled back", words)
        told = self._told(ended, since_us=ended["ended_us"])
        return {**_without_pending(state), "rolled_back": state["pending"], **told}

    def _ended(self, state: dict[str, Any], result: str, words: trial.Words) -> dict[str, Any]:
        return {
            "version": state["pending"],
            "began_us": (state.get("trial") or {}).get("began_us") or state.get("since_us"),
            "ended_us": self._now_us(),
            "result": result,
            **words._asdict(),
        }

    def _told(self, ended: dict[str, Any] | None = None, **since: int) -> dict[str, Any]:
        """Return the part of the state that is a record: the trials, and since when this one runs."""
        before = self.state()
        trials = [*before.get("trials", []), *([ended] if ended else [])]
        kept = {"since_us": before["since_us"]} if "since_us" in before else {}
        return {"trials": trials[-_TOLD:], **kept, **since}

    def _sound(self, state: dict[str, Any]) -> str:
        """Return what runs; where that is broken on the disk, go back to what ran before."""
        running, previous = self.running(), str(state.get("previous") or "")
        words = problem(self.releases / running) if running else "nothing is installed"
        if words and previous and not problem(self.releases / previous):
            return self._roll_back(state, trial.Words("not whole", words))
        if "restart" in state:  # this start is the one
            self._note({key: value for key, value in state.items() if key != "restart"})
        return running

    def _folders(self) -> None:
        for folder in (self.root, self.releases):
            if not folder.is_dir():
                self._disk.make_folder(folder)
                self._disk.sync(folder.parent)

    def _require_unused(self, version: str) -> None:
        if version in {self.running(), self.state().get("previous")}:
            raise BadRelease(f"{version} is what this gateway falls back to: it stays")

    def _copy(self, source: Path, target: Path) -> None:
        self._disk.make_folder(target)
        for entry in sorted(source.iterdir()):
            there = target / entry.name
            if entry.is_symlink():
                self._disk.link(there, str(entry.readlink()))
            elif entry.is_dir():
                self._copy(entry, there)
            else:
                mode = 0o755 if entry.stat().st_mode & stat.S_IXUSR else 0o644
                self._disk.write(there, entry.read_bytes(), mode)
                self._disk.sync(there)
        self._disk.sync(target)

    def _clear(self, folder: Path) -> None:
        if not folder.exists():
            return
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                self._clear(entry)
            else:
                self._disk.remove(entry)
        self._disk.remove_folder(folder)

    def _note(self, state: dict[str, Any]) -> None:
        new = self._state.with_name("state.new")
        self._disk.write(new, json.dumps(state).encode())
        self._disk.sync(new)
        self._disk.move(new, self._state)
        self._disk.sync(self.root)

    def _switch(self, version: str) -> None:
        new = self.root / "current.new"
        if new.is_symlink():
            self._disk.remove(new)
        self._disk.link(new, f"releases/{version}")
        self._disk.move(new, self.current)
        self._disk.sync(self.root)

    def _prune(self, named: set[str]) -> None:
        """Remove the oldest of what nothing names."""
        others = [one for one in self.releases.iterdir() if one.name not in named]
        others.sort(key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in others[max(0, KEPT - len(named)) :]:
            self._clear(old)


def is_version(text: str) -> bool:
    """Tell whether a release may have this name."""
    return bool(_VERSION.fullmatch(text))


def manifest(folder: Path) -> dict[str, str]:
    """Return what a manifest of a folder says: SHA-256 of each file, `-> target` of each link."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file() and name != MANIFEST:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def problem(folder: Path) -> str:
    """Say what is wrong with a release, empty where it is whole."""
    try:
        written = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if written == manifest(folder):
            return ""
    except (OSError, ValueError) as error:
        return f"{folder.name} has no manifest that can be read: {error}"
    return f"{folder.name} is not what its manifest says"


def check(folder: Path) -> None:
    """Check a release that is to be installed.

    Raises:
        BadRelease: it is not whole, or a link in it leads out.
    """
    if words := problem(folder):
        raise BadRelease(words)
    whole = folder.resolve()
    for path in folder.rglob("*"):
        if path.is_symlink() and not path.resolve().is_relative_to(whole):
            raise BadRelease(f"{path.name} leads out of the release")


def free_bytes(root: Path) -> int:
    """Return how much room there is where a root folder is or will be."""
    place = root if root.exists() else root.parent
    return shutil.disk_usage(place).free


def _without_pending(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key not in {"pending", "tries", "trial"}}
