"""Bring the console's translation file up to date with its sources, and compile it.

Run it as `python scripts/update_translations.py`.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import PySide6

ROOT = Path(__file__).parent.parent
TS = ROOT / "desktop" / "translations" / "console_ja.ts"
PARTS = ("app", "views")
TOOLS = Path(PySide6.__file__).parent


def sources() -> list[Path]:
    """Return every module that may hold words for the screen."""
    return sorted(path for part in PARTS for path in (ROOT / "desktop" / part).rglob("*.py"))


def update(target: Path) -> None:
    """Write the words of the sources into a .ts file, keeping what is translated already."""
    names = [str(path.relative_to(ROOT)) for path in sources()]
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en"]
    options += ["-target-language", "ja", "-ts", str(target)]
    subprocess.run([TOOLS / "lupdate", *names, *options], cwd=ROOT, check=True, stdout=-3)  # noqa: S603  # Qt's own tool


def release(source: Path, target: Path) -> None:
    """Compile a .ts file."""
    command = [TOOLS / "lrelease", "-silent", str(source), "-qm", str(target)]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603  # Qt's own tool


if __name__ == "__main__":
    update(TS)
    release(TS, TS.with_suffix(".qm"))
    print(f"{TS.relative_to(ROOT)}: {TS.read_text(encoding='utf-8').count('<message>')} texts")
