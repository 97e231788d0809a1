"""Serial ports: who holds one, whether it is there, and one sentence for each trouble."""

from __future__ import annotations

import errno
import fcntl
import os
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import serial
from serial.tools import list_ports

from area_configs.domain.errors import DeviceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

# What opening and setting up a port may raise; termios.error is no OSError.
FAILURES = (OSError, termios.error)

_PROC = Path("/proc")
_BY_ID = Path("/dev/serial/by-id")
_LOOK_S = 0.2
_REASONS = {
    errno.EACCES: "may not be opened by this user: add the user to the group dialout",
    errno.EPERM: "may not be opened by this user: add the user to the group dialout",
    errno.EIO: "does not work any more: plug the adapter in again",
    errno.ENXIO: "has no adapter behind it: plug the adapter in again",
}


class Holder(NamedTuple):
    """A process that has a port open."""

    pid: int
    command: str


class Claim:
    """A port that is ours: no other process that asks for exclusive use gets it.

    The lock is the one pyserial takes (`flock`). It is advisory, so a claim also looks for
    processes that have the port open without it.
    """

    def __init__(self, port: str) -> None:
        """Claim a port.

        Raises:
            DeviceUnavailable: missing, not a port, forbidden, or held; names it and the remedy.
        """
        self._fd = _open(port)
        try:
            _lock(self._fd, port)
            _refuse_held(port)
        except DeviceUnavailable:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the port back; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def require_free(port: str) -> None:
    """Check that a port is there and nobody else has it.

    Raises:
        DeviceUnavailable: it is not; names it and the remedy.
    """
    Claim(port).close()


def ports_present() -> list[str]:
    """Return the serial ports of this machine, by the names that survive a restart if it can."""
    stable = sorted(str(path) for path in _BY_ID.glob("*")) if _BY_ID.is_dir() else []
    return stable or sorted(port.device for port in list_ports.comports())


def holders(port: str) -> list[Holder]:
    """Return the other processes that have a port open, as far as this user may see them.

    The process behind a pseudo terminal, such as a simulator, counts as the device, not as a
    holder.
    """
    device = os.path.realpath(port)
    return [
        Holder(int(process.name), _command(process))
        for process in _PROC.glob("[0-9]*")
        if int(process.name) != os.getpid()
        and _holds(set(_files(process)), device)
        and _is_here(process, device)
    ]


def answers(port: str, baudrate: int, question: bytes, answer: bytes, within_s: float) -> bool:
    """Tell whether the device on a port says `answer` to a question; it blocks.

    Raises:
        OSError: the port fails.
    """
    heard, deadline = b"", time.monotonic() + within_s
    with serial.Serial(port, baudrate, timeout=_LOOK_S, write_timeout=within_s) as line:
        line.write(question)
        while answer not in heard and time.monotonic() < deadline:
            heard += line.read(max(1, line.in_waiting))
    return answer in heard


def _open(port: str) -> int:
    try:
        fd = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise DeviceUnavailable(f"serial port {port} {_reason(error)}") from error
    if not os.isatty(fd):
        os.close(fd)
        raise DeviceUnavailable(f"serial port {port} is no serial port{_present()}")
    return fd


def _lock(fd: int, port: str) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise DeviceUnavailable(_held(port, holders(port))) from error


def _refuse_held(port: str) -> None:
    if found := holders(port):
        raise DeviceUnavailable(_held(port, found))


def _held(port: str, found: list[Holder]) -> str:
    who = ", ".join(f"process {pid} ({command})" for pid, command in found)
    if not who and _own(port) > 1:
        return (
            f"serial port {port} is held by another link of this gateway: correct the port of one"
        )
    return f"serial port {port} is held by {who or 'another program'}: stop it or use another port"


def _own(port: str) -> int:
    """Return how often this process has a port open, under whatever name."""
    device = os.path.realpath(port)
    return sum(file == device for file in _files(_PROC / "self"))


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOENT, errno.ENODEV):
        return f"is not there{_present()}"
    return _REASONS.get(error.errno or 0, f"cannot be opened: {error.strerror}")


def _present() -> str:
    ports = ports_present()
    if not ports:
        return ": no serial port is present, plug the adapter in"
    return f": present are {', '.join(ports)}; plug the adapter in or correct the port"


def _files(process: Path) -> Iterator[str]:
    try:
        for link in (process / "fd").iterdir():
            yield os.readlink(link)  # noqa: PTH115 - a Path would cost as much again per file
    except OSError:  # ended meanwhile, or of another user
        return


def _holds(files: set[str], device: str) -> bool:
    owns_terminals = bool(files & {"/dev/ptmx", "/dev/pts/ptmx"})
    return device in files and not (owns_terminals and device.startswith("/dev/pts/"))


def _is_here(process: Path, device: str) -> bool:
    """Tell whether what a process calls by a device's name is that device.

    A container has pseudo terminals of its own, with the same names and numbers as ours.
    """
    try:
        ours = Path(device).stat()
        theirs = [fd.stat() for fd in (process / "fd").iterdir() if _name_of(fd) == device]
    except OSError:  # ended meanwhile
        return False
    own = device.startswith("/dev/pts/")
    return any(t.st_rdev == ours.st_rdev and (not own or t.st_dev == ours.st_dev) for t in theirs)


def _name_of(fd: Path) -> str:
    try:
        return os.readlink(fd)  # noqa: PTH115 - as above
    except OSError:  # closed meanwhile
        return ""


def _command(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "ended meanwhile"
