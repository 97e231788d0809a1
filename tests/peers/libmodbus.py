"""Starts the libmodbus server of `libmodbus_server.c`, which documents its registers."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
UNIT = 1  # every other unit stays silent

_SOURCE = Path(__file__).with_name("libmodbus_server.c")
_PATIENCE_S = 60.0


@contextmanager
def tcp_server(folder: Path) -> Iterator[int]:
    """Serve on a free TCP port of 127.0.0.1 and give the port."""
    with _running([str(_built(folder)), "tcp", HOST]) as server:
        yield int(_first_line(server))


@contextmanager
def rtu_server(folder: Path) -> Iterator[Path]:
    """Serve a serial line (9600 8N1) and give the path of its other end."""
    if shutil.which("socat") is None:
        pytest.skip("socat is not installed: it joins the two ends of the serial line")
    ours, theirs = folder / "line-client", folder / "line-server"
    ends = [f"pty,raw,echo=0,link={end}" for end in (ours, theirs)]
    program = str(_built(folder))
    with _running(["socat", *ends]):
        _wait_for(ours, theirs)
        with _running([program, "rtu", str(theirs)]) as server:
            assert _first_line(server) == "rtu"
            yield ours


def _built(folder: Path) -> Path:
    """Compile the server, or skip the test where the compiler or the library is missing."""
    if shutil.which("gcc") is None or shutil.which("pkg-config") is None:
        pytest.skip("gcc and pkg-config are not installed: they build the libmodbus server")
    asked = ["pkg-config", "--cflags", "--libs", "libmodbus"]
    flags = subprocess.run(asked, capture_output=True, text=True, check=False)
    if flags.returncode:
        pytest.skip("libmodbus is not installed (Debian: libmodbus-dev)")
    program = folder / "libmodbus_server"
    command = ["gcc", "-O1", "-Wall", "-Werror", "-o", str(program), str(_SOURCE)]
    subprocess.run([*command, *flags.stdout.split()], check=True)
    return program


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


def _first_line(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    return server.stdout.readline().strip()


def _wait_for(*ends: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not all(end.exists() for end in ends):
        assert time.monotonic() < deadline, f"socat made no {ends}"
        time.sleep(0.01)
