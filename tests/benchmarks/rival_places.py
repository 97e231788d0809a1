"""Where rivals live: throw-away environments outside the project, made where packages can be had."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = {
    "lib": ("highspy==1.15.1", "scipy", "cvxpy", "linopy", "pypsa"),
    "emhass": ("highspy==1.15.1", "emhass"),
}


def environment(folder: Path, name: str) -> Path | None:
    """Return the Python of a rival's environment, made now where it is missing; None without."""
    python = folder / name / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / name)], check=True)
    ready = folder / f"{name}.ready"
    if not ready.exists():
        pip = [str(python), "-m", "pip", "install", "-q", *PACKAGES[name]]
        if subprocess.run(pip, check=False, capture_output=True).returncode:
            return None
        ready.touch()
    return python
