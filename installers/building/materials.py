"""What a frozen folder is made of: every file of it traced to the package that it came from."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from installers.building import licences
from installers.building.products import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

OURS = "smart-area-suite"
_FONTS = ROOT / "desktop" / "fonts"
# What Windows lends and lets programs carry along: the library of Microsoft's C++.
_MICROSOFT = ("api-ms-win-", "concrt", "msvcp", "ucrtbase", "vccorlib", "vcomp", "vcruntime")


class Material(NamedTuple):
    """One package that went into a product.

    Attributes:
        kind: of its package URL: pypi, deb, or generic for Python itself.
        licence: as its own metadata says; for a Debian package, the name of its copyright file.
        texts: its licence and notice files.
        source: where the source is to be had, in words.
    """

    name: str
    version: str
    kind: str
    licence: str
    texts: tuple[Path, ...]
    source: str

    @property
    def purl(self) -> str:
        """Return its package URL."""
        space = "debian/" if self.kind == "deb" else ""
        return f"pkg:{self.kind}/{space}{self.name}@{quote(self.version, safe=':~')}"

    @property
    def is_copyleft(self) -> bool:
        """Tell whether a user must be able to put another version of it in."""
        copyleft = bool(licences.COPYLEFT.search(self.licence))
        return self.kind == "pypi" and copyleft and self.name != "pyinstaller"  # in no folder


class UnknownOrigin(Exception):
    """A file that would be shipped without anybody knowing whose it is."""


def materials(files: Iterable[Path], work: Path) -> list[Material]:
    """Return the packages that files came from, by name; what is ours is left out.

    Args:
        files: what PyInstaller read.
        work: its own folder; what lies there was made by it.

    Raises:
        UnknownOrigin: names the files that belong to no package.
    """
    found: dict[str, Material] = {"pyinstaller": _of_distribution("pyinstaller")}
    unknown = []
    for file in files:
        if file.is_relative_to(work) or _is_ours(file):
            continue
        material = _origin(file)
        if material is None:
            unknown.append(str(file))
        elif material.name != OURS:
            found[material.name] = material
    if unknown:
        raise UnknownOrigin(f"no package is known to own {', '.join(unknown)}")
    return [found[name] for name in sorted(found, key=str.lower)]


def copyleft_packages() -> list[str]:
    """Return the import names of installed packages that must stay replaceable (LGPL)."""
    names = {
        module
        for module, owners in metadata.packages_distributions().items()
        for owner in owners
        if licences.COPYLEFT.search(licences.licence_of(metadata.distribution(owner)))
    }
    return sorted(name for name in names if name.isidentifier() and name != "PyInstaller")


def _is_ours(file: Path) -> bool:
    """Tell whether it is the suite's own: not the fonts in it, nor an environment that lies in it."""
    if not file.is_relative_to(ROOT) or file.is_relative_to(_FONTS):
        return False
    return not {"site-packages", "dist-packages"}.intersection(file.relative_to(ROOT).parts)


def _origin(file: Path) -> Material | None:
    if owner := _owners().get(_key(file)) or _owners().get(_key(file.resolve())):
        return _of_distribution(owner)
    if file.is_relative_to(_FONTS):
        return _fonts()
    if any(_inside(file, prefix) for prefix in _python_places()):
        return _python()
    if sys.platform == "win32" and file.name.lower().startswith(_MICROSOFT):
        return _microsoft()
    return _of_system(file)


def _key(file: object) -> str:
    return os.path.normcase(str(file))  # Windows does not tell capitals from small letters


def _inside(file: Path, prefix: str) -> bool:
    return file.is_relative_to(prefix) and "site-packages" not in file.parts


@functools.cache
def _python_places() -> tuple[str, ...]:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if sys.base_prefix == "/usr":  # a distribution's: its library lies among all others
        return (f"/usr/lib/{version}", f"/usr/lib/{version.rpartition('.')[0]}")
    return (sys.base_prefix,)


@functools.cache
def _owners() -> dict[str, str]:
    owners: dict[str, str] = {}
    for found in metadata.distributions():
        name = found.name  # reads its metadata: once, not for each file
        owners |= {_key(found.locate_file(file)): name for file in found.files or ()}
    return owners


@functools.cache
def _of_distribution(name: str) -> Material:
    found = metadata.distribution(name)
    where = f"the source of {found.name} {found.version} in the Python package index"
    said, texts = licences.licence_of(found), licences.texts_of(found)
    return Material(found.name, found.version, "pypi", said, texts, where)


def _fonts() -> Material:
    # Its version is what the font says of itself.
    where = "https://github.com/googlefonts/morisawa-biz-ud-gothic"
    texts = (_FONTS / "OFL.txt",)
    return Material("biz-udpgothic", "1.05", "generic", "OFL-1.1", texts, where)


def _microsoft() -> Material:
    licence = "Microsoft Visual C++ Redistributable, distributable code"
    where = "Microsoft; no source is given"
    return Material("microsoft-visual-cpp-runtime", "14", "generic", licence, (), where)


def _python() -> Material:
    version = sys.version.split()[0]
    places = [
        Path(sys.base_prefix) / "lib" / f"python{version.rpartition('.')[0]}" / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        Path(f"/usr/share/doc/python{version.rpartition('.')[0]}/copyright"),
    ]
    texts = tuple(path for path in places if path.is_file())[:1]
    return Material("python", version, "generic", "PSF-2.0", texts, f"CPython {version}")


def _of_system(file: Path) -> Material | None:
    if shutil.which("dpkg-query") is None or not file.is_absolute():
        return None
    places = {
        str(file),
        str(file.resolve()),
        *(str(p).removeprefix("/usr") for p in (file, file.resolve())),
    }
    for place in sorted(places):
        if package := _asked("dpkg-query", "-S", place):
            return _of_debian(package.split(": ")[0].split(",")[0])
    return None


@functools.cache
def _of_debian(package: str) -> Material:
    form = "${source:Package} ${Version}"
    source, version = _asked("dpkg-query", "-W", "-f", form, package).split()
    name = package.partition(":")[0]
    copyright_file = Path(f"/usr/share/doc/{name}/copyright")
    texts = (copyright_file,) if copyright_file.is_file() else ()
    licence = "see its copyright file"
    return Material(
        name, version, "deb", licence, texts, f"Debian source package {source} {version}"
    )


def _asked(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.splitlines()[0].strip() if done.returncode == 0 and done.stdout else ""
