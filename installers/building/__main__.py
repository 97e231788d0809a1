"""Builds packages below dist/: `python -m installers.building`, which `make package` runs."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from installers.building import archives
from installers.building.debian import SERVICES, build_package
from installers.building.desks import wrap
from installers.building.freezing import freeze
from installers.building.materials import UnknownOrigin
from installers.building.products import DIST, PRODUCTS

_ENDINGS = (".deb", ".tar.xz", ".exe", ".dmg")


def main(arguments: list[str] | None = None) -> int:
    """Build what the command line asks for; return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        key = archives.signing_key(asked.sign_key) if asked.sign_key else None
        names = [] if asked.sums_only else asked.product or PRODUCTS
        made = [_build(name, asked.trust_root) for name in names]
    except (archives.CannotBuild, UnknownOrigin) as error:
        _say(str(error))
        return 1
    except subprocess.CalledProcessError as error:
        _say(f"{' '.join(error.cmd[:3])} ... ended with status {error.returncode}: see above")
        return 1
    archives.write_sums(DIST, _packages(), key)
    for path in made:
        _say(f"{path.stat().st_size / 2**20:7.1f} MiB  {path.relative_to(DIST.parent)}")
    if key is None:
        _say("unsigned: --sign-key FILE (make package SIGN_KEY=FILE) signs the checksums")
    return 0


def _build(name: str, root: Path | None) -> Path:
    _say(f"{name}: freezing, this takes a minute or more")
    frozen = freeze(PRODUCTS[name])
    _say(f"{name}: packing")
    if name in SERVICES:
        return build_package(SERVICES[name], frozen, root=root)
    return wrap(name, frozen)


def _packages() -> list[Path]:
    return [path for ending in _ENDINGS for path in DIST.glob(f"*{ending}")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make package", description=__doc__)
    parser.add_argument("--product", action="append", choices=PRODUCTS, help="only this one")
    parser.add_argument(
        "--sign-key", type=Path, help="Ed25519 key, PEM, to sign the checksums with"
    )
    parser.add_argument(
        "--trust-root", type=_file, help="root.json of a repository, for gateways to pin"
    )
    parser.add_argument(
        "--sums-only", action="store_true", help="build nothing, sum what is in dist"
    )
    return parser


def _file(name: str) -> Path:
    if not Path(name).is_file():
        raise argparse.ArgumentTypeError(f"{name} is no file")
    return Path(name)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
