"""Where a benchmark's report goes: its file, and standard output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, name: str, report: object) -> None:
    """Write `name.json` into a folder, which is made, and print the same."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=2) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    print(text)  # noqa: T201  # a benchmark's figures are its output
