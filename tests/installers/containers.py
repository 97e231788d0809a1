"""A clean Debian that boots in a container, and packages made worse or newer than the built one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from firmware_tools.update import release_keeper

HERE = Path(__file__).parent
PROGRAMS = ("mmdebstrap", "systemd-nspawn", "dpkg-deb", "tar")
PACKAGES = "systemd,systemd-sysv,dbus,python3,init-system-helpers,passwd"
_UNIT = """\
[Unit]
Description=Proof of the packages
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/usr/bin/python3 /srv/proof/in_container.py
ExecStopPost=/usr/bin/systemctl poweroff --force --no-block
[Install]
WantedBy=multi-user.target
"""


def missing() -> str:
    """Say what keeps containers from running here; empty where nothing does."""
    if os.geteuid() != 0:
        return "root is needed to boot a container: sudo make package-test"
    absent = [name for name in PROGRAMS if not shutil.which(name)]
    return f"{', '.join(absent)} not installed" if absent else ""


def run(program: str, *arguments: object) -> str:
    """Run a program and return what it said; its failure is a failure of the test."""
    command = [shutil.which(program) or program, *map(str, arguments)]
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=3600,
    )
    words = done.stdout.decode(errors="replace")
    assert done.returncode == 0, f"{program} ended with {done.returncode}: {words[-2000:]}"
    return words


def base_system(archive: Path, suite: str) -> Path:
    """Make the archive of a clean system, once."""
    if not archive.exists():
        archive.parent.mkdir(parents=True, exist_ok=True)
        new = archive.with_name(f"new-{archive.name}")
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", suite]
        run(*command, new)
        new.rename(archive)
    return archive


def boot(archive: Path, system: Path, proof: Path) -> dict[str, dict[str, object]]:
    """Boot a copy of a system with the files of the proof in it; return what was found."""
    system.mkdir()
    run("tar", "-xf", archive, "-C", system)
    shutil.copytree(proof, system / "srv" / "proof")
    for script in ("in_container.py", "booted.py"):
        shutil.copy(HERE / script, system / "srv" / "proof")
    units = system / "etc" / "systemd" / "system"
    (units / "proof.service").write_text(_UNIT)
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    (wanted / "proof.service").symlink_to("../proof.service")
    # No network at all: only the loopback of its own.
    options = ["--quiet", "--boot", "--private-network", "--register=no", "--keep-unit"]
    run("systemd-nspawn", *options, "--directory", system)
    found: dict[str, dict[str, object]] = json.loads(
        (system / "srv" / "proof" / "results.json").read_text()
    )
    return found


class Changed:
    """A built package taken apart, to be put together as another version."""

    def __init__(self, package: Path, work: Path) -> None:
        self._tree = work / "tree"
        self._work = work
        run("dpkg-deb", "-R", package, self._tree)
        self._release = self._tree / "usr" / "lib" / "area-edge" / "release.tar.xz"
        self._original = self._release.read_bytes()
        self._control = self._tree / "DEBIAN" / "control"
        self._version = "0"

    def same(self, version: str, target: Path) -> None:
        """Make a newer version of the same programs."""
        self._release.write_bytes(self._original)
        folder = self._work / version
        folder.mkdir()
        run("tar", "-xf", self._release, "-C", folder)
        (folder / "NOTE").write_text(version)
        self._pack(folder)
        shutil.rmtree(folder)
        self._build(version, target)

    def script(self, version: str, script: str, target: Path) -> None:
        """Make a version whose agent is a shell script."""
        folder = self._work / version
        folder.mkdir()
        (folder / "area-edge").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "area-edge").chmod(0o755)
        self._pack(folder)
        self._build(version, target)

    def torn(self, version: str, target: Path) -> None:
        """Make a version whose release ends in the middle."""
        self._release.write_bytes(self._original[: len(self._original) // 2])
        self._build(version, target)

    def _pack(self, folder: Path) -> None:
        text = json.dumps(release_keeper.manifest(folder))
        (folder / release_keeper.MANIFEST).write_text(text)
        run("tar", "-I", "xz -0", "-cf", self._release, "-C", folder, ".")

    def _build(self, version: str, target: Path) -> None:
        lines = self._control.read_text().splitlines()
        old = next(line for line in lines if line.startswith("Version: ")).split()[1]
        named = [f"Version: {version}" if line.startswith("Version: ") else line for line in lines]
        self._control.write_text("\n".join(named) + "\n")
        script = self._tree / "DEBIAN" / "postinst"
        script.write_text(script.read_text().replace(f'"{old}"', f'"{version}"'))
        run("dpkg-deb", "--root-owner-group", "-Znone", "-b", self._tree, target)
