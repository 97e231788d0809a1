"""Starts npm's node-opcua as a hydrogen station: `node_opcua_server.js` says which nodes it has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_agent.simulators.opc_ua_identity import ServerIdentity, invent_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = "node-opcua@2.182.2"
_SCRIPT = Path(__file__).with_name("node_opcua_server.js")
_PATIENCE_S = 60.0


class Peer:
    """The running server: its address, its certificate, and lines that change its variables."""

    def __init__(self, process: subprocess.Popen[str], identity: ServerIdentity) -> None:
        self._process = process
        self.identity = identity
        self.url = f"opc.tcp://127.0.0.1:{self._answer().removeprefix('ready ')}"

    def set(
        self, name: str, kind: str, value: float, status: str = "Good", age_s: float = 0.0
    ) -> None:
        """Give a variable a value with a status and a source stamp of that age."""
        self._tell(json.dumps([name, kind, value, status, age_s]))

    def accept_everyone(self) -> None:
        """Let it trust certificates that it does not know."""
        self._tell("accept")

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        assert self._answer() == "done"

    def _answer(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word = line.strip()
            if word == "done" or word.startswith("ready "):
                return word
            assert not word.startswith("failed"), word
        raise AssertionError("node-opcua has ended")


@contextmanager
def server(folder: Path, *, days: int) -> Iterator[Peer]:
    """Give a server whose certificate expires in so many days; it accepts no gateway at first."""
    modules = _installed()
    identity = invent_identity("station", days, "urn:node-opcua:station")
    certificate, key = folder / "server.pem", folder / "server-key.pem"
    certificate.write_bytes(identity.pem())
    key.write_bytes(identity.key)
    process = subprocess.Popen(
        [shutil.which("node") or "node", str(_SCRIPT), str(folder), str(certificate), str(key)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "NODE_PATH": str(modules), "HOME": str(folder)},
    )
    with process:
        try:
            yield Peer(process, identity)
        finally:
            process.kill()
            process.wait(_PATIENCE_S)


def _installed() -> Path:
    """Return the folder of its modules, installed once; skip where that cannot be."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian: nodejs, npm)")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "smart-area-suite" / "npm-opcua"
    if not (folder / "node_modules" / "node-opcua").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-save", "--prefix", str(folder), _PACKAGE]
        done = subprocess.run(command, capture_output=True, check=False, timeout=50)
        if done.returncode:
            pytest.skip("npm cannot install node-opcua: no package registry in reach")
    return folder / "node_modules"
