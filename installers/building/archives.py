"""Archives and checksums: the same files give the same bytes; signatures by a key from outside."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware_tools.update import release_keeper
from installers.building.products import source_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"


class CannotBuild(Exception):
    """Something from outside is missing or wrong; says what to do."""


def write_manifest(folder: Path) -> None:
    """Write down what every file of a release is, as the keeper of releases checks it."""
    text = json.dumps(release_keeper.manifest(folder), indent=1)
    (folder / release_keeper.MANIFEST).write_text(text, encoding="utf-8")


def pack(folder: Path, archive: Path, inside: str = ".") -> Path:
    """Pack a folder as tar.xz; `inside` names the folder that it unpacks to."""
    tar = require("tar", "tar")
    order = [
        "--sort=name",
        f"--mtime=@{source_date()}",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
    ]
    # Two threads, whatever the machine has: the number of blocks is part of the bytes.
    packer = f"{require('xz', 'xz-utils')} -6 -T2"
    shape = ["--format=gnu", "--mode=go=rX,u+rw,a-s", f"--transform=flags=r;s,^\\.,{inside},"]
    subprocess.run(
        [tar, *order, *shape, "-I", packer, "-cf", str(archive), "-C", str(folder), "."], check=True
    )
    return archive


def require(program: str, package: str) -> str:
    """Return the path of a program.

    Raises:
        CannotBuild: it is not on this machine.
    """
    found = shutil.which(program)
    if found is None:
        raise CannotBuild(f"{program} is needed: install the package {package}")
    return found


def signing_key(file: Path) -> Ed25519PrivateKey:
    """Read a key made by `openssl genpkey -algorithm ed25519`.

    Raises:
        CannotBuild: it cannot be used.
    """
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise CannotBuild(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CannotBuild(f"{file} is no key without a password: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotBuild(f"{file} is no Ed25519 key: openssl genpkey -algorithm ed25519 makes one")
    return key


def write_sums(folder: Path, files: Iterable[Path], key: Ed25519PrivateKey | None) -> None:
    """Write the checksums of files as sha256sum does, and sign them where there is a key."""
    rows = [f"{_digest(path)}  {path.name}\n" for path in sorted(files)]
    sums, signature = folder / SUMS, folder / SIGNATURE
    sums.write_text("".join(rows), encoding="ascii")
    signature.unlink(missing_ok=True)
    if key:
        signature.write_bytes(key.sign(sums.read_bytes()))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
