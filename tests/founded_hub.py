"""A hub's folder as `area-hub init` makes it: made once per test process, then written again.

To found one costs more processor time than to serve it. What founding does is tested for itself;
every other test needs a folder of its own with nothing in it yet, and gets one here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSWORD = b"correct horse battery staple"
_ROOT = Path(__file__).parents[1]
_COMMAND = [sys.executable, "-m", "platform_hub.server"]


def found(folder: Path, people: Mapping[str, str] | None = None) -> dict[str, str]:
    """Make a folder that of a hub of the bundled area Harumi; return its first keys by name.

    People are added with their roles by their names; everybody's password is PASSWORD.
    """
    keys, files = _founded(tuple((people or {}).items()))
    folder.mkdir(mode=0o700, parents=True)
    for path, (mode, content) in files.items():
        place = folder / path
        if content is None:
            place.mkdir()
        else:
            place.write_bytes(content)
        place.chmod(mode)
    return dict(keys)


@cache
def _founded(
    people: tuple[tuple[str, str], ...],
) -> tuple[dict[str, str], dict[Path, tuple[int, bytes | None]]]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "hub"
        keys = found(folder) if people else json.loads(_run("init", folder, "--json"))["keys"]
        for name, role in people:
            _run("user", "add", "--data", folder, name, "--role", role)
        return keys, {path.relative_to(folder): _kept(path) for path in sorted(folder.rglob("*"))}


def _kept(path: Path) -> tuple[int, bytes | None]:
    return path.stat().st_mode & 0o777, None if path.is_dir() else path.read_bytes()


def _run(*arguments: object) -> bytes:
    command = [*_COMMAND, *map(str, arguments)]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, input=PASSWORD)
    return done.stdout
