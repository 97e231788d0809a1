"""Publishing releases: a TUF repository of files, its keys, and bundles for places without a network.

Root needs 2 of 3 keys and targets one, all kept off line; snapshot and timestamp are signed by a key
that may stand on a server, for a week at a time.
"""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from firmware_tools.sentences import Refused
from firmware_tools.update import release_keeper
from firmware_tools.update.signed_releases import METADATA, ROOT_FILE, TARGETS

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

ROLES = ("root", "targets", "snapshot", "timestamp")
ROOT_KEYS, ROOT_THRESHOLD = 3, 2
_YEAR, _WEEK, STICK = timedelta(days=365), timedelta(days=7), timedelta(days=90)


class Fit(NamedTuple):
    """What a release is for: a board or `any`, an architecture, the least version before it."""

    board: str
    arch: str
    min_from: str = ""


class Repository:
    """One repository folder with its keys."""

    def __init__(self, folder: Path, keys: Path, now: datetime) -> None:
        """Name the places; `now` is aware UTC, to the second."""
        self.folder = folder
        self._metadata = folder / METADATA
        self._keys = keys
        self._now = now.replace(microsecond=0)

    def found(self) -> Path:
        """Make keys and an empty repository; return the root file that gateways pin.

        Raises:
            Refused: something is there already.
        """
        if self._metadata.exists() or self._keys.exists():
            raise Refused("bad_table", source=self.folder, why="a repository or its keys are there")
        self._metadata.mkdir(parents=True)
        (self.folder / TARGETS).mkdir()
        self._keys.mkdir(mode=0o700, parents=True)
        root = Root(expires=self._now + _YEAR, consistent_snapshot=False)
        for name, role in self._key_names():
            signer = CryptoSigner.generate_ed25519()
            _save_key(self._keys / f"{name}.pem", signer)
            root.add_key(signer.public_key, role)
        root.roles["root"].threshold = ROOT_THRESHOLD
        signed = Metadata(root)
        for name in ("root-1", "root-2"):
            signed.sign(self._signer(name), append=True)
        for name in (f"1.{ROOT_FILE}", ROOT_FILE):
            signed.to_file(str(self._metadata / name))
        self._write(Targets(expires=self._now + _YEAR), "targets")
        self._refresh(_WEEK)
        return self._metadata / ROOT_FILE

    def publish(self, release: Path, version: str, fit: Fit) -> str:
        """Pack a release folder and sign it; return the name of its file.

        Raises:
            Refused: its manifest does not hold.
        """
        (release / release_keeper.MANIFEST).write_text(
            json.dumps(release_keeper.manifest(release), indent=1), encoding="utf-8"
        )
        name = f"area-edge-{version}-{fit.board.replace(',', '_')}-{fit.arch}.tar.xz"
        archive = self.folder / TARGETS / name
        archive.write_bytes(_packed(release))
        targets = self._read("targets")
        target = TargetFile.from_file(name, str(archive))
        target.unrecognized_fields["custom"] = {"version": version, **fit._asdict()}
        targets.targets[name] = target
        targets.version += 1
        targets.expires = self._now + _YEAR
        self._write(targets, "targets")
        self._refresh(_WEEK)
        return name

    def bundle(self, stick: Path) -> None:
        """Copy the repository to a stick with a timestamp that lasts a season.

        Raises:
            OSError: the stick does not take it.
        """
        self._refresh(STICK)
        for part in (TARGETS, METADATA):  # metadata last: what it names is there by then
            shutil.copytree(self.folder / part, stick / part, dirs_exist_ok=True)

    def _refresh(self, lasts: timedelta) -> None:
        """Sign snapshot and timestamp anew."""
        snapshot = self._read_or("snapshot", Snapshot(expires=self._now + lasts))
        snapshot.meta["targets.json"] = MetaFile(self._read("targets").version)
        snapshot.expires = self._now + lasts
        self._write(snapshot, "snapshot")
        timestamp = self._read_or("timestamp", Timestamp(expires=self._now + lasts))
        timestamp.snapshot_meta = MetaFile(snapshot.version)
        timestamp.expires = self._now + lasts
        self._write(timestamp, "timestamp")

    def _read(self, role: str) -> Any:
        return Metadata.from_file(str(self._metadata / f"{role}.json")).signed

    def _read_or(self, role: str, first: Any) -> Any:
        if not (self._metadata / f"{role}.json").exists():
            return first
        found = self._read(role)
        found.version += 1
        return found

    def _write(self, signed: Any, role: str) -> None:
        metadata = Metadata(signed)
        metadata.sign(self._signer(role))
        metadata.to_file(str(self._metadata / f"{role}.json"))

    def _signer(self, name: str) -> CryptoSigner:
        file = self._keys / f"{name}.pem"
        try:
            private = serialization.load_pem_private_key(file.read_bytes(), None)
        except (OSError, ValueError) as error:
            raise Refused("bad_table", source=file, why="no signing key can be read") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise Refused("bad_table", source=file, why="no Ed25519 key")
        return CryptoSigner(private)

    @staticmethod
    def _key_names() -> list[tuple[str, str]]:
        roots = [(f"root-{n}", "root") for n in range(1, ROOT_KEYS + 1)]
        return [*roots, *((role, role) for role in ROLES[1:])]


def _save_key(file: Path, signer: CryptoSigner) -> None:
    file.touch(mode=0o600)
    file.write_bytes(signer.private_bytes)


def _packed(folder: Path) -> bytes:
    """Return a folder as an archive; the same folder gives the same bytes."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:xz", preset=3) as archive:
        for path in sorted(folder.rglob("*")):
            archive.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_plain)
    return made.getvalue()


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member
