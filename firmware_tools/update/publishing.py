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
from securesystemslib.exceptions import StorageError
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
from tuf.api.serialization import DeserializationError

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.sentences import Refused
from firmware_tools.update import release_keeper
from firmware_tools.update.signed_releases import METADATA, TARGETS
from firmware_tools.update.trust import ROOT_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

ROLES = ("root", "targets", "snapshot", "timestamp")
ROOT_KEYS, ROOT_THRESHOLD = 3, 2
_YEAR, _WEEK, STICK = timedelta(days=365), timedelta(days=7), timedelta(days=90)


_SPARE = 64 << 10  # metadata that is signed anew, names of files
_FOUNDED = Name(en="a repository or its keys are there", ja="リポジトリまたは鍵がすでにあります")
_NO_KEY = Name(
    en="it is no signing key that can be read", ja="署名鍵として読めません(Ed25519 の秘密鍵)"
)
_NO_REPOSITORY = Name(
    en="it is no signed metadata: name the folder that `update found` made",
    ja="署名付きの情報ではありません。`update found` で作ったフォルダーを指定してください",
)


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
            raise Refused("bad_table", source=self.folder, why=_FOUNDED)
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
        self._write_root(signed)
        self._write(Targets(expires=self._now + _YEAR), "targets")
        self._refresh(_WEEK)
        return self._metadata / ROOT_FILE

    def rotate(self, names: Sequence[str]) -> Path:
        """Make a new root with new keys in place of the ones named; with none it is only renewed.

        It is signed by the root before and by itself, so that a gateway comes from the root that it
        pins to this one by itself. Keys that are replaced are moved away; one that is lost may be
        missing, as long as two of the root's keys are at hand.

        Raises:
            Refused: there is no such key, or too few of the root's keys can be read. Nothing is changed.
        """
        known = [name for name, _ in self._key_names()]
        if unknown := [name for name in names if name not in known]:
            why = Name(
                en=f"there is no key {unknown[0]}: {', '.join(known)}",
                ja=f"鍵 {unknown[0]} はありません({', '.join(known)})",
            )
            raise Refused("bad_table", source=self._keys, why=why)
        signers = self._root_signers()
        targets = self._next("targets")
        self._require_signers([role for role in ROLES[1:] if role not in names])
        root: Root = self._read("root")
        root.version += 1
        root.expires = self._now + _YEAR
        new = {name: CryptoSigner.generate_ed25519() for name in dict.fromkeys(names)}
        self._replace_keys(root, new)
        signed = Metadata(root)
        for signer in [*signers, *(new[name] for name in new if name.startswith("root-"))]:
            signed.sign(signer, append=True)
        self._put_keys(new, root.version - 1)
        self._write_root(signed)
        self._write(targets, "targets")
        self._refresh(_WEEK)
        return self._metadata / ROOT_FILE

    def publish(self, release: Path, version: str, fit: Fit) -> str:
        """Pack a release folder and sign it; return the name of its file.

        Raises:
            Refused: there is nothing to publish or no repository, a key is missing, or the version was
                published with other files. Nothing is changed.
        """
        _require_release(release, version)
        targets = self._next("targets")
        self._require_signers(ROLES[1:])
        (release / release_keeper.MANIFEST).write_text(
            json.dumps(release_keeper.manifest(release), indent=1), encoding="utf-8"
        )
        name = f"area-edge-{version}-{fit.board.replace(',', '_')}-{fit.arch}.tar.xz"
        packed = _packed(release)
        target = TargetFile.from_data(name, packed, ["sha256"])
        if (before := targets.targets.get(name)) and before.hashes != target.hashes:
            raise Refused("published", source=self.folder, version=version)
        (self.folder / TARGETS / name).write_bytes(packed)
        target.unrecognized_fields["custom"] = {"version": version, **fit._asdict()}
        targets.targets[name] = target
        self._write(targets, "targets")
        self._refresh(_WEEK)
        return name

    def bundle(self, stick: Path) -> None:
        """Copy the repository to a stick with a timestamp that lasts a season.

        Raises:
            Refused: there is no repository, a key is missing, or there is no room.
            OSError: the stick does not take it.
        """
        self._require_room(stick)
        self._refresh(STICK)
        for part in (TARGETS, METADATA):  # metadata last: what it names is there by then
            shutil.copytree(self.folder / part, stick / part, dirs_exist_ok=True)

    def _require_room(self, stick: Path) -> None:
        """Refuse a stick without room for what is not on it yet, before the first byte."""
        need = _SPARE
        for part in (TARGETS, METADATA):
            for file in (self.folder / part).glob("*"):
                there = stick / part / file.name
                size = file.stat().st_size
                need += 0 if there.is_file() and there.stat().st_size == size else size
        place = next(one for one in (stick, *stick.resolve().parents) if one.is_dir())
        if (free := shutil.disk_usage(place).free) < need:
            raise Refused("disk_full", target=stick, need=need, free=free)

    def _refresh(self, lasts: timedelta) -> None:
        """Sign snapshot and timestamp anew; where a key is missing, neither is."""
        self._require_signers(ROLES[2:])
        snapshot = self._read_or("snapshot", Snapshot(expires=self._now + lasts))
        snapshot.meta["targets.json"] = MetaFile(self._read("targets").version)
        snapshot.expires = self._now + lasts
        self._write(snapshot, "snapshot")
        timestamp = self._read_or("timestamp", Timestamp(expires=self._now + lasts))
        timestamp.snapshot_meta = MetaFile(snapshot.version)
        timestamp.expires = self._now + lasts
        self._write(timestamp, "timestamp")

    def _require_signers(self, roles: Sequence[str]) -> None:
        """Read the keys of some roles before the first of them signs.

        Raises:
            Refused: one cannot be read.
        """
        for role in roles:
            self._signer(role)

    def _root_signers(self) -> list[CryptoSigner]:
        """Return the signers of the root that are at hand, enough of them.

        Raises:
            Refused: they are too few.
        """
        names = [name for name, role in self._key_names() if role == "root"]
        there = [name for name in names if (self._keys / f"{name}.pem").exists()]
        if len(there) < ROOT_THRESHOLD:
            listed = ", ".join(names)
            why = Name(
                en=f"{ROOT_THRESHOLD} of {listed} are needed to sign a root",
                ja=f"ルートの署名には {listed} のうち {ROOT_THRESHOLD} 個が必要です",
            )
            raise Refused("bad_table", source=self._keys, why=why)
        return [self._signer(name) for name in there]

    def _replace_keys(self, root: Root, new: dict[str, CryptoSigner]) -> None:
        """Put the new public keys into a root: a lost root key is one that no key at hand matches."""
        roles = dict(self._key_names())
        for role in {roles[name] for name in new}:
            names = [name for name, its in self._key_names() if its == role]
            kept = [self._signer(name).public_key for name in names if name not in new]
            for old in list(root.roles[role].keyids):
                root.revoke_key(old, role)
            for key in [*kept, *(new[name].public_key for name in names if name in new)]:
                root.add_key(key, role)

    def _put_keys(self, new: dict[str, CryptoSigner], before: int) -> None:
        away = self._keys / f"until-root-{before}"
        for name, signer in new.items():
            file = self._keys / f"{name}.pem"
            if file.exists():
                away.mkdir(mode=0o700, exist_ok=True)
                file.rename(away / file.name)
            _save_key(file, signer)

    def _write_root(self, signed: Metadata[Root]) -> None:
        for name in (f"{signed.signed.version}.{ROOT_FILE}", ROOT_FILE):
            signed.to_file(str(self._metadata / name))

    def _next(self, role: str) -> Any:
        """Return the next version of the targets, good for a year."""
        found = self._read(role)
        found.version += 1
        found.expires = self._now + _YEAR
        return found

    def _read(self, role: str) -> Any:
        file = self._metadata / f"{role}.json"
        try:
            return Metadata.from_file(str(file)).signed
        except (StorageError, DeserializationError) as error:
            raise Refused("bad_table", source=file, why=_NO_REPOSITORY) from error

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
            raise Refused("bad_table", source=file, why=_NO_KEY) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise Refused("bad_table", source=file, why=_NO_KEY)
        return CryptoSigner(private)

    @staticmethod
    def _key_names() -> list[tuple[str, str]]:
        roots = [(f"root-{n}", "root") for n in range(1, ROOT_KEYS + 1)]
        return [*roots, *((role, role) for role in ROLES[1:])]


def _require_release(folder: Path, version: str) -> None:
    """Refuse a folder that holds no release, and a name that no folder can have."""
    if not release_keeper.is_version(version):
        why = Name(
            en="a version has letters, digits and . + ~ -",
            ja="版に使えるのは英数字と . + ~ - です",
        )
        raise Refused("bad_table", source=f"--version {version!r}", why=why)
    try:
        names = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        raise Refused("bad_table", source=folder, why=file_fault(error)) from error
    if not names - {release_keeper.MANIFEST}:
        raise Refused("bad_table", source=folder, why=Name(en="it is empty", ja="空です"))


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
