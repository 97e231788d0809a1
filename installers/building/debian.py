"""Debian packages of the services: a release as an archive, its keeper, a unit, an own user.

dpkg never touches the release that runs: the package's last step has the keeper install the archive,
as an update over the network does, so that both roll back the same way.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from installers.building import archives
from installers.building.papers import BILL, LICENCES
from installers.building.products import DIST, ROOT, source_date, version

if TYPE_CHECKING:
    from pathlib import Path

_TEMPLATES = ROOT / "installers" / "debian"
_UNITS = ROOT / "installers" / "systemd"
_MAINTAINER = "Smart Area Suite <maintainers@smart-area-suite.org>"
_LEAST_C_LIBRARY = "2.36"  # of Debian 12, where the programs are frozen
_KEEPER = (
    "firmware_tools/__init__.py",
    "firmware_tools/update/__init__.py",
    "firmware_tools/update/keeping.py",
    "firmware_tools/update/package_release.py",
    "firmware_tools/update/release_keeper.py",
    "firmware_tools/update/trial.py",
)
_BARELY_PACKED = ("-Zgzip", "-z1")  # the release in it is packed already


@dataclass(frozen=True, slots=True)
class Service:
    """What is particular about one service's package.

    Attributes:
        commands: programs that get a link in /usr/bin.
        groups: groups whose devices it opens.
        folders: its own, apart from the release.
        trust: root's folder with the pinned root of releases; none where no update comes without dpkg.
        units: what systemd runs for it; the first one is the service.
        recommends: packages that it works better with.
        summary, description: for people who look for it; the description is wrapped already.
    """

    name: str
    commands: tuple[str, ...]
    groups: tuple[str, ...]
    folders: tuple[str, ...]
    trust: str
    units: tuple[str, ...]
    recommends: str
    summary: str
    description: str


SERVICES = {
    one.name: one
    for one in (
        Service(
            "area-edge",
            ("area-edge", "area-tech", "area-config"),
            ("dialout", "gpio"),
            ("/etc/area-edge", "/var/lib/area-edge"),
            "/etc/area-edge-trust",
            ("area-edge.service", "area-edge-trial.timer", "area-edge-trial.service"),
            "bluez",
            "gateway agent of the Smart Area Suite",
            "Reads meters, sensors and wearables of one gateway, keeps every reading\n"
            "until the area's hub has it, and holds the power below its contract also\n"
            "without the hub. Updates that do not get healthy are taken back by\n"
            "themselves.",
        ),
        Service(
            "area-hub",
            ("area-hub", "area-plan"),
            (),
            ("/var/lib/area-hub",),
            "",
            ("area-hub.service",),
            "",
            "hub of the Smart Area Suite",
            "Stores what the gateways of one area bring and serves it to people and\n"
            "programs: NGSI-LD, history, alarms, commands, care and open data, with an\n"
            "audit log.",
        ),
    )
}


def debian_version() -> str:
    """Return the version as dpkg orders it: a pre-release comes before its release."""
    return re.sub(r"(?<=\d)(a|b|rc|\.dev)(?=\d)", r"~\1", version())


def architecture() -> str:
    """Return this machine's architecture as dpkg names it."""
    dpkg = archives.require("dpkg", "dpkg")
    asked = subprocess.run(
        [dpkg, "--print-architecture"], check=True, capture_output=True, text=True
    )
    return asked.stdout.strip()


def build_package(
    service: Service, frozen: Path, place: Path = DIST, root: Path | None = None
) -> Path:
    """Build the package of a frozen folder in a place; return it.

    `root` is the root of releases that machines shall pin, for a service that has such updates.
    """
    tree = place / "work" / "debian" / service.name
    shutil.rmtree(tree, ignore_errors=True)
    _program_files(tree, service, frozen)
    if root and service.trust:
        shutil.copyfile(root, _folder(tree / "usr/share" / service.name) / "root.json")
    _documents(tree, service, frozen)
    _control_files(tree, service, _bytes_in(frozen))
    package = place / f"{service.name}_{debian_version()}_{architecture()}.deb"
    _settle_times(tree)
    build = [archives.require("dpkg-deb", "dpkg"), "--root-owner-group", *_BARELY_PACKED, "-b"]
    dated = {**os.environ, "SOURCE_DATE_EPOCH": str(source_date())}
    command = [*build, str(tree), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dated)
    return package


