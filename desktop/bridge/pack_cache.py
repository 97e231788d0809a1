"""Area packs kept on this machine: unpacked once, known by the hub's etag, used without a network."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import platformdirs

from area_configs.area_pack import unpack
from area_configs.domain.errors import HubUnavailable

if TYPE_CHECKING:
    from pathlib import Path


class PackClient(Protocol):
    """Gives the pack, or None where the etag is still right."""

    def pack(self, etag: str = "") -> tuple[bytes, str] | None:
        """Return bytes and etag."""


@dataclass(frozen=True, slots=True)
class HeldPack:
    """An unpacked area pack; `fresh` is False where the hub could not be asked."""

    folder: Path
    fresh: bool


class PackCache:
    """The packs of one hub, below the user's cache folder."""

    def __init__(self, hub: str, root: Path | None = None) -> None:
        name = hashlib.sha256(hub.encode()).hexdigest()[:16]
        self.folder = self._folder = (
            (root or platformdirs.user_cache_path("smart-area")) / "packs" / name
        )

    @property
    def etag(self) -> str:
        """Return the hub's etag of the pack that is held, empty where none is."""
        return self._etag()

    def fetch(self, client: PackClient) -> HeldPack:
        """Return the hub's pack, from here where it did not change or the hub is away.

        Raises:
            HubUnavailable: the hub is away and no pack of it is held.
            HubRejected: it refused.
            AreaFileError: what it sent is no area pack.
        """
        held = self._held()
        try:
            answer = client.pack(self._etag() if held else "")
        except HubUnavailable:
            if held is None:
                raise
            return HeldPack(held, fresh=False)
        if answer is None and held is not None:
            return HeldPack(held, fresh=True)
        if answer is None:
            raise HubUnavailable("The hub sent no area pack though none is held here: try again.")
        return HeldPack(self._keep(*answer), fresh=True)

    def _etag(self) -> str:
        try:
            return (self._folder / "etag").read_text(encoding="utf-8")
        except OSError:
            return ""

    def _held(self) -> Path | None:
        """Return the folder that the kept etag stands for; the etag is written last."""
        etag = self._etag()
        folder = self._folder / _name(etag)
        return folder if etag and (folder / "area.toml").is_file() else None

    def _keep(self, data: bytes, etag: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / _name(etag)
        shutil.rmtree(target, ignore_errors=True)
        unpacked = unpack(data, target)
        (self._folder / "etag").write_text(etag, encoding="utf-8")
        self._forget_all_but(target)
        return unpacked

    def _forget_all_but(self, kept: Path) -> None:
        for old in self._folder.iterdir():
            if old.is_dir() and old != kept:
                shutil.rmtree(old, ignore_errors=True)


def _name(etag: str) -> str:
    return hashlib.sha256(etag.encode()).hexdigest()[:16]
