"""Layouts: how each role left its window, kept from one start to the next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import platformdirs

from desktop.models.drafts import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Layouts:
    """States by the name of the part that they belong to, one file for each role."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or platformdirs.user_state_path("smart-area") / "layouts"

    def find(self, role: str) -> dict[str, str]:
        """Return what a role left, empty where it left nothing that can be read."""
        try:
            found = json.loads(self._path(role).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {str(name): state for name, state in found.items() if isinstance(state, str)}

    def keep(self, role: str, states: Mapping[str, str]) -> None:
        """Keep what a role leaves.

        Raises:
            OSError: it cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._path(role), json.dumps(dict(states)).encode())

    def drop(self, role: str) -> None:
        """Forget what a role left."""
        self._path(role).unlink(missing_ok=True)

    def _path(self, role: str) -> Path:
        known = role if role.isidentifier() else "nobody"
        return self._folder / f"{known}.json"