def _program_files(tree: Path, service: Service, frozen: Path) -> None:
    archives.write_manifest(frozen)
    library = _folder(tree / "usr/lib" / service.name)
    _keeper_files(library)
    archives.pack(frozen, library / "release.tar.xz")
    for unit in service.units:
        shutil.copyfile(_UNITS / unit, _folder(tree / "lib/systemd/system") / unit)
    home = f"/var/lib/{service.name}"
    user = f'u {service.name} - "{service.summary}" {home}\n'
    (_folder(tree / "usr/lib/sysusers.d") / f"{service.name}.conf").write_text(user, "utf-8")
    default = _folder(tree / "etc/default") / service.name
    shutil.copyfile(_TEMPLATES / f"{service.name}.default", default)
    commands = _folder(tree / "usr/bin")
    for name in service.commands:
        (commands / name).symlink_to(f"/opt/{service.name}/current/{name}")


def _keeper_files(library: Path) -> None:
    """Put the keeper of releases beside the release, under the names that it has in the suite."""
    shutil.copyfile(_TEMPLATES / "release.py", library / "release.py")
    for name in _KEEPER:
        place = library / name
        _folder(place.parent)
        shutil.copyfile(ROOT / name, place)


def _documents(tree: Path, service: Service, frozen: Path) -> None:
    papers = _folder(tree / "usr/share/doc" / service.name)
    shutil.copyfile(frozen / BILL, papers / BILL)
    licences = (frozen / LICENCES / "README.txt").read_text("utf-8")
    head = (_TEMPLATES / "copyright").read_text("utf-8")
    (papers / "copyright").write_text(head.replace("@NAME@", service.name), "utf-8")
    _gzip(papers / "third-party-licences.txt.gz", licences)
    when = format_datetime(datetime.fromtimestamp(source_date(), UTC))
    change = "  * See CHANGELOG.md of the source for what is new."
    entry = f"{service.name} ({debian_version()}) stable; urgency=medium\n\n{change}\n\n -- {_MAINTAINER}  {when}\n"
    _gzip(papers / "changelog.gz", entry)
    overrides = _folder(tree / "usr/share/lintian/overrides") / service.name
    text = (_TEMPLATES / "lintian-overrides").read_text("utf-8")
    overrides.write_text(text.replace("@NAME@", service.name), "utf-8")


def _control_files(tree: Path, service: Service, unpacked: int) -> None:
    control = _folder(tree / "DEBIAN")
    size = (_bytes_in(tree) + unpacked) // 1024
    (control / "control").write_text(_control(service, size), "utf-8")
    (control / "conffiles").write_text(f"/etc/default/{service.name}\n", "utf-8")
    words = {
        "NAME": service.name,
        "VERSION": debian_version(),
        "GROUPS": " ".join(service.groups) or '""',
        "FOLDERS": " ".join(service.folders),
        "TRUST": service.trust,
        "UNITS": " ".join(service.units),
    }
    for name in ("postinst", "prerm", "postrm"):
        text = (_TEMPLATES / name).read_text("utf-8")
        for key, value in words.items():
            text = text.replace(f"@{key}@", value)
        (control / name).write_text(text, "utf-8")
        (control / name).chmod(0o755)
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    sums = [
        f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n"  # noqa: S324 - dpkg's format; it guards against accidents
        for path in files
        if control not in path.parents
    ]
    (control / "md5sums").write_text("".join(sums), "utf-8")


def _control(service: Service, size_kib: int) -> str:
    fields = {
        "Package": service.name,
        "Version": debian_version(),
        "Architecture": architecture(),
        "Maintainer": _MAINTAINER,
        "Installed-Size": str(size_kib),
        "Depends": f"libc6 (>= {_LEAST_C_LIBRARY}), python3, systemd, passwd",
        "Recommends": service.recommends,
        "Section": "net",
        "Priority": "optional",
        "Description": service.summary,
    }
    head = "".join(f"{key}: {value}\n" for key, value in fields.items() if value)
    return head + "".join(f" {line}\n" for line in service.description.splitlines())


def _settle_times(tree: Path) -> None:
    """Give every file the same time and plain rights: the same source gives the same package."""
    for path in [tree, *sorted(tree.rglob("*"))]:
        if not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (source_date(), source_date()), follow_symlinks=False)


def _bytes_in(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _gzip(file: Path, text: str) -> None:
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
