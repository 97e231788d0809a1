"""A release as a system package carries it: unpacked, looked at, and put in place by the keeper.

Standard library only, as the keeper is.
"""

from __future__ import annotations

import lzma
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmware_tools.update.release_keeper import KEPT, BadRelease, Keeper, check, manifest, problem

if TYPE_CHECKING:
    from collections.abc import Mapping


def install_package(
    keeper: Keeper, archive: Path, version: str, status: Mapping[str, Any] | None = None
) -> None:
    """Put the release that a system package carries in place; the same one again changes nothing.

    Whoever installs a package has asked for just this version: one that is on trial gives way, and
    it may be the one to fall back to. The very first release is kept at once.

    Raises:
        BadRelease, OSError: as of `Keeper.install`; also where the archive is not sound.
    """
    keeper.root.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".package-", dir=keeper.root) as name:
        stage = Path(name)
        _unpack(archive, stage)
        check(stage)
        keeper.settle(f"version {version} was installed instead")
        if _same(keeper.releases / keeper.running(), stage):
            return
        if _same(keeper.releases / version, stage) and version == keeper.state().get("previous"):
            keeper.roll_back(f"version {version} was installed as a package")
            return
        keeper.install(stage, _free_name(keeper, version), status)
    if not keeper.state().get("previous"):
        keeper.commit()


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive that reaches nowhere else (Python 3.11.2 has no filter for that)."""
    try:
        with tarfile.open(archive) as opened:
            members = opened.getmembers()
            if reaching := [one.name for one in members if not _stays_inside(one)]:
                raise BadRelease(f"{archive.name} reaches outside with {reaching[0]}")
            for member in members:
                member.mode &= 0o755
                opened.extract(member, folder)
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise BadRelease(f"{archive.name} cannot be unpacked: {error}") from error


def _stays_inside(member: tarfile.TarInfo) -> bool:
    paths = [Path(member.name), Path(member.linkname if member.issym() else ".")]
    plain = member.isfile() or member.isdir() or member.issym()
    return plain and not any(path.is_absolute() or ".." in path.parts for path in paths)


def _same(installed: Path, offered: Path) -> bool:
    return not problem(installed) and manifest(installed) == manifest(offered)


def _free_name(keeper: Keeper, version: str) -> str:
    """Return the version, or one with +2, +3 where that place is in use or damaged."""
    named = {keeper.running(), keeper.state().get("previous")}
    names = (version if count == 1 else f"{version}+{count}" for count in range(1, KEPT + 2))
    return next(name for name in names if name not in named)
