"""The papers of what `make package` built: true to what lies beside them, and whole."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from installers.building.debian import SERVICES, architecture
from installers.building.products import FROZEN, PRODUCTS

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
OURS = "smart-area-suite"
pytestmark = pytest.mark.packages


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(params=sorted(PRODUCTS))
def frozen(request):
    folder = FROZEN / request.param
    if not folder.exists():
        pytest.skip(f"{folder} is not there: run `make package` first")
    return folder


@pytest.fixture
def parts(frozen):
    """Give what the bill of materials names: kind and plain name of each part."""
    bill = json.loads((frozen / "sbom.cdx.json").read_text(encoding="utf-8"))
    kinds = (re.match(r"pkg:(\w+)/", one["purl"])[1] for one in bill["components"])
    names = (_plain(one["name"]) for one in bill["components"])
    return set(zip(kinds, names, strict=True))


def _modules_of(frozen):
    """Return the first names of all modules, in the program and beside it."""
    readers = pytest.importorskip("PyInstaller.archive.readers")
    program = readers.CArchiveReader(str(frozen / frozen.name))
    names = set(program.open_embedded_archive("PYZ.pyz").toc)
    names |= {path.name.split(".")[0] for path in (frozen / "_internal").iterdir()}
    return {name.split(".")[0] for name in names}


def test_the_bill_names_every_package_whose_modules_are_there(frozen, parts):
    owners = metadata.packages_distributions()
    unnamed = {}
    for module in _modules_of(frozen):
        candidates = {_plain(one) for one in owners.get(module, ())} - {OURS}
        if candidates and not any(("pypi", one) in parts for one in candidates):
            unnamed[module] = candidates
    assert unnamed == {}
    assert len([kind for kind, _ in parts if kind == "pypi"]) > 20


def test_the_bill_names_no_package_that_is_not_there(frozen, parts):
    modules = _modules_of(frozen)
    there = {
        _plain(owner)
        for module, owners in metadata.packages_distributions().items()
        if module in modules
        for owner in owners
    }
    named = {name for kind, name in parts if kind == "pypi"}
    assert named - there - {"pyinstaller"} == set()  # of that, only what starts the program


def test_the_bill_names_the_system_libraries_that_are_there(frozen, parts):
    carried = {path.name for path in (frozen / "_internal").glob("lib*.so*")}
    known = {"libssl.so.3": ("deb", "libssl3"), "libsqlite3.so.0": ("deb", "libsqlite3-0")}
    assert {part for library, part in known.items() if library in carried} <= parts


def test_each_part_has_a_text_of_its_licence(frozen):
    bill = json.loads((frozen / "sbom.cdx.json").read_text(encoding="utf-8"))
    licences = frozen / "licences"
    without = []
    for one in bill["components"]:
        folder = licences / f"{one['name']}-{one['version']}".replace(":", "_")
        texts = [path.read_text("utf-8", "replace") for path in folder.iterdir()]
        own = any("brings no licence text" not in text for text in texts)
        said = one["licenses"][0]["license"]["name"]
        common = "LGPL-3" in said and (licences / "LGPL-3").exists()
        if not own and not common:
            without.append(one["name"])
    assert without == []


def test_what_copyright_files_refer_to_is_there(frozen):
    licences = frozen / "licences"
    referred = {
        name.rstrip(".")
        for text in licences.rglob("*")
        if text.is_file()
        for name in re.findall(r"common-licenses/([\w.-]+)", text.read_text("utf-8", "replace"))
    }
    assert {name for name in referred if not (licences / name).exists()} == set()


def test_the_package_carries_the_bill_that_lies_in_its_folder(frozen, tmp_path):
    if frozen.name not in SERVICES:
        [*_, archive] = sorted(DIST.glob(f"{frozen.name}-*.tar.xz"))
        member = f"{archive.name.partition('-linux-')[0]}/sbom.cdx.json"
        bill = _run("tar", "-xOf", archive, "--occurrence", member)
    else:
        [*_, package] = sorted(DIST.glob(f"{frozen.name}_*_{architecture()}.deb"))
        _run("dpkg-deb", "-x", package, tmp_path)
        papers = tmp_path / "usr" / "share" / "doc" / frozen.name
        bill = (papers / "sbom.cdx.json").read_text(encoding="utf-8")
    assert bill == (frozen / "sbom.cdx.json").read_text(encoding="utf-8")


def test_the_sums_are_those_of_all_packages():
    sums = DIST / "SHA256SUMS"
    if not sums.exists():
        pytest.skip("dist/SHA256SUMS is not there: run `make package` first")
    rows = dict(reversed(line.split()) for line in sums.read_text(encoding="ascii").splitlines())
    packages = [path for ending in ("*.deb", "*.tar.xz") for path in DIST.glob(ending)]
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in packages}
    assert rows == found


def _run(program, *arguments):
    command = [shutil.which(program) or program, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
