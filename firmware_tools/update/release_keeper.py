"""Keeps the releases under one folder: install, resolve before each start, commit, roll back.

Standard library only: packages ship this very file as /usr/lib/area-edge/release.py, and no update
replaces it. Layout: `releases/<version>/` with a MANIFEST.json each, `current` -> one of them,
`state.json`. Each step is durable before the next, so a cut anywhere leaves the old or the new
release running, never none.

    release.py install ROOT STAGE VERSION | boot ROOT | commit ROOT | status ROOT
    release.py package ROOT ARCHIVE VERSION
"""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import re
import shutil
import stat
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

MANIFEST = "MANIFEST.json"
TRIES = 2
KEPT = 3  # releases beside the one that is pending
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

    def __init__(self, root: Path, disk: Disk | None = None) -> None:
        self.root = root
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
        """Return what is pending, what was committed last, and why the last one was taken back."""
        try:
            found: dict[str, Any] = json.loads(self._state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def install(self, source: Path, version: str) -> None:
        """Put a release in place and switch to it, pending; the one before stays.

        Args:
            source: a folder with the release and its MANIFEST.json.
            version: its name.

        Raises:
            BadRelease: it is not whole, or another update is pending; nothing was changed.
            OSError: the disk does not take it; what runs still runs.
        """
        if not _VERSION.fullmatch(version):
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
        before = self.running()
        self._note({"pending": version, "previous": before, "tries": TRIES, "committed": before})
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
            taken_back = {"rolled_back": pending} if state.get("why") else {}
            self._note({**_without_pending(state), **taken_back})
            return self.running()
        if why := self._objection(state):
            return self._roll_back(state, why)
        self._note({**state, "tries": int(state["tries"]) - 1})
        return str(pending)

    def commit(self) -> bool:
        """Keep the pending release: it has passed its health gate. Tell whether one was pending."""
        state = self.state()
        pending = state.get("pending")
        if not pending or self.running() != pending:
            return False
        self._note({**_without_pending(state), "committed": pending})
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
        return self._roll_back(state, why)

    def settle(self, why: str) -> None:
        """Decide what is pending now: back to the release before, or keep it where there is none."""
        if not self.state().get("pending"):
            return
        if self.state().get("previous"):
            self.roll_back(why)
        else:
            self.commit()

    def _objection(self, state: dict[str, Any]) -> str:
        if words := problem(self.releases / str(state["pending"])):
            return words
        if int(state.get("tries", 0)) <= 0:
            return f"it was started {TRIES} times and never said that it is healthy"
        return ""

    def _roll_back(self, state: dict[str, Any], why: str) -> str:
        previous = str(state.get("previous") or "")
        broken = self.running()
        if not previous:
            return broken  # the very first release: there is nothing else to run
        # Said first: a cut behind the switch must not lose why.
        self._note({**state, "pending": broken, "tries": 0, "why": why})
        self._switch(previous)
        self._note({**_without_pending(state), "rolled_back": broken, "why": why})
        return previous

    def _sound(self, state: dict[str, Any]) -> str:
        """Return what runs; where that is broken on the disk, go back to what ran before."""
        running, previous = self.running(), str(state.get("previous") or "")
        words = problem(self.releases / running) if running else "nothing is installed"
        if words and previous and not problem(self.releases / previous):
            return self._roll_back(state, words)
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


def install_package(keeper: Keeper, archive: Path, version: str) -> None:
    """Put the release that a system package carries in place; the same one again changes nothing.

    Whoever installs a package has asked for just this version: one that is on trial gives way, and
    it may be the one to fall back to. The very first release is kept at once.

    Raises:
        BadRelease, OSError: as of `Keeper.install`; also where the archive is not sound.
    """
    keeper.root.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".package-", dir=keeper.root) as name:
        stage = Path(name)
        _unpack(archive, stage)
        check(stage)
        keeper.settle(f"version {version} was installed instead")
        if _same(keeper.releases / keeper.running(), stage):
            return
        if _same(keeper.releases / version, stage) and version == keeper.state().get("previous"):
            keeper.roll_back(f"version {version} was installed as a package")
            return
        keeper.install(stage, _free_name(keeper, version))
    if not keeper.state().get("previous"):
        keeper.commit()


def free_bytes(root: Path) -> int:
    """Return how much room there is where a root folder is or will be."""
    place = root if root.exists() else root.parent
    return shutil.disk_usage(place).free


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive that reaches nowhere else (Python 3.11.2 has no filter for that)."""
    try:
        with tarfile.open(archive) as opened:
            members = opened.getmembers()
            if reaching := [one.name for one in members if not _stays_inside(one)]:
                raise BadRelease(f"{archive.name} reaches outside with {reaching[0]}")
            for member in members:
                member.mode &= 0o755
                opened.extract(member, folder)
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise BadRelease(f"{archive.name} cannot be unpacked: {error}") from error


def _stays_inside(member: tarfile.TarInfo) -> bool:
    paths = [Path(member.name), Path(member.linkname if member.issym() else ".")]
    plain = member.isfile() or member.isdir() or member.issym()
    return plain and not any(path.is_absolute() or ".." in path.parts for path in paths)


def _same(installed: Path, offered: Path) -> bool:
    return not problem(installed) and manifest(installed) == manifest(offered)


def _free_name(keeper: Keeper, version: str) -> str:
    """Return the version, or one with +2, +3 where that place is in use or damaged."""
    named = {keeper.running(), keeper.state().get("previous")}
    names = (version if count == 1 else f"{version}+{count}" for count in range(1, KEPT + 2))
    return next(name for name in names if name not in named)


def _without_pending(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key not in {"pending", "tries"}}


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    verb, root, *rest = arguments
    keeper = Keeper(Path(root))
    os.umask(0o022)  # the service's own user reads what root puts here
    try:
        if verb == "install":
            keeper.install(Path(rest[0]), rest[1])
        elif verb == "boot":
            keeper.resolve()
        elif verb == "commit":
            keeper.commit()
        elif verb == "package":
            install_package(keeper, Path(rest[0]), rest[1])
    except (BadRelease, OSError) as error:
        sys.stderr.write(f"release: {error}\n")
        return 1
    sys.stdout.write(json.dumps({"running": keeper.running(), **keeper.state()}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
