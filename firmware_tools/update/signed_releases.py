"""Signed releases: TUF metadata that says which files are ours, newest and meant for this board.

Everything is checked before the caller writes anything: signatures, age, roll-back, board, version,
room. Sources are a folder (a USB stick) or an address; both give the same answers.
"""

from __future__ import annotations

import contextlib
import logging
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from tuf.api import exceptions
from tuf.ngclient import FetcherInterface, Updater
from typing_extensions import override

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.sentences import Refused, Unreachable
from firmware_tools.update import release_keeper
from firmware_tools.update.trust import copy_seen, pinned, remember

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tuf.api.metadata import TargetFile

# Every failed try would be told on the way; what came of them all is an exception.
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)

METADATA, TARGETS = "metadata", "targets"
_CHUNK = 1 << 16
_MOST_BYTES = 1 << 30  # unpacked
_UNPACKED = 4  # times the size of the archive, with room for the copy


@dataclass(frozen=True, slots=True)
class Machine:
    """What an update is put on.

    Attributes:
        boards: names of the board, the most exact first (device tree `compatible`).
        arch: as dpkg names it.
        installed: the version that runs, empty where none does.
    """

    boards: tuple[str, ...]
    arch: str
    installed: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """A release that may be installed: its archive was checked against its signatures."""

    version: str
    archive: Path
    folder: Path


class Stick(FetcherInterface):
    """Files below one folder, as if it were a server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    @override
    def _fetch(self, url: str) -> Iterator[bytes]:
        path = (self._folder / unquote(urlsplit(url).path).lstrip("/")).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise exceptions.DownloadHTTPError(f"{path.name} is not there", 404)
        return _chunks(path)


@contextlib.contextmanager
def checked(
    source: str, trust: Path, machine: Machine, version: str, root: Path
) -> Iterator[Release]:
    """Give a release of a source, unpacked in a temporary folder, once everything was checked.

    Args:
        source: folder of a bundle, or address of a repository.
        trust: folder with `root.json`, which came with the package, and what was seen since.
        machine: what it is for.
        version: which; empty takes the newest that fits.
        root: where it will be installed; there must be room.

    Raises:
        Refused: it may not be installed; says why. Nothing was written to `root`.
        Unreachable: the address does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="area-update-") as name:
        stage = Path(name)
        with _explained(source):
            updater = _updater(source, trust, stage)
            updater.refresh()
            found = _choose(updater, source, machine, version)
            _check_fit(found, source, machine)
            _check_room(found, root)
            archive = Path(updater.download_target(found))
        folder = stage / "release"
        _unpack(archive, folder, source)
        remember(stage / METADATA, trust)
        yield Release(str(_custom(found)["version"]), archive, folder)


