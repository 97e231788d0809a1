"""The keeper's command line, as the service and the package call it: /usr/lib/area-edge/release.py.

Standard library only. DATA is the agent's data folder: its status tells of the link to the hub.

    release.py install ROOT STAGE VERSION | package ROOT ARCHIVE VERSION [DATA] | boot ROOT
    release.py commit ROOT | ready ROOT TIMER | judge ROOT DATA SERVICE TIMER [SECONDS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from firmware_tools.update.package_release import install_package
from firmware_tools.update.release_keeper import BadRelease, Keeper
from firmware_tools.update.trial import PATIENCE_S

STATUS_FILE = "status.json"  # of the agent
_SYSTEMCTL = "/usr/bin/systemctl"


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    verb, root, *rest = arguments
    keeper = Keeper(Path(root))
    os.umask(0o022)  # the service's own user reads what root puts here
    try:
        said = _VERBS[verb](keeper, rest)
    except (BadRelease, OSError) as error:
        sys.stderr.write(f"release: {error}\n")
        return 1
    told = {"running": keeper.running(), **keeper.state(), **said}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def status_in(folder: Path) -> dict[str, Any] | None:
    """Return what an agent said last in its data folder, None where it said nothing that can be read."""
    try:
        found = json.loads((folder / STATUS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _install(keeper: Keeper, rest: list[str]) -> dict[str, Any]:
    keeper.install(Path(rest[0]), rest[1])
    return {}


def _package(keeper: Keeper, rest: list[str]) -> dict[str, Any]:
    archive, version, *data = rest
    install_package(keeper, Path(archive), version, status_in(Path(data[0])) if data else None)
    return {}


def _boot(keeper: Keeper, _rest: list[str]) -> dict[str, Any]:
    keeper.resolve()
    return {}


def _commit(keeper: Keeper, _rest: list[str]) -> dict[str, Any]:
    keeper.commit()
    return {}


def _ready(keeper: Keeper, rest: list[str]) -> dict[str, Any]:
    """Have the timer look at what is on trial from now on."""
    if keeper.ready(time.monotonic()):
        _tell_systemd("start", rest[0])
    return {}


def _judge(keeper: Keeper, rest: list[str]) -> dict[str, Any]:
    """Look once; start the service anew where it was taken back, stop the timer where all is decided."""
    data, service, timer, *patience = rest
    found = keeper.judge(
        status_in(Path(data)), time.monotonic(), float(patience[0]) if patience else PATIENCE_S
    )
    if keeper.state().get("restart"):
        sys.stderr.write(f"release: {keeper.state()['rolled_back']}: {keeper.state()['why']}\n")
        _tell_systemd("restart", service)
    elif found.word != "wait":
        _tell_systemd("stop", timer)
    return {"look": found.word, "why": found.words.why, "left_s": round(found.left_s)}


def _tell_systemd(verb: str, unit: str) -> None:
    done = subprocess.run(  # noqa: S603 - a fixed program
        [_SYSTEMCTL, verb, "--no-block", unit], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise BadRelease(f"systemctl {verb} {unit}: {done.stderr.strip()}")


_VERBS = {
    "install": _install,
    "package": _package,
    "boot": _boot,
    "commit": _commit,
    "ready": _ready,
    "judge": _judge,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
