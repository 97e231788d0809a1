"""What `make package` makes, from small folders: packages, papers, sums and signatures."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from installers.building import (
    archives,
    debian,
    desks,
    licences,
    materials,
    papers,
    requirements,
)
from installers.building.products import PRODUCTS

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "desktop" / "fonts"
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
SERVICES = list(debian.SERVICES.values())
pytestmark = pytest.mark.skipif(
    not (shutil.which("dpkg-deb") and shutil.which("xz")), reason="no dpkg or no xz here"
)


def run(*command):
    program, *rest = map(str, command)
    return subprocess.run(
        [shutil.which(program) or program, *rest], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def frozen(tmp_path):
    """Give a folder as if it had been frozen."""
    folder = tmp_path / "frozen"
    folder.mkdir()
    for name in ("area-edge", "area-hub"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o700)
    (folder / "area-tech").symlink_to("area-edge")
    found = [materials.Material("zeroconf", "0.154.0", "pypi", "LGPL-2.1", (), "its source")]
    papers.write_papers(folder, "area-edge", found)
    return folder


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_the_same_folder_gives_the_same_package(frozen, tmp_path, service):
    packages = [debian.build_package(service, frozen, tmp_path / place) for place in "ab"]
    first, second = (path.read_bytes() for path in packages)
    assert first == second
    assert (
        packages[0].name == f"{service.name}_{debian.debian_version()}_{debian.architecture()}.deb"
    )


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_a_package_has_its_unit_keeper_user_and_papers_and_no_qt(frozen, tmp_path, service):
    package = debian.build_package(service, frozen, tmp_path)
    files = {
        line.split()[5].removeprefix(".") for line in run("dpkg-deb", "-c", package).splitlines()
    }
    name = service.name
    assert {
        f"/lib/systemd/system/{name}.service",
        f"/usr/lib/{name}/release.py",
        f"/usr/lib/{name}/release.tar.xz",
        f"/usr/lib/sysusers.d/{name}.conf",
        f"/usr/share/doc/{name}/copyright",
        f"/usr/share/doc/{name}/sbom.cdx.json",
        f"/etc/default/{name}",
    } <= files
    assert not any(one.startswith("/opt") for one in files)  # dpkg must not delete what runs
    assert all(len(line) <= 78 for line in service.description.splitlines())
    assert run("dpkg-deb", "-f", package, "Version").strip() == debian.debian_version()
    assert {"PySide6", "vtkmodules"} <= set(PRODUCTS[name].left_out)


def test_the_keeper_in_the_package_runs_by_itself_and_leaves_no_file(frozen, tmp_path):
    debian.build_package(debian.SERVICES["area-edge"], frozen, tmp_path)
    keeper = tmp_path / "work" / "debian" / "area-edge" / "usr" / "lib" / "area-edge"
    before = sorted(keeper.rglob("*"))
    command = [sys.executable, "-S", str(keeper / "release.py"), "boot", str(tmp_path / "opt")]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == {"running": ""}
    assert sorted(keeper.rglob("*")) == before


@pytest.mark.parametrize(("name", "there"), [("area-edge", True), ("area-hub", False)])
def test_the_root_to_pin_goes_into_the_gateways_package_only(frozen, tmp_path, name, there):
    root = tmp_path / "anywhere.json"
    root.write_text("{}")
    debian.build_package(debian.SERVICES[name], frozen, tmp_path, root)
    tree = tmp_path / "work" / "debian" / name
    assert (tree / "usr" / "share" / name / "root.json").exists() == there
    script = (tree / "DEBIAN" / "postinst").read_text()
    assert ("/etc/area-edge-trust" in script) == there
    loops = re.findall(r"for folder in (.*); do", script)
    assert '""' not in loops, "a folder without a name cannot be made"


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_purging_names_every_folder_that_the_service_owns(frozen, tmp_path, service):
    debian.build_package(service, frozen, tmp_path)
    control = tmp_path / "work" / "debian" / service.name / "DEBIAN"
    purge = (control / "postrm").read_text().split("purge)")[1].replace("$name", service.name)
    unit = (ROOT / "installers" / "systemd" / f"{service.name}.service").read_text()
    state = re.findall(r"^StateDirectory=(\S+)", unit, flags=re.MULTILINE)
    assert '"/etc/$name-trust"'.replace("$name", service.name) in purge
    owned = {*service.folders, f"/opt/{service.name}", *(f"/var/lib/{one}" for one in state)}
    owned |= set(re.findall(r"^ReadWritePaths=(\S+)", unit, flags=re.MULTILINE))
    assert [folder for folder in sorted(owned) if f'"{folder}"' not in purge] == []
    assert "@" not in "".join(
        (control / one).read_text() for one in ("postinst", "prerm", "postrm")
    )


@pytest.mark.parametrize(
    ("version", "orders_as"),
    [("0.2.0", "0.2.0"), ("0.2.0rc1", "0.2.0~rc1"), ("0.2.0b3", "0.2.0~b3")],
)
def test_a_prerelease_comes_before_its_release(monkeypatch, version, orders_as):
    monkeypatch.setattr(debian, "version", lambda: version)
    assert debian.debian_version() == orders_as


@pytest.mark.parametrize(
    ("version", "numbers"), [("0.1.0", "0.1.0.0"), ("1.2.3rc1", "1.2.3.0"), ("2.0b1", "2.0.0.0")]
)
def test_windows_orders_versions_by_four_numbers(version, numbers):
    assert desks.four_numbers(version) == numbers


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=lambda one: one.name)
def test_each_program_of_a_product_is_one_of_the_suites(product):
    entry = (ROOT / "installers" / "frozen" / product.entry).read_text()
    launched = ast.parse(entry).body[-1].value.args[0]
    called = [key.value for key in launched.keys]
    assert called == list(product.programs)
    for program in called:
        module = SCRIPTS[program].split(":")[0]
        assert f"from {module} import app" in entry


def test_the_frozen_console_starts_every_part_of_the_demonstration():
    entry = (ROOT / "installers" / "frozen" / "console.py").read_text()
    known = {key.value for key in ast.parse(entry).body[-1].value.args[1].keys}
    started = set()
    for file in (ROOT / "desktop" / "demo.py", *(ROOT / "desktop" / "bridge").glob("*.py")):
        calls = [
            node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)
        ]
        for call in calls:
            if getattr(call.func, "attr", "") == "run_child" and len(call.args) > 1:
                started.add(call.args[1].value)
    assert {"desktop", "platform_hub.server", "energy_planner"} <= started <= known


def test_a_frozen_folder_starts_what_it_is_called_as(tmp_path):
    script = tmp_path / "area-two.py"
    launching = ROOT / "installers" / "frozen"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(launching)!r})\n"
        "from launching import launch\n"
        "say = lambda word: lambda: print(word, *sys.argv[1:])\n"
        "launch({'area-one': say('one'), 'area-two': say('two')}, {'hub': say('hub')})\n"
    )
    (tmp_path / "other.py").write_text(script.read_text())
    assert run(sys.executable, script, "--help") == "two --help\n"
    assert run(sys.executable, tmp_path / "other.py") == "one\n"
    assert run(sys.executable, script, "-m", "hub", "serve") == "hub serve\n"
    for wrong in (["-m"], ["-m", "os"]):
        done = subprocess.run(
            [sys.executable, script, *wrong], check=False, capture_output=True, text=True
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "started that way are hub" in done.stderr


@pytest.fixture
def key(tmp_path):
    file = tmp_path / "key.pem"
    file.write_bytes(_pem(Ed25519PrivateKey.generate()))
    return file


def _pem(key):
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def test_sums_and_signature_are_checked_by_others(tmp_path, key):
    package = tmp_path / "one.deb"
    package.write_bytes(b"content")
    archives.write_sums(tmp_path, [package], archives.signing_key(key))
    assert subprocess.run(
        [shutil.which("sha256sum"), "-c", "SHA256SUMS"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    run("openssl", "pkey", "-in", key, "-pubout", "-out", tmp_path / "key.pub")
    check = ["-verify", "-pubin", "-inkey", tmp_path / "key.pub", "-rawin"]
    files = ["-in", tmp_path / "SHA256SUMS", "-sigfile", tmp_path / "SHA256SUMS.sig"]
    assert "Success" in run("openssl", "pkeyutl", *check, *files)


def test_an_old_signature_does_not_stay_beside_new_sums(tmp_path, key):
    archives.write_sums(tmp_path, [], archives.signing_key(key))
    archives.write_sums(tmp_path, [], None)
    assert not (tmp_path / "SHA256SUMS.sig").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), (b"no key", "is no key"), ("ec", "is no Ed25519 key")],
)
def test_a_key_that_cannot_sign_is_one_sentence(tmp_path, content, words):
    file = tmp_path / "key.pem"
    if content == "ec":
        file.write_bytes(_pem(generate_private_key(SECP256R1())))
    elif content:
        file.write_bytes(content)
    with pytest.raises(archives.CannotBuild, match=words):
        archives.signing_key(file)


def test_the_bill_of_materials_names_each_part_once(frozen):
    bill = json.loads((frozen / papers.BILL).read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    [part] = bill["components"]
    assert part["purl"] == "pkg:pypi/zeroconf@0.154.0"
    assert bill["dependencies"][0]["dependsOn"] == [part["bom-ref"]]
    assert "* zeroconf" in (frozen / papers.LICENCES / "README.txt").read_text()


def test_what_must_stay_replaceable_is_known():
    assert {"zeroconf", "asyncua", "psycopg", "fpdf"} <= set(materials.copyleft_packages())


def test_no_library_under_the_plain_gpl_is_let_in():
    for product in PRODUCTS.values():
        assert {"readline", "_gdbm"} <= set(product.left_out)


INSTALLED = any(one.name == materials.OURS for one in distributions())
needs_installed = pytest.mark.skipif(not INSTALLED, reason="the suite is not installed here")
needs_pyinstaller = pytest.mark.skipif(
    find_spec("PyInstaller") is None, reason="PyInstaller is there where packages are built"
)


@needs_pyinstaller
def test_a_file_of_nobody_stops_the_build(tmp_path):
    stray = tmp_path / "stray.so"
    stray.write_bytes(b"")
    with pytest.raises(materials.UnknownOrigin, match="stray"):
        materials.materials([stray], tmp_path / "work")


@needs_pyinstaller
@pytest.mark.parametrize("place", [".venv/lib/python3.11/site-packages", ".venv/Lib/site-packages"])
def test_what_lies_in_an_environment_below_the_source_is_not_ours(tmp_path, place):
    strange = ROOT / place / "strange" / "__init__.py"
    with pytest.raises(materials.UnknownOrigin, match="strange"):
        materials.materials([strange, ROOT / "desktop" / "cli.py"], tmp_path / "work")


@needs_pyinstaller
def test_the_fonts_are_traced_to_those_who_made_them(tmp_path):
    found = {one.name: one for one in materials.materials(FONTS.glob("*.ttf"), tmp_path)}
    assert found["biz-udpgothic"].texts == (FONTS / "OFL.txt",)
    assert found["biz-udpgothic"].licence == "OFL-1.1"


@needs_installed
def test_tools_of_developers_stay_out_whatever_lies_in_the_environment():
    wanted, strange = requirements.asked_for(), requirements.strangers()
    assert {"pymodbus", "numpy", "pydantic-core", "zeroconf"} <= wanted
    assert {"pytest", "hypothesis", "mypy"} <= set(strange)
    assert not {"pymodbus", "numpy", "pydantic_core", "zeroconf", "desktop"} & set(strange)


@pytest.mark.skipif(INSTALLED, reason="the suite is installed here")
def test_an_environment_without_the_suite_is_one_sentence():
    with pytest.raises(archives.CannotBuild, match="make package installs it"):
        requirements.asked_for()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("LGPL-3.0-only OR GPL-2.0-only", {"LGPL-3", "GPL-2", "GPL-3"}),
        ("see /usr/share/common-licenses/GPL-2.", {"GPL-2", "GPL-3", "LGPL-3"}),
        ("MIT", set()),
    ],
)
def test_texts_that_licences_refer_to_go_along_on_every_system(words, names):
    found = licences.common_texts([words])
    assert names == {text.name for text in found}
    assert all(text.is_relative_to(ROOT) for text in found)  # only Debian has them elsewhere


def test_a_text_that_a_wheel_leaves_out_is_kept_here():
    [text] = licences.texts_of(distribution("pyserial"))
    assert "Chris Liechti" in text.read_text()


@needs_pyinstaller
def test_files_are_traced_to_their_packages(tmp_path):
    found = materials.materials([Path(pytest.__file__), Path(json.__file__)], tmp_path)
    assert {"pytest", "python"} <= {one.name for one in found}
    assert all(one.texts for one in found)
