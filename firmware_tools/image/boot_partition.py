"""Boot partitions: the mounted folder of a card, or the FAT partition inside an image file.

An image is written through mtools, so neither root nor a loop device is needed. `cmdline.txt` comes
last: until it stands, the card boots as if nothing had been written.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firmware_tools.image.first_boot import Generation

CMDLINE = "cmdline.txt"
_SECTOR = 512
_TABLE, _ENTRIES = 446, 4
_FAT_TYPES = {0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E}
_NO_TABLE = Name(en="it has no partition table", ja="パーティション表がありません")
_CUT_SHORT = Name(en="it ends before its last partition does", ja="途中で切れています")
_NO_FAT = Name(en="it has no FAT partition", ja="FAT パーティションがありません")
_SPARE = 64 << 10  # clusters and names of the files
_FIRSTBOOT = "raspberrypi-sys-mods/firstboot"


class Partition(Protocol):
    """Files of a boot partition by their path with `/`."""

    name: str

    def read(self, path: str) -> bytes | None:
        """Return a file, None where there is none."""
        ...

    def write(self, path: str, content: bytes) -> None:
        """Write a file, with the folders that it needs.

        Raises:
            OSError: it cannot be written.
        """
        ...

    def remove(self, path: str) -> None:
        """Remove a file if it is there."""
        ...

    def free(self) -> int:
        """Return how many bytes are free."""
        ...


def partition_of(target: Path) -> Partition:
    """Return the boot partition of a mounted card or an image file.

    Raises:
        Refused: it is none, or one that was cut short.
    """
    found = Mounted(target) if target.is_dir() else ImageFile(target)
    line = found.read(CMDLINE)
    if not line or not line.strip():
        why = Name(en=f"{CMDLINE} is missing or empty", ja=f"{CMDLINE} がないか空です")
        raise Refused("half_card", target=target, why=why)
    if found.read("config.txt") is None:
        why = Name(en="config.txt is missing", ja="config.txt がありません")
        raise Refused("half_card", target=target, why=why)
    return found


def generation_of(partition: Partition) -> Generation:
    """Tell which generation of Raspberry Pi OS a partition starts.

    Raises:
        Refused: it cannot be told.
    """
    if partition.read("user-data") is not None:
        return "trixie"
    if _FIRSTBOOT in (partition.read(CMDLINE) or b"").decode(errors="replace"):
        return "bookworm"
    raise Refused("os_unclear", target=partition.name)


def put(partition: Partition, files: Mapping[str, bytes], line: str) -> None:
    """Write the files, read them back, and only then the line that makes them run.

    Raises:
        Refused: no room, or the card does not keep them; everything is as before then.
    """
    need = sum(map(len, files.values())) + _SPARE
    if (free := partition.free()) < need:
        raise Refused("disk_full", target=partition.name, need=need, free=free)
    wanted = {**files, CMDLINE: line.encode()}
    before = {path: partition.read(path) for path in wanted}
    try:
        for path, content in wanted.items():
            partition.write(path, content)
            if partition.read(path) != content:
                raise OSError(f"{path} reads back otherwise")  # noqa: TRY301 - undone as any other
    except OSError as error:
        _undo(partition, before)
        raise Refused("not_written", target=partition.name, why=file_fault(error)) from error


def missing(partition: Partition, files: Mapping[str, bytes]) -> list[str]:
    """Return the files that a card does not hold as they were written."""
    return [path for path, content in files.items() if partition.read(path) != content]


def _undo(partition: Partition, before: Mapping[str, bytes | None]) -> None:
    for path, content in reversed(list(before.items())):
        if content is None:
            partition.remove(path)
        else:
            partition.write(path, content)


class Mounted:
    """The folder under which a card's boot partition is mounted."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """Return a file, None where there is none."""
        try:
            return (self._folder / path).read_bytes()
        except OSError:
            return None

    def write(self, path: str, content: bytes) -> None:
        """Write a file beside its place, sync it, and move it there."""
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def remove(self, path: str) -> None:
        """Remove a file, and its folder where that is empty then."""
        file = self._folder / path
        file.unlink(missing_ok=True)
        if file.parent != self._folder and not any(file.parent.iterdir()):
            file.parent.rmdir()

    def free(self) -> int:
        """Return how many bytes are free."""
        return shutil.disk_usage(self._folder).free


class ImageFile:
    """The first FAT partition of an image with an MBR, through mtools."""

    def __init__(self, file: Path) -> None:
        """Find the partition.

        Raises:
            Refused: there is none, the image was cut short, or mtools is missing.
        """
        self.name = str(file)
        if shutil.which("mcopy") is None:
            remedy = Name(en="apt install mtools", ja="apt install mtools で入れてください")
            raise Refused("tool_missing", tool="mcopy", remedy=remedy)
        self._drive = f"{file}@@{_offset(file)}"

    def read(self, path: str) -> bytes | None:
        """Return a file, None where there is none."""
        found = self._run("mtype", f"::{path}")
        return found.stdout if found.returncode == 0 else None

    def write(self, path: str, content: bytes) -> None:
        """Write a file, with its folder."""
        folder, _, _ = path.rpartition("/")
        if folder:
            self._run("mmd", "-D", "s", f"::{folder}")
        found = self._run("mcopy", "-o", "-", f"::{path}", given=content)
        if found.returncode:
            raise OSError(found.stderr.decode(errors="replace").strip() or "mcopy failed")

    def remove(self, path: str) -> None:
        """Remove a file, and its folder where that is empty then."""
        self._run("mdel", f"::{path}")
        folder, _, _ = path.rpartition("/")
        if folder:
            self._run("mrd", f"::{folder}")  # refuses where something is left

    def free(self) -> int:
        """Return how many bytes are free."""
        said = self._run("mdir", "::").stdout.decode(errors="replace")
        last = next((line for line in reversed(said.splitlines()) if "bytes free" in line), "")
        digits = "".join(letter for letter in last if letter.isdigit())
        return int(digits or 0)

    def _run(
        self, tool: str, *arguments: str, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        command = [tool, "-i", self._drive, *arguments]
        settings = {**os.environ, "MTOOLS_SKIP_CHECK": "1", "LC_ALL": "C"}
        return subprocess.run(  # noqa: S603 - a fixed program, its arguments are ours
            command, input=given, capture_output=True, check=False, env=settings
        )


def _offset(file: Path) -> int:
    """Return where the first FAT partition begins, in bytes (the MBR's table)."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(_SECTOR)
    except OSError as error:
        raise Refused("half_card", target=file, why=file_fault(error)) from error
    if len(head) < _SECTOR or head[510:] != b"\x55\xaa":
        raise Refused("half_card", target=file, why=_NO_TABLE)
    rows = [head[_TABLE + 16 * n : _TABLE + 16 * (n + 1)] for n in range(_ENTRIES)]
    found = [struct.unpack_from("<BxxxII", row, 4) for row in rows]
    if any((start + count) * _SECTOR > size for kind, start, count in found if kind):
        raise Refused("half_card", target=file, why=_CUT_SHORT)
    starts = [start for kind, start, _ in found if kind in _FAT_TYPES]
    if not starts:
        raise Refused("half_card", target=file, why=_NO_FAT)
    return int(starts[0]) * _SECTOR
