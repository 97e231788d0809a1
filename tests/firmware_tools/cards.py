"""Boot partitions as Raspberry Pi OS brings them, made by mkfs.vfat: an image and a folder."""

from __future__ import annotations

import io
import struct
import subprocess
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SECTOR, START, BLOCKS = 512, 8192, 8192  # a 4 MiB FAT partition behind 4 MiB
LINES = {
    "bookworm": (
        "console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes "
        "rootwait quiet init=/usr/lib/raspberrypi-sys-mods/firstboot\n"
    ),
    "trixie": (
        "console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes "
        "rootwait resize cfg80211.ieee80211_regdom=JP\n"
    ),
}


def shipped(generation: str) -> dict[str, bytes]:
    """Return the files of a new card."""
    found = {"cmdline.txt": LINES[generation].encode(), "config.txt": b"arm_64bit=1\n"}
    if generation == "trixie":
        found["user-data"] = b"#cloud-config\n# put yours here\n"
    return found


def folder(path: Path, generation: str) -> Path:
    path.mkdir()
    for name, content in shipped(generation).items():
        (path / name).write_bytes(content)
    return path


def image(path: Path, generation: str) -> Path:
    head = bytearray(START * SECTOR)
    struct.pack_into("<BxxxII", head, 446 + 4, 0x0C, START, BLOCKS)
    head[510:512] = b"\x55\xaa"
    path.write_bytes(bytes(head) + bytes(BLOCKS * SECTOR))
    offset = ("--offset", str(START), path, str(BLOCKS // 2))
    subprocess.run(
        ["/usr/sbin/mkfs.vfat", "-n", "bootfs", *offset], check=True, capture_output=True
    )
    for name, content in shipped(generation).items():
        drive = f"{path}@@{START * SECTOR}"
        copy = ["/usr/bin/mcopy", "-i", drive, "-", f"::{name}"]
        subprocess.run(copy, input=content, check=True)
    return path


def package(path: Path, size: int = 0, name: str = "area-edge", arch: str = "arm64") -> Path:
    """Make a Debian package whose data has `size` bytes (deb(5): an ar archive of three members)."""
    text = f"Package: {name}\nVersion: 0.1.0\nArchitecture: {arch}\n".encode()
    control = io.BytesIO()
    with tarfile.open(fileobj=control, mode="w:xz") as archive:
        entry = tarfile.TarInfo("./control")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": control.getvalue(),
        "data.tar": bytes(size),
    }
    made = b"!<arch>\n"
    for member, content in members.items():
        head = f"{member:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n"
        made += head.encode() + content + b"\n" * (len(content) % 2)
    path.write_bytes(made)
    return path
