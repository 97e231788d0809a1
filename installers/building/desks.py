"""How the console is wrapped for a desk: tar with an installer, Windows setup, macOS disk image."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from installers.building import archives
from installers.building.papers import BILL, LICENCES
from installers.building.products import DIST, FROZEN, ROOT, version

if TYPE_CHECKING:
    from pathlib import Path

_INSTALLERS = ROOT / "installers"
APP = "Smart Area Console.app"


def wrap(name: str, frozen: Path) -> Path:
    """Make one file of a frozen console for the system that it was frozen on; return it."""
    if sys.platform == "win32":
        return _setup(name, frozen)
    if sys.platform == "darwin":
        return _disk_image(name, frozen)
    return _archive(name, frozen)


def four_numbers(version: str) -> str:
    """Return a version as Windows orders them: four numbers, a pre-release is as its release."""
    [numbers] = re.findall(r"^\d+(?:\.\d+){0,3}", version)
    return ".".join([*numbers.split("."), "0", "0", "0"][:4])


def _archive(name: str, frozen: Path) -> Path:
    linux = _INSTALLERS / "linux"
    (frozen / "share").mkdir(exist_ok=True)
    shutil.copy(linux / "install.sh", frozen / "install.sh")
    for part in (f"{name}.desktop", f"{name}.svg"):
        shutil.copyfile(linux / part, frozen / "share" / part)
    inside = f"{name}-{version()}"
    return archives.pack(frozen, DIST / f"{inside}-linux-{platform.machine()}.tar.xz", inside)


def _setup(name: str, frozen: Path) -> Path:
    setup = DIST / f"{name}-{version()}-setup.exe"
    words = [f"-DVERSION={version()}", f"-DNUMBERS={four_numbers(version())}"]
    words += [f"-DPAYLOAD={frozen}", f"-DOUTFILE={setup}"]
    recipe = str(_INSTALLERS / "windows" / "console.nsi")
    subprocess.run([archives.require("makensis", "nsis"), "-V2", *words, recipe], check=True)
    return setup


def _disk_image(name: str, frozen: Path) -> Path:
    app = FROZEN / APP
    papers = app / "Contents" / "Resources"
    shutil.copytree(frozen / LICENCES, papers / LICENCES, dirs_exist_ok=True)
    shutil.copyfile(frozen / BILL, papers / BILL)
    # "-" signs for this machine only; a name from outside is that of a developer's certificate.
    identity = os.environ.get("CODESIGN_IDENTITY", "-")
    sign = [archives.require("codesign", "Xcode"), "--force", "--deep", "--sign", identity]
    subprocess.run([*sign, str(app)], check=True)
    image = DIST / f"{name}-{version()}-macos-{platform.machine()}.dmg"
    make = [archives.require("hdiutil", "macOS"), "create", "-ov", "-srcfolder", str(app)]
    subprocess.run([*make, "-volname", "Smart Area Console", str(image)], check=True)
    return image
