"""The three products that are frozen: which programs each one has, and what it leaves out."""

from __future__ import annotations

import os
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
FROZEN = DIST / "frozen"

# GPL-3 libraries that the standard library would bring along, and what only developers use.
_NEVER = (
    "readline",
    "_gdbm",
    "_dbm",
    "tkinter",
    "pydoc_data",
    "mypy",
    "hypothesis",
    "pytest",
    "_pytest",
    "matplotlib",
    "pandas",
    "IPython",
    "uvloop",
    "orjson",
    "setuptools",
)
_NO_SCREEN = ("PySide6", "shiboken6", "pyqtgraph", "vtk", "vtkmodules", "lxml", "bumble")


@dataclass(frozen=True, slots=True)
class Product:
    """One frozen folder.

    Attributes:
        name: of the folder, the package and the first program.
        programs: names in the folder; all but the first are links to it.
        entry: the script below `frozen/` that starts them.
        data: packages and folders whose files other than Python go along.
        left_out: modules that nothing in it needs.
        hidden: modules that are imported by a name made at run time.
    """

    name: str
    programs: tuple[str, ...]
    entry: str
    data: tuple[str, ...]
    left_out: tuple[str, ...]
    hidden: tuple[str, ...] = ()


PRODUCTS = {
    one.name: one
    for one in (
        Product(
            "area-edge",
            ("area-edge", "area-tech", "area-config"),
            "edge.py",
            ("area_configs", "desktop/fonts"),
            (*_NEVER, *_NO_SCREEN, "numpy", "scipy", "PIL._avif"),
        ),
        Product(
            "area-hub",
            ("area-hub", "area-plan", "area-config"),
            "hub.py",
            ("area_configs", "platform_hub"),
            (*_NEVER, *_NO_SCREEN, "scipy", "PIL"),
        ),
        Product(
            "area-console",
            ("area-console", "area-config", "area-plan", "area-tech"),
            "console.py",
            ("area_configs", "platform_hub", "desktop/fonts", "desktop/translations"),
            (
                *_NEVER,
                "wx",
                "scipy",
                "h5py",
                "trimesh",
                "cupy",
                "OpenGL",
                "pyqtgraph.opengl",
                "numpy.f2py",
                "numpy.testing",
                "PySide6.QtQml",
                "PySide6.QtQuick",
                "PySide6.QtPdf",
                "PySide6.QtVirtualKeyboard",
                "PIL._avif",
            ),
        ),
    )
}


def version() -> str:
    """Return the version of the suite, as pyproject.toml says."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def source_date() -> int:
    """Return the time that stands in everything built: SOURCE_DATE_EPOCH, or the last commit's."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
