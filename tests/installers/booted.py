"""The booted system as the steps of the proof ask it: programs, services, the agent's state, files.

Standard library only: it lies beside the steps in the container.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

HERE = Path("/srv/proof")
ROOT = Path("/opt/area-edge")
SETTINGS = Path("/etc/area-edge/edge.toml")
PATIENCE_S = 240
# What installing and running anything at all leaves on a system, whoever it is.
NOT_OURS = (
    "/srv/proof",
    "/var/log",
    "/var/cache",
    "/var/lib/dpkg",
    "/var/lib/systemd",
    "/var/lib/apt",
    "/var/lib/dbus",
    "/etc/passwd",
    "/etc/group",
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/subuid",
    "/etc/subgid",
    "/etc/.pwd.lock",
    "/etc/machine-id",
    "/etc/.updated",
    "/var/.updated",
)


def sh(*command, timeout=PATIENCE_S):
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def install(name):
    began = time.monotonic()
    code, words = sh("dpkg", "-i", str(HERE / f"{name}.deb"))
    return {"code": code, "words": words, "seconds": round(time.monotonic() - began, 1)}


def service(name, *keys):
    _, text = sh("systemctl", "show", name, *(f"-p{key}" for key in keys))
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def wait_for(true, seconds=PATIENCE_S):
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{true.__name__}: not in {seconds} s")
        time.sleep(0.2)
    return round(time.monotonic() - began, 1)


def active(name="area-edge"):
    return service(name, "ActiveState")["ActiveState"] == "active"


def running():
    return (ROOT / "current").readlink().name


def state():
    return json.loads((ROOT / "state.json").read_text())


def pending():
    return "pending" in state()


def decided():
    return not pending() and "restart" not in state()


def last_trial():
    trial = state()["trials"][-1]
    return {key: trial[key] for key in ("version", "result", "reason", "why")}


def link():
    """What the agent says of its way to the hub."""
    code, text = sh("area-edge", "status", "--config", str(SETTINGS), "--json")
    said = json.loads(text) if code == 0 else {}
    return said.get("hub", {}).get("reachable") is True and said["log"]["acknowledged"] > 0


def files():
    _, text = sh("find", "/", "-xdev")  # what is mounted (proc, run, tmp) is no disk of this system
    return {one for one in text.splitlines() if not one.startswith(NOT_OURS)}
