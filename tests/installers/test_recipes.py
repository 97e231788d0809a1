"""Recipes that other systems run: each parses, names files that exist, and does what it says here."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from installers.building.products import PRODUCTS

ROOT = Path(__file__).parents[2]
INSTALLERS = ROOT / "installers"
WORKFLOW = ROOT / ".github" / "workflows" / "packages.yml"
STAGE = INSTALLERS / "raspberry_pi" / "stage-smart-area"
SHELL = sorted(
    path
    for path in [*INSTALLERS.rglob("*.sh"), *(INSTALLERS / "debian").glob("p*")]
    if path.read_bytes().startswith(b"#!")
)


def run(*command, **more):
    program, *rest = map(str, command)
    return subprocess.run(
        [shutil.which(program) or program, *rest],
        check=False,
        capture_output=True,
        text=True,
        **more,
    )


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_scripts_are_sound_shell(script):
    shell = "bash" if "bash" in script.read_text().splitlines()[0] else "sh"
    assert run(shell, "-n", script).stderr == ""


@pytest.fixture(scope="module")
def jobs():
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]


def test_the_workflow_builds_each_system_and_signs_at_the_end(jobs):
    assert {"linux", "windows", "macos"} == set(jobs["release"]["needs"])
    assert {one["arch"] for one in jobs["linux"]["strategy"]["matrix"]["include"]} == {
        "amd64",
        "arm64",
    }
    for job in jobs.values():
        assert job["steps"]
        assert all("run" in one or "uses" in one for one in job["steps"])


def test_the_workflow_calls_what_exists(jobs):
    scripts = "\n".join(one.get("run", "") for job in jobs.values() for one in job["steps"])
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = set(re.findall(r"^\s*make ([a-z-]+)", scripts, re.MULTILINE))
    called |= {one["make"] for one in jobs["linux"]["strategy"]["matrix"]["include"]}
    assert {"package", "package-services", "package-test"} <= called <= targets
    named = set(re.findall(r"--product (\S+)", scripts))
    assert named <= set(PRODUCTS)
    assert named
    for file in re.findall(r"-c (\S+\.txt)", scripts):
        assert (ROOT / file).exists()


def test_a_workflow_may_write_only_to_make_a_release(jobs):
    text = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert text["permissions"] == {"contents": "read"}
    assert [name for name, job in jobs.items() if "permissions" in job] == ["release"]


@pytest.mark.skipif(not shutil.which("makensis"), reason="nsis is not installed")
def test_the_windows_setup_compiles_in_both_languages(tmp_path):
    payload = tmp_path / "payload"
    (payload / "licences").mkdir(parents=True)
    (payload / "licences" / "LICENSE").write_text("text")
    (payload / "area-console.exe").write_bytes(b"MZ")
    out = tmp_path / "area-console-1.2.3.exe"
    recipe = INSTALLERS / "windows" / "console.nsi"
    words = ["-DVERSION=1.2.3rc1", "-DNUMBERS=1.2.3.0", f"-DPAYLOAD={payload}", f"-DOUTFILE={out}"]
    done = run("makensis", "-WX", "-V2", *words, recipe)
    assert done.returncode == 0, done.stdout + done.stderr
    assert out.stat().st_size > 50_000
    assert run("makensis", "-V1", recipe).returncode != 0  # it says what it needs


def test_the_windows_setup_removes_only_what_it_wrote():
    text = (INSTALLERS / "windows" / "console.nsi").read_text(encoding="utf-8")
    folders = re.findall(r'RMDir /r "([^"]+)"', text)
    assert folders
    assert all(folder.startswith("$INSTDIR\\app") for folder in folders)
    japanese = [line for line in text.splitlines() if "LANG_JAPANESE}" in line]
    english = [line for line in text.splitlines() if "LANG_ENGLISH}" in line]
    assert len(japanese) == len(english) > 0


def test_the_stage_of_the_image_is_as_pi_gen_wants_it():
    scripts = [STAGE / "prerun.sh", *STAGE.glob("*/[0-9][0-9]-run.sh")]
    assert len(scripts) == 2
    assert all(path.stat().st_mode & stat.S_IXUSR for path in scripts)
    assert (STAGE / "EXPORT_IMAGE").exists()
    config = run("bash", "-c", f". {INSTALLERS}/raspberry_pi/config && echo $IMG_NAME $ENABLE_SSH")
    assert config.stdout.split() == ["smart-area-gateway", "0"]


@pytest.mark.parametrize("arguments", [(), ("/nowhere", "/nothing.deb")])
def test_the_image_is_not_begun_without_its_parts(arguments):
    done = run(INSTALLERS / "raspberry_pi" / "build.sh", *arguments)
    assert done.returncode == 2
    assert "a checkout of pi-gen" in done.stderr


@pytest.fixture
def console(tmp_path):
    """Give a small console as the archive unpacks it, and a call of its installer."""
    home = tmp_path / "home"
    home.mkdir()

    def make(version):
        folder = tmp_path / f"area-console-{version}"
        (folder / "share").mkdir(parents=True)
        shutil.copy(INSTALLERS / "linux" / "install.sh", folder)
        for name in ("area-console.desktop", "area-console.svg"):
            shutil.copy(INSTALLERS / "linux" / name, folder / "share")
        (folder / "area-console").write_text(f"#!/bin/sh\necho {version}\n")
        (folder / "area-console").chmod(0o755)
        return folder

    def call(folder, *arguments):
        # As a user's: what root installs would leave this folder.
        text = (folder / "install.sh").read_text().replace("$(id -u)", "1000")
        (folder / "install.sh").write_text(text)
        keep = {"PATH": os.environ["PATH"], "HOME": str(home)}
        return run(folder / "install.sh", *arguments, env=keep)

    def says():
        return run(home / ".local" / "bin" / "area-console").stdout.strip()

    return make, call, says, home


def test_the_console_is_installed_upgraded_and_rolled_back(console):
    make, call, says, home = console
    old, new = make("1.0"), make("1.1")
    assert call(old).returncode == 0
    assert says() == "1.0"
    entry = (home / ".local/share/applications/area-console.desktop").read_text()
    assert f'Exec="{home}/.local/opt/area-console/area-console"' in entry
    call(new)
    assert says() == "1.1"
    call(new, "--roll-back")
    assert says() == "1.0"


def test_the_console_goes_without_a_trace(console):
    make, call, _, home = console
    folder = make("1.0")
    call(folder)
    call(folder)
    assert call(folder, "--remove").returncode == 0
    assert [path for path in home.rglob("*") if not path.is_dir()] == []


def test_a_program_of_another_package_is_left_alone(console):
    make, call, _, home = console
    own = home / ".local" / "bin" / "area-tech"
    own.parent.mkdir(parents=True)
    own.write_text("another's")
    folder = make("1.0")
    call(folder)
    call(folder, "--remove")
    assert own.read_text() == "another's"


def test_without_a_version_before_nothing_is_rolled_back(console):
    make, call, says, _ = console
    folder = make("1.0")
    call(folder)
    done = call(folder, "--roll-back")
    assert (done.returncode, "nothing was changed" in done.stderr) == (1, True)
    assert says() == "1.0"


def test_a_wrong_word_is_a_wrong_use(console):
    make, call, _, _ = console
    assert call(make("1.0"), "--wrong").returncode == 2