def releases(source: str, trust: Path) -> list[dict[str, Any]]:
    """Return what a source offers, each with version, board, arch and the least version before.

    Raises:
        Refused: it is not to be trusted; Unreachable: the address does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="area-update-") as name, _explained(source):
        updater = _updater(source, trust, Path(name))
        updater.refresh()
        return [{"file": path, **_custom(one)} for path, one in sorted(_targets(updater).items())]


def newer(version: str, than: str) -> bool:
    """Tell whether a version is newer: numbers by their value, a pre-release (~) before its release."""
    return _order(version) > _order(than)


def _updater(source: str, trust: Path, stage: Path) -> Updater:
    metadata, targets = stage / METADATA, stage / TARGETS
    targets.mkdir()
    root = pinned(trust, source)
    copy_seen(trust, metadata)
    is_address = source.startswith(("http://", "https://"))
    base = source.rstrip("/") if is_address else "file://"
    fetcher = None if is_address else Stick(Path(source))
    return Updater(
        str(metadata),
        f"{base}/{METADATA}/",
        str(targets),
        f"{base}/{TARGETS}/",
        fetcher,
        bootstrap=root,
    )


def _targets(updater: Updater) -> dict[str, TargetFile]:
    return updater._trusted_set.targets.targets  # noqa: SLF001 - the updater lists nothing itself


def _choose(updater: Updater, source: str, machine: Machine, version: str) -> TargetFile:
    found = list(_targets(updater).values())
    wanted = [one for one in found if not version or _custom(one).get("version") == version]
    if not wanted:
        why = Name(
            en=f"no version {version}" if version else "it is empty",
            ja=f"{version} がありません" if version else "空です",
        )
        raise Refused("no_release", source=source, why=why)
    fitting = [one for one in wanted if _fits(one, machine)]
    if not fitting:
        boards = sorted({f"{_custom(one)['board']} ({_custom(one)['arch']})" for one in wanted})
        here = f"{machine.boards[0]} ({machine.arch})"
        raise Refused("wrong_board", source=source, wanted=", ".join(boards), found=here)
    return max(fitting, key=lambda one: _order(str(_custom(one)["version"])))


def _fits(target: TargetFile, machine: Machine) -> bool:
    custom = _custom(target)
    return custom.get("arch") == machine.arch and custom.get("board") in {*machine.boards, "any"}


def _check_fit(target: TargetFile, source: str, machine: Machine) -> None:
    custom, here = _custom(target), machine.installed
    version, least = str(custom["version"]), str(custom.get("min_from") or "")
    if here and not newer(version, here):
        raise Refused("older_version", source=source, version=version, found=here)
    if here and least and newer(least, here):
        raise Refused("too_old", source=source, least=least, found=here)


def _check_room(target: TargetFile, root: Path) -> None:
    need = target.length * _UNPACKED
    try:
        free = release_keeper.free_bytes(root)
    except OSError as error:
        facts = {"version": _custom(target)["version"], "root": root}
        raise Refused("not_installed", **facts, why=file_fault(error)) from error
    if free < need:
        raise Refused("disk_full", target=root, need=need, free=free)


def _custom(target: TargetFile) -> dict[str, Any]:
    found = target.unrecognized_fields.get("custom")
    return found if isinstance(found, dict) else {}


@contextlib.contextmanager
def _explained(source: str) -> Iterator[None]:
    """Turn what TUF finds wrong into our sentences; its own words are a detail for who issues releases."""
    try:
        yield
    except exceptions.RepositoryError as error:
        code = next(code for kind, code in _CODES if isinstance(error, kind))
        raise Refused(code, source=source, why=Name(en=str(error), ja=_DETAILS[code])) from error
    except exceptions.DownloadHTTPError as error:
        raise _not_there(source, error) from error
    except exceptions.DownloadLengthMismatchError as error:
        raise Refused("tampered", source=source, why=_TOO_LONG) from error
    except exceptions.DownloadError as error:
        raise Unreachable("source_silent", source=source, why=_NO_ANSWER) from error
    except OSError as error:
        raise Refused("no_release", source=source, why=file_fault(error)) from error


def _not_there(source: str, error: exceptions.DownloadHTTPError) -> Refused:
    if error.status_code >= _SERVER_ERROR:
        status = Name(en=f"status {error.status_code}", ja=f"状態 {error.status_code}")
        return Unreachable("source_silent", source=source, why=status)
    return Refused("no_release", source=source, why=_NO_FILES)


_SERVER_ERROR = 500
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.BadVersionNumberError, "rolled_back_metadata"),
    (exceptions.UnsignedMetadataError, "unsigned"),
    (exceptions.ExpiredMetadataError, "expired"),
    (exceptions.RepositoryError, "tampered"),
)
_DETAILS = {
    "rolled_back_metadata": "版番号が以前より小さい",
    "unsigned": "有効な署名が足りません",
    "expired": "有効期限切れ",
    "tampered": "ハッシュが違うか、壊れています",
}
_TOO_LONG = Name(
    en="a file is longer than what was signed", ja="署名されたものより長いファイルです"
)
_NO_ANSWER = Name(en="no connection", ja="接続できません")
_NO_FILES = Name(en="it has no signed metadata", ja="署名付きの情報がありません")
_REACHES_OUT = Name(en="its archive reaches outside", ja="書庫が外の場所を指しています")


def _unpack(archive: Path, folder: Path, source: str) -> None:
    """Unpack what was signed, and still nothing that would reach outside (Python 3.11.2 has no filter)."""
    folder.mkdir()
    try:
        with tarfile.open(archive) as opened:
            members = opened.getmembers()
            if sum(one.size for one in members) > _MOST_BYTES or not all(map(_harmless, members)):
                raise Refused("tampered", source=source, why=_REACHES_OUT)
            for member in members:
                member.mode &= 0o755
                opened.extract(member, folder, set_attrs=True)
    except (tarfile.TarError, EOFError) as error:
        why = Name(en=f"its archive is broken: {error}", ja="書庫が壊れています")
        raise Refused("tampered", source=source, why=why) from error
    try:
        release_keeper.check(folder)
    except release_keeper.BadRelease as error:
        why = Name(en=str(error), ja="ファイルが内容一覧と一致しません")
        raise Refused("tampered", source=source, why=why) from error


def _harmless(member: tarfile.TarInfo) -> bool:
    path = Path(member.name)
    inside = not path.is_absolute() and ".." not in path.parts
    if member.issym():
        target = Path(member.linkname)
        return inside and not target.is_absolute() and ".." not in target.parts
    return inside and (member.isfile() or member.isdir())


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _order(version: str) -> tuple[tuple[int, int | str], ...]:
    parts: list[tuple[int, int | str]] = []
    text = version.replace("~", ".~.").replace("+", ".").replace("-", ".")
    for part in text.split("."):
        if part == "~":
            parts.append((-1, ""))
        elif part:
            parts.append((1, int(part)) if part.isdigit() else (2, part))
    return (*parts, (0, ""))
