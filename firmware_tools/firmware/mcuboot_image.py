"""MCUboot images: taken apart and checked on this machine before a byte is sent to a device.

Layout: docs.mcuboot.com/design.html. Header, payload, protected TLVs, TLVs; the hash covers all but
the last, the signature covers the hash. Boot loaders without a key check the hash only.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = 0x96F3B83D
_HEADER = struct.Struct("<IIHHIIBBHI")
_INFO, _PROTECTED = 0x6907, 0x6908
_ENTRY = struct.Struct("<HH")
_SHA256, _ED25519, _ECDSA = 0x10, 0x24, 0x22
BOARD_TLV = 0x00A1  # of the vendor's range; `imgtool sign --custom-tlv 0x00a1 <board>`


_EMPTY = Name(en="it is empty", ja="空です")
_CUT_SHORT = Name(en="it is cut short", ja="途中で切れています")
_NO_IMAGE = Name(en="it does not begin as an MCUboot image", ja="MCUboot のイメージではありません")
_CHANGED = Name(
    en="its hash does not hold: it was damaged or changed",
    ja="ハッシュが一致しません。壊れているか、変更されています",
)
_NO_KEY = Name(en="it is no public key (PEM)", ja="公開鍵(PEM)ではありません")
_OTHER_KIND = Name(
    en="it has no signature of this kind of key", ja="この種類の鍵による署名がありません"
)
_OTHER_KEY = Name(en="the signature is not that of the key", ja="別の鍵による署名です")


class _Unsound(Exception):
    """What is wrong with an image, in both languages."""

    def __init__(self, why: Name) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class Image:
    """One image.

    Attributes:
        version: major, minor, revision, build.
        digest: the hash that the device shows it by.
        board: what it was signed for, empty where it does not say.
    """

    name: str
    content: bytes
    version: tuple[int, int, int, int]
    digest: bytes
    board: str
    signature: bytes
    kind: int

    @property
    def version_text(self) -> str:
        """Return the version as imgtool writes it."""
        major, minor, revision, build = self.version
        return f"{major}.{minor}.{revision}" + (f"+{build}" if build else "")


def read(file: Path) -> Image:
    """Take an image apart and check its hash.

    Raises:
        Refused: it is none, cut short, or its hash does not hold.
    """
    try:
        content = file.read_bytes()
        return _parsed(file.name, content)
    except OSError as error:
        raise Refused("bad_firmware", source=file, why=file_fault(error)) from error
    except _Unsound as error:
        raise Refused("bad_firmware", source=file, why=error.why) from error


def verify(image: Image, key_file: Path) -> None:
    """Check an image's signature with a public key (PEM; Ed25519 or ECDSA P-256).

    Raises:
        Refused: it is not signed by that key, or the key cannot be read.
    """
    try:
        key = serialization.load_pem_public_key(key_file.read_bytes())
    except OSError as error:
        raise Refused("bad_table", source=key_file, why=file_fault(error)) from error
    except ValueError as error:
        raise Refused("bad_table", source=key_file, why=_NO_KEY) from error
    try:
        if isinstance(key, Ed25519PublicKey) and image.kind == _ED25519:
            key.verify(image.signature, image.digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and image.kind == _ECDSA:
            digest = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
            key.verify(image.signature, image.digest, digest)
        else:
            raise Refused("unsigned", source=image.name, why=_OTHER_KIND)
    except InvalidSignature as error:
        raise Refused("unsigned", source=image.name, why=_OTHER_KEY) from error


def check_board(image: Image, board: str) -> None:
    """Check that an image is for a board.

    Raises:
        Refused: it is for another one, or does not say.
    """
    if image.board != board:
        raise Refused("wrong_board", source=image.name, wanted=image.board or "-", found=board)


def check_version(image: Image, installed: str) -> None:
    """Check that an image is newer than what a device runs.

    Raises:
        Refused: it is older or the same.
    """
    if image.version <= version_of(installed):
        facts = {"version": image.version_text, "found": installed}
        raise Refused("older_version", source=image.name, **facts)


def version_of(text: str) -> tuple[int, int, int, int]:
    """Read a version as devices tell it: `1.2.3`, `1.2.3+4` or `1.2.3.4`; zeros where it is none."""
    parts = [int(part) if part.isdigit() else 0 for part in text.replace("+", ".").split(".")]
    padded = [*parts, 0, 0, 0, 0]
    return padded[0], padded[1], padded[2], padded[3]


def _parsed(name: str, content: bytes) -> Image:
    fields = _unpacked(_HEADER, content, 0)
    magic, _, header, protected, size, _, *version = fields
    if magic != _MAGIC:
        raise _Unsound(_NO_IMAGE)
    end = header + size
    guarded = _tlvs(content, end, _PROTECTED) if protected else {}
    entries = _tlvs(content, end + protected, _INFO)
    digest = hashlib.sha256(content[: end + protected]).digest()
    if entries.get(_SHA256) != digest:
        raise _Unsound(_CHANGED)
    kind = next((kind for kind in (_ED25519, _ECDSA) if kind in entries), 0)
    board = guarded.get(BOARD_TLV, b"").decode("ascii", "replace").strip("\0")
    major, minor, revision, build = version[:4]
    numbers = (major, minor, revision, build)
    return Image(name, content, numbers, digest, board, entries.get(kind, b""), kind)


def _unpacked(form: struct.Struct, content: bytes, at: int) -> tuple[int, ...]:
    if at + form.size > len(content):
        raise _Unsound(_CUT_SHORT if content else _EMPTY)
    return form.unpack_from(content, at)


def _tlvs(content: bytes, at: int, magic: int) -> dict[int, bytes]:
    found, total = _unpacked(_ENTRY, content, at)
    if found != magic or at + total > len(content):
        raise _Unsound(_CUT_SHORT)
    entries: dict[int, bytes] = {}
    place, end = at + _ENTRY.size, at + total
    while place < end:
        kind, length = _unpacked(_ENTRY, content, place)
        place += _ENTRY.size
        entries[kind] = content[place : place + length]
        place += length
    return entries
