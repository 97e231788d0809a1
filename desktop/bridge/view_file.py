"""The file that holds named views of one area (of the map, of trends), in the user's own settings."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import platformdirs

if TYPE_CHECKING:
    from pathlib import Path


class ViewFile:
    """One JSON file; a folder that is full or closed costs the views, nothing else."""

    def __init__(
        self, area: str, root: Path | None = None, *, kind: str = "views", person: str = ""
    ) -> None:
        folder = (root or platformdirs.user_config_path("smart-area")) / kind
        if person:
            folder /= quote(person, safe="").replace(".", "%2E")  # no name leads elsewhere
        self._path = folder / f"{re.sub(r'[^A-Za-z0-9_-]', '_', area)}.json"

    def load(self) -> dict[str, dict[str, Any]]:
        """Return what is kept, nothing where the file is missing or damaged."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def keep(self, views: dict[str, dict[str, Any]]) -> None:
        """Write the file anew, whole or not at all."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_suffix(".part")
            part.write_text(json.dumps(views, ensure_ascii=False, indent=1), encoding="utf-8")
            part.replace(self._path)
