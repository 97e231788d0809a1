"""The device profiles that an area may use: its own and the bundled ones, read when first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.errors import AreaFileError
from area_configs.loader import load_profile, profile_files

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.devices import DeviceProfile


class Catalogue:
    """Profiles by id, of one area's folder at a time; those with mistakes are not offered."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._profiles: dict[str, DeviceProfile] = {}

    def of(self, folder: Path) -> dict[str, DeviceProfile]:
        """Return every profile that an area in a folder may use."""
        if folder != self._folder:
            self._folder = folder
            self._profiles = dict(_readable(folder))
        return self._profiles


def _readable(folder: Path) -> list[tuple[str, DeviceProfile]]:
    found = []
    for ident, file in sorted(profile_files(folder).items()):
        try:
            found.append((ident, load_profile(file)))
        except AreaFileError:
            continue  # the loader tells it of an area that uses it
    return found
