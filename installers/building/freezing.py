"""Freezes a product into one folder that needs no Python: PyInstaller, then what it leaves open."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from installers.building.materials import copyleft_packages, materials
from installers.building.papers import write_papers
from installers.building.products import DIST, FROZEN, ROOT, source_date
from installers.building.requirements import asked_for

if TYPE_CHECKING:
    from installers.building.products import Product

_SPEC = ROOT / "installers" / "frozen" / "product.spec"


def freeze(product: Product) -> Path:
    """Build the folder of a product, with its papers, below dist/frozen; return it.

    Raises:
        CannotBuild: this environment is not one that `make package` made.
    """
    asked_for()
    work = DIST / "work" / product.name
    shutil.rmtree(FROZEN / product.name, ignore_errors=True)
    _run_pyinstaller(product, work)
    folder = FROZEN / product.name
    inner = folder / "_internal"
    _precompile(inner)
    _strip(inner)
    _link_programs(folder, product)
    read = json.loads((work / "product" / "materials.json").read_text(encoding="utf-8"))
    write_papers(folder, product.name, materials(map(Path, read), work))
    return folder


def _run_pyinstaller(product: Product, work: Path) -> None:
    paths = ["--distpath", str(FROZEN), "--workpath", str(work)]
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *paths]
    subprocess.run(
        [*command, str(_SPEC), "--", product.name],
        check=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": "1",  # sets keep one order: the same source gives the same bytes
            "SOURCE_DATE_EPOCH": str(source_date()),
        },
    )


def _precompile(inner: Path) -> None:
    """Compile what is shipped as source; by hash, so that a file put in its place counts."""
    for name in copyleft_packages():
        if (inner / name).is_dir():
            compileall.compile_dir(
                inner / name,
                quiet=1,
                stripdir=str(inner),
                invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH,
            )


def _strip(inner: Path) -> None:
    """Take the symbols out of libraries; what wheels have patched (*.libs) breaks by that."""
    tool = shutil.which("strip")
    if tool is None or not sys.platform.startswith("linux"):
        return
    libraries = [
        path
        for path in sorted(inner.rglob("*.so*"))
        if path.is_file() and not path.is_symlink()
        if not any(part.endswith(".libs") or part == "numpy" for part in path.parts)
    ]
    for start in range(0, len(libraries), 100):
        subprocess.run(
            [tool, "--strip-unneeded", *map(str, libraries[start : start + 100])], check=True
        )


def _link_programs(folder: Path, product: Product) -> None:
    """Give each further program its name; Windows has no links, there the first one stands alone."""
    if sys.platform == "win32":
        return
    for name in product.programs[1:]:
        (folder / name).symlink_to(product.name)
