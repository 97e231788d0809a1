"""What a frozen folder is made of: every file of it traced to the package that it came from."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from installers.building.products import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

OURS = "smart-area-suite"
_TEXTS = re.compile(r"(licen[cs]e|copying|copyright|notice|authors)", re.IGNORECASE)
_COPYLEFT = re.compile(r"GPL|GNU (Lesser|General)")
_COMMON = Path("/usr/share/common-licenses")


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
        return self.kind == "pypi" and bool(_COPYLEFT.search(self.licence))


class UnknownOrigin(Exception):
    """A file that would be shipped without anybody knowing whose it is."""


def materials(files: Iterable[Path], work: Path) -> list[Material]:
    """Return the packages that files came from, by name; our own are left out.

    Args:
        files: what PyInstaller read.
        work: its own folder; what lies there was made by it.

    Raises:
        UnknownOrigin: names the files that belong to no package.
    """
    found: dict[str, Material] = {"pyinstaller": _of_distribution("pyinstaller")}
    unknown = []
    for file in files:
        if file.is_relative_to(ROOT) or file.is_relative_to(work):
            continue
        material = _origin(file)
        if material is None:
            unknown.append(str(file))
        else:
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
        if _COPYLEFT.search(_licence(metadata.distribution(owner)))
    }
    return sorted(name for name in names if name.isidentifier() and name != "PyInstaller")


def _origin(file: Path) -> Material | None:
    if owner := _owners().get(str(file)) or _owners().get(str(file.resolve())):
        return _of_distribution(owner)
    if any(_inside(file, prefix) for prefix in _python_places()):
        return _python()
    return _of_system(file)


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
        owners |= {str(found.locate_file(file)): name for file in found.files or ()}
    return owners


@functools.cache
def _of_distribution(name: str) -> Material:
    found = metadata.distribution(name)
    texts = tuple(
        path
        for file in found.files or ()
        if ".dist-info" in str(file) and _TEXTS.search(file.name)
        if (path := Path(str(found.locate_file(file)))).is_file()
    )
    where = f"the source of {found.name} {found.version} in the Python package index"
    return Material(found.name, found.version, "pypi", _licence(found), texts, where)


def _licence(found: metadata.Distribution) -> str:
    """Return what a package says of its licence: an SPDX expression, else the trove's names."""
    said = found.metadata
    if "License-Expression" in said:
        return said["License-Expression"]
    names = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if "Lic" in one]
    if names := [one for one in names if one != "OSI Approved"]:
        return ", ".join(names)
    if "License" in said and (words := said["License"].strip()):
        return words.splitlines()[0]
    return "see its licence text"


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
    if shutil.which("dpkg-query") is None:
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


def common_texts(found: Iterable[Material]) -> list[Path]:
    """Return the texts that copyleft notices and Debian's copyright files refer to."""
    needed = set()
    for material in found:
        words = " ".join(path.read_text("utf-8", "replace") for path in material.texts)
        words += material.licence
        needed |= {name for name in ("LGPL-2.1", "LGPL-3", "GPL-2", "GPL-3") if _names(words, name)}
        needed |= {"LGPL-3", "GPL-3"} if material.is_copyleft else set()
    return [_COMMON / name for name in sorted(needed) if (_COMMON / name).exists()]


def _names(words: str, licence: str) -> bool:
    return (
        re.search(rf"common-licenses/{re.escape(licence)}\b|{re.escape(licence)}\b", words)
        is not None
    )
