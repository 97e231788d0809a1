"""Zephyr's SMP server behind MCUboot on an emulated microbit, and the serial line to it, which may be cut.

The prebuilt firmware ships in the source distribution of smpclient; it is fetched, never kept here.
"""

from __future__ import annotations

import json
import os
import pty
import selectors
import shlex
import socket
import subprocess
import sys
import tarfile
import threading
import time
import tty
from pathlib import Path

import intelhex

SOURCE = "smpclient==7.3.0"
_WAIT_S = 30.0
_FLASH_BYTES = 0x40000


def fetch(folder: Path) -> Path:
    """Return the folder with the servers: SMP_PEERS names it, else pip fetches it.

    Raises:
        OSError: neither.
    """
    if given := os.environ.get("SMP_PEERS"):
        return Path(given)
    options = ("--no-deps", "--no-binary", ":all:", "-q", "-d", str(folder))
    command = [sys.executable, "-m", "pip", "download", SOURCE, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"pip cannot fetch {SOURCE}")
    [archive] = folder.glob("*.tar.gz")
    servers = folder / "smp-server"
    servers.mkdir()
    with tarfile.open(archive) as found:
        for one in found.getmembers():
            if "/fixtures/smp-server/" in one.name and (stream := found.extractfile(one)):
                (servers / Path(one.name).name).write_bytes(stream.read())
    return servers


class Microbit:
    """One board: its flash outlives `power_cycle`, as QEMU's own reset would not let it."""

    def __init__(self, servers: Path, folder: Path) -> None:
        entries = json.loads((servers / "manifest.json").read_text())
        entry = next(e for e in entries if e["mcuboot"] and e["target"] == "qemu_cortex_m0")
        self.shipped = servers / entry["artifact"].replace(".merged.hex", ".signed.bin")
        self._folder, self._command = folder, shlex.split(entry["qemu_cmd"])
        self._flash = servers / entry["artifact"]
        self._monitor = folder / "monitor"
        self.line = Line(folder / "port")
        self._process: subprocess.Popen[bytes] | None = None
        self.switch_on()

    def switch_on(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [part.replace("<PORT>", str(port)) for part in self._command]
        command[-1] = f"loader,file={self._flash}"
        command[command.index("-monitor") + 1] = f"unix:{self._monitor},server=on,wait=off"
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.line.join(port)

    def power_cycle(self) -> None:
        """Keep the flash as it is, and begin with it anew."""
        raw = self._folder / "flash.bin"
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self._monitor))
            for order in ("stop", f'memsave 0 {_FLASH_BYTES:#x} "{raw}"'):
                _until_prompt(monitor)
                monitor.sendall(f"{order}\n".encode())
            _until_prompt(monitor)
        self.switch_off()
        image = intelhex.IntelHex()
        image.loadbin(str(raw))
        self._flash = self._folder / "flash.hex"
        image.write_hex_file(str(self._flash))
        self.switch_on()

    def switch_off(self) -> None:
        self.line.part()
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.switch_off()


class Line:
    """A pty at a fixed name, carried to the board byte by byte; `cut_after` cuts it once."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.cut_after = 0  # bytes to the board; 0 never
        self.cuts = 0
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def join(self, port: int) -> None:
        deadline = time.monotonic() + _WAIT_S
        while self._socket is None:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port))
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "the board never came up"
                threading.Event().wait(0.05)
        self._ended.clear()
        self._thread = threading.Thread(target=self._run, name="line")
        self._open()
        self._thread.start()

    def part(self) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join()
        if self._socket:
            self._socket.close()
            self._socket = None

    def _open(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.name.unlink(missing_ok=True)
        self.name.symlink_to(os.ttyname(self._slave))

    def _shut(self) -> None:
        os.close(self._master)
        os.close(self._slave)

    def _run(self) -> None:
        assert self._socket
        while not self._ended.is_set():
            with selectors.DefaultSelector() as ready:
                ready.register(self._master, selectors.EVENT_READ)
                ready.register(self._socket, selectors.EVENT_READ)
                if not self._carry(ready):
                    break
        self._shut()

    def _carry(self, ready: selectors.BaseSelector) -> bool:
        """Carry bytes both ways until the line is cut (then anew) or the board is gone."""
        while not self._ended.is_set():
            for key, _ in ready.select(0.1):
                if key.fileobj is self._socket:
                    data = self._socket.recv(4096)
                    if not data:
                        return False
                    os.write(self._master, data)
                elif self._cut(data := os.read(self._master, 4096)):
                    self._shut()
                    self._open()
                    return True
                else:
                    self._socket.sendall(data)
        return False

    def _cut(self, data: bytes) -> bool:
        if not self.cut_after:
            return False
        self.cut_after = max(0, self.cut_after - len(data))
        self.cuts += not self.cut_after
        return not self.cut_after


def _until_prompt(monitor: socket.socket) -> None:
    said = b""
    while not said.endswith(b"(qemu) "):
        part = monitor.recv(4096)
        assert part, "the monitor is gone"
        said += part
