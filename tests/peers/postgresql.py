"""A private PostgreSQL cluster in a temporary folder, on a Unix socket only."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

_PORT = 54329  # names the socket's file; no port is opened
_FAST = ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=60")
_SAFE = ("fsync=on", "synchronous_commit=on", "max_connections=200")
_NEVER_A_USER = "nobody"


class NoPostgreSQL(Exception):
    """PostgreSQL cannot be started here; says why."""


class Cluster:
    """A running server; `url` gives a new, empty database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def url(self, name: str = "") -> str:
        """Return the URL of a new, empty database."""
        self._count += 1
        name = name or f"hub_{self._count}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" STRATEGY FILE_COPY')  # type: ignore[call-overload]  # wants a literal
        return self.address(name)

    def drop(self, url: str) -> None:
        """Drop a database that `url` gave."""
        name = url.partition("@")[2].partition("/")[2].partition("?")[0]
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]  # ditto

    def address(self, name: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://hub@/{name}?host={self._folder}&port={_PORT}"


@contextlib.contextmanager
def running(*, safe: bool = False) -> Iterator[Cluster]:
    """Run a cluster for as long as the block lasts.

    Args:
        safe: commit to the disk, as a real server does; else as fast as can be.

    Raises:
        NoPostgreSQL: no server is installed, or it may not run here.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="hub-pg-"))
    try:
        data = folder / "data"
        if os.getuid() == 0:
            shutil.chown(folder, _user())
        _call(programs / "initdb", "-D", data, "-U", "hub", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        with _server(programs, data, folder, _SAFE if safe else _FAST):
            yield Cluster(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _server(programs: Path, data: Path, folder: Path, settings: tuple[str, ...]) -> Iterator[None]:
    options = ["-k", str(folder), "-p", str(_PORT), "-c", "listen_addresses="]
    for setting in settings:
        options += ["-c", setting]
    control = ("-D", data, "-l", folder / "log", "-w", "-t", "30")
    _call(programs / "pg_ctl", "start", *control, "-o", " ".join(f"'{one}'" for one in options))
    try:
        yield
    finally:
        _call(programs / "pg_ctl", "stop", "-D", data, "-m", "immediate")


def _call(program: Path, *arguments: object) -> None:
    command = [*_as_a_user(), str(program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise NoPostgreSQL(f"{program.name} failed: {(done.stderr or done.stdout).strip()[-300:]}")


def _as_a_user() -> list[str]:
    """Return what runs a command as somebody else: PostgreSQL refuses to run as root."""
    if os.getuid():
        return []
    return ["setpriv", f"--reuid={_user()}", "--clear-groups"]


def _user() -> str:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return _NEVER_A_USER


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    if somewhere := shutil.which("initdb"):
        return Path(somewhere).resolve().parent
    raise NoPostgreSQL("PostgreSQL is not installed: install the package postgresql")


def _version(program: Path) -> float:
    return float(program.parents[1].name)
