"""Starts npm's echonet-lite in a network of its own: `echonet_node.js` says which objects it has."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS, THEIRS = "10.77.0.1", "10.77.0.2"

_PACKAGES = ("echonet-lite@2.16.2", "date-utils@1.2.21", "ip@2.0.1")
_SCRIPT = Path(__file__).with_name("echonet_node.js")
_SPACE, _NEAR, _FAR = "saselpeer", "sasel0", "sasel1"
_PATIENCE_S = 60.0


@contextmanager
def node() -> Iterator[subprocess.Popen[str]]:
    """Give the process of a node that answers at THEIRS; our side of the wire is OURS."""
    modules = _installed()
    with ExitStack() as stack:
        # Tests run side by side; the wire and its addresses are one for the whole machine.
        lock = stack.enter_context((modules.parent / "lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        _wire(stack)
        command = ["ip", "netns", "exec", _SPACE, "node", str(_SCRIPT), THEIRS]
        environment = {**os.environ, "NODE_PATH": str(modules)}
        process = stack.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        )
        stack.callback(process.wait, _PATIENCE_S)
        stack.callback(process.kill)
        assert process.stdout is not None
        while (line := process.stdout.readline()).strip() != "ready":
            assert line, "the node ended before it was ready"
        yield process


def _installed() -> Path:
    """Return the folder of its modules, installed once; skip where that cannot be."""
    if os.geteuid() != 0:
        pytest.skip("not root: a second UDP port 3610 needs a network namespace of its own")
    for program in ("ip", "node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian: iproute2, nodejs, npm)")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "smart-area-suite" / "npm"
    if not (folder / "node_modules" / "echonet-lite").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-save", "--prefix", str(folder), *_PACKAGES]
        done = subprocess.run(command, capture_output=True, check=False, timeout=50)
        if done.returncode:
            pytest.skip("npm cannot install echonet-lite: no package registry in reach")
    return folder / "node_modules"


def _wire(stack: ExitStack) -> None:
    """Lay a wire between this machine and a namespace, with multicast on both ends."""
    _run("ip", "netns", "del", _SPACE, check=False)
    _run("ip", "link", "del", _NEAR, check=False)
    if _run("ip", "netns", "add", _SPACE, check=False):
        pytest.skip("no network namespaces here: the kernel or the container forbids them")
    stack.callback(_run, "ip", "netns", "del", _SPACE, check=False)
    _run("ip", "link", "add", _NEAR, "type", "veth", "peer", "name", _FAR)
    stack.callback(_run, "ip", "link", "del", _NEAR, check=False)
    _run("ip", "link", "set", _FAR, "netns", _SPACE)
    _run("ip", "addr", "add", f"{OURS}/24", "dev", _NEAR)
    _run("ip", "link", "set", _NEAR, "up")
    _run("ip", "route", "add", "224.0.23.0/32", "dev", _NEAR, check=False)
    far = f"ip link set lo up; ip addr add {THEIRS}/24 dev {_FAR}; ip link set {_FAR} up; "
    far += f"ip route add 224.0.0.0/4 dev {_FAR}"
    _run("ip", "netns", "exec", _SPACE, "sh", "-c", far)


def _run(*command: str, check: bool = True) -> int:
    return subprocess.run(command, check=check, capture_output=True).returncode
