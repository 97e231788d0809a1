"""Builds packages below dist/: `python -m installers.building`, which `make package` runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from installers.building import archives
from installers.building.debian import SERVICES, architecture, build_package, debian_version
from installers.building.freezing import freeze
from installers.building.materials import UnknownOrigin
from installers.building.products import DIST, PRODUCTS


def main(arguments: list[str] | None = None) -> int:
    """Build what the command line asks for; return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        key = archives.signing_key(asked.sign_key) if asked.sign_key else None
        made = [_build(name) for name in asked.product or PRODUCTS]
    except (archives.CannotBuild, UnknownOrigin) as error:
        _say(str(error))
        return 1
    archives.write_sums(DIST, _packages(), key)
    for path in made:
        _say(f"{path.stat().st_size / 2**20:7.1f} MiB  {path.relative_to(DIST.parent)}")
    if key is None:
        _say("unsigned: --sign-key FILE (make package SIGN_KEY=FILE) signs the checksums")
    return 0


def _build(name: str) -> Path:
    _say(f"{name}: freezing, this takes a minute or more")
    frozen = freeze(PRODUCTS[name])
    _say(f"{name}: packing")
    if name in SERVICES:
        return build_package(SERVICES[name], frozen)
    inside = f"{name}-{debian_version()}"
    return archives.pack(frozen, DIST / f"{inside}-linux-{architecture()}.tar.xz", inside)


def _packages() -> list[Path]:
    return [*DIST.glob("*.deb"), *DIST.glob("*.tar.xz")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make package", description=__doc__)
    parser.add_argument("--product", action="append", choices=PRODUCTS, help="only this one")
    parser.add_argument(
        "--sign-key", type=Path, help="Ed25519 key, PEM, to sign the checksums with"
    )
    return parser


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
