"""The rival: thingsboard-gateway's SQLite storage in a throw-away environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

VERSION = "3.8.5"
_CHILD = Path(__file__).with_name("thingsboard_child.py")


class Rival:
    """Made once; where it cannot be installed, `trouble` says why and nothing is measured."""

    def __init__(self, folder: Path, *, skip: bool = False) -> None:
        self._python = folder / "bin" / "python"
        self.trouble = "left out" if skip else "" if self._installed() else self._install(folder)

    def measure(self, folder: Path, count: int) -> dict[str, float]:
        """Return the readings a second of one round, stored alone and stored and taken out."""
        command = [str(self._python), str(_CHILD), str(folder), str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
        told = json.loads(done.stdout.splitlines()[-1])
        return {"put": count / told["put_s"], "cycle": count / told["cycle_s"]}

    def _installed(self) -> bool:
        probe = f"from importlib.metadata import version as v; assert v('{_NAME}') == '{VERSION}'"
        command = [str(self._python), "-c", probe]
        return self._python.exists() and not subprocess.run(command, check=False).returncode

    def _install(self, folder: Path) -> str:
        pip = [str(self._python), "-m", "pip", "install", "--quiet", f"{_NAME}=={VERSION}"]
        for command in ([sys.executable, "-m", "venv", str(folder)], pip):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                words = (done.stderr or done.stdout).strip().splitlines()
                return f"{_NAME} {VERSION} cannot be installed here: {words[-1] if words else '?'}"
        return ""


_NAME = "thingsboard-gateway"
