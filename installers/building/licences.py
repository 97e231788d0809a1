"""Licences of packages: what each says of itself, and the texts that must go along."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from installers.building.products import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib import metadata

COPYLEFT = re.compile(r"GPL|GNU (Lesser|General)")
_TEXTS = re.compile(r"(licen[cs]e|copying|copyright|notice|authors)", re.IGNORECASE)
_COMMON = Path("/usr/share/common-licenses")
# Texts that packages leave out of their wheels, and those of the GNU project: no system but Debian
# has these at hand.
_OWN = ROOT / "installers" / "licences"
# Their metadata says less than their licence texts do.
_SAID_BETTER = {"pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception"}


def licence_of(found: metadata.Distribution) -> str:
    """Return what a package says of its licence: an SPDX expression, else the trove's names."""
    said = found.metadata
    if found.name in _SAID_BETTER:
        return _SAID_BETTER[found.name]
    if "License-Expression" in said:
        return said["License-Expression"]
    names = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if "Lic" in one]
    if names := [one for one in names if one != "OSI Approved"]:
        return ", ".join(names)
    if "License" in said and (words := said["License"].strip()):
        return words.splitlines()[0]
    return "see its licence text"


def texts_of(found: metadata.Distribution) -> tuple[Path, ...]:
    """Return the licence and notice files of a package: its own, else those kept here for it."""
    texts = [
        path
        for file in found.files or ()
        if ".dist-info" in str(file) and _TEXTS.search(file.name)
        if (path := Path(str(found.locate_file(file)))).is_file()
    ]
    return tuple(texts or sorted((_OWN / found.name.lower()).glob("*")))


def common_texts(words: Iterable[str]) -> list[Path]:
    """Return the texts that licences and Debian's copyright files refer to by name.

    Args:
        words: of each package, its licence and the texts that it brings.
    """
    needed: set[str] = set()
    for one in words:
        needed |= {name.rstrip(".") for name in re.findall(r"common-licenses/([\w.-]+)", one)}
        needed |= {name for name in _names_here() if re.search(rf"\b{re.escape(name)}\b", one)}
        needed |= {"LGPL-3", "GPL-3"} if COPYLEFT.search(one) else set()
    return [text for name in sorted(needed) if (text := _text(name)).is_file()]


def _names_here() -> list[str]:
    return [path.name for path in _OWN.iterdir() if path.is_file()]


def _text(name: str) -> Path:
    return _OWN / name if (_OWN / name).is_file() else _COMMON / name
