"""Signed releases: what is refused before a byte is written, sticks, servers, and fleets in rings."""

from __future__ import annotations

import json
import shutil
import tarfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import typer.testing

from firmware_tools.cli import app
from firmware_tools.sentences import Refused, Unreachable
from firmware_tools.update import release_keeper, signed_releases
from firmware_tools.update.publishing import Fit, Repository
from firmware_tools.update.release_keeper import Keeper
from firmware_tools.update.signed_releases import Machine, checked, newer
from tests.firmware_tools.test_release_keeper import release, snapshot

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(tz=UTC).replace(microsecond=0)
PI = Machine(("raspberrypi,4-model-b", "brcm,bcm2711"), "arm64", "1.0.0")


class Works:
    """Who publishes, a stick, and a gateway that runs 1.0.0."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = Repository(folder / "repository", folder / "keys", NOW)
        self.trust = folder / "trust"
        self.trust.mkdir()
        shutil.copy(self.repository.found(), self.trust / "root.json")
        self.root = folder / "opt"
        Keeper(self.root).install(release(folder / "old", "1.0.0"), "1.0.0")
        Keeper(self.root).resolve()
        Keeper(self.root).commit()
        self.stick = folder / "stick"

    def publish(self, version="1.1.0", board="any", arch="arm64", min_from="", at=NOW):
        repository = Repository(self.folder / "repository", self.folder / "keys", at)
        made = release(self.folder / f"made-{version}-{arch}-{board}", version)
        (made / "MANIFEST.json").unlink()
        repository.publish(made, version, Fit(board, arch, min_from))
        repository.bundle(self.stick)

    def install(self, machine=PI, version="", source=None):
        with checked(str(source or self.stick), self.trust, machine, version, self.root) as found:
            Keeper(self.root).install(found.folder, found.version)
        return Keeper(self.root).running()

    def refused(self, **kwargs) -> Refused:
        before = snapshot(self.root)
        with pytest.raises(Refused) as refused:
            self.install(**kwargs)
        assert snapshot(self.root) == before, "something was written"
        assert list(self.root.parent.glob("opt*")) == [self.root]
        return refused.value


@pytest.fixture
def works(tmp_path):
    return Works(tmp_path)


def test_a_stick_brings_a_release(works):
    works.publish()
    assert works.install() == "1.1.0"
    assert Keeper(works.root).resolve() == "1.1.0"
    assert not release_keeper.problem(works.root / "current")


def test_the_newest_that_fits_is_taken(works):
    for version, board, arch in (
        ("1.1.0", "any", "arm64"),
        ("1.2.0", "brcm,bcm2711", "arm64"),
        ("1.3.0", "any", "amd64"),
        ("1.4.0", "other", "arm64"),
    ):
        works.publish(version, board, arch)
    assert works.install() == "1.2.0"


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_a_tampered_bundle_is_refused(works):
    works.publish()
    _flip(next((works.stick / "targets").iterdir()))
    assert works.refused().code == "tampered"


def test_tampered_and_foreign_metadata_are_refused(works, tmp_path):
    works.publish()
    file = works.stick / "metadata" / "targets.json"
    said = json.loads(file.read_text())
    next(iter(said["signed"]["targets"].values()))["custom"]["board"] = "evil"
    file.write_text(json.dumps(said))
    assert works.refused().code == "unsigned"
    (tmp_path / "elsewhere").mkdir()
    stranger = Works(tmp_path / "elsewhere")
    stranger.publish()
    shutil.copytree(stranger.stick, works.stick, dirs_exist_ok=True)
    assert works.refused().code in {"unsigned", "tampered"}


def test_an_older_bundle_is_refused_after_a_newer_one(works, tmp_path):
    works.publish()
    shutil.copytree(works.stick, tmp_path / "older")
    works.publish("1.2.0")
    assert works.install() == "1.2.0"
    Keeper(works.root).resolve()
    Keeper(works.root).commit()
    refused = works.refused(source=tmp_path / "older")
    assert refused.code == "rolled_back_metadata"


def test_an_expired_bundle_is_refused(works):
    works.publish(at=NOW - timedelta(days=91))
    assert works.refused().code == "expired"


def test_wrong_boards_and_versions_are_refused(works):
    works.publish("2.0.0", board="raspberrypi,5-model-b", min_from="1.5.0")
    assert works.refused().code == "wrong_board"
    other = Machine(("raspberrypi,5-model-b",), "amd64", "1.9.0")
    assert works.refused(machine=other).code == "wrong_board"
    young = Machine(("raspberrypi,5-model-b",), "arm64", "1.0.0")
    assert works.refused(machine=young).code == "too_old"
    same = Machine(("raspberrypi,5-model-b",), "arm64", "2.0.0")
    assert works.refused(machine=same).code == "older_version"
    assert works.refused(version="9").code == "no_release"


def test_a_full_disk_is_refused_before_a_byte(works, monkeypatch):
    works.publish()
    monkeypatch.setattr(release_keeper, "free_bytes", lambda _root: 1000)
    assert works.refused().code == "disk_full"


def test_nothing_there_and_no_trust_are_told_apart(works, tmp_path):
    works.publish()
    assert works.refused(source=tmp_path / "empty").code == "no_release"
    pin = works.trust / "root.json"
    whole = pin.read_bytes()
    for content in (b"", b"no root", whole[:-40]):
        pin.write_bytes(content)
        refused = works.refused()
        assert (refused.code, refused.facts["place"]) == ("bad_pin", pin), (
            "the stick is not to blame"
        )
    pin.unlink()
    assert works.refused().code == "bad_pin"


def test_an_archive_that_reaches_outside_is_refused(tmp_path):
    """Signed or not: nothing is unpacked beside its folder."""
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as archive:
        info = tarfile.TarInfo("../outside")
        archive.addfile(info)
    with pytest.raises(Refused) as refused:
        signed_releases._unpack(bad, tmp_path / "unpacked", "bad.tar")
    assert refused.value.code == "tampered"
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.0.0", "1.0.1"),
        ("1.9", "1.10"),
        ("1.0~rc1", "1.0"),
        ("1.0", "1.0.1"),
        ("1.0~rc1", "1.0~rc2"),
    ],
)
def test_versions_are_ordered(old, new):
    assert newer(new, old)
    assert not newer(old, new)
    assert not newer(old, old)


def test_the_commands_lead_from_keys_to_a_committed_release(works, tmp_path):
    runner = typer.testing.CliRunner()

    def run(*arguments, code=0):
        found = runner.invoke(app, ["update", *map(str, arguments), "--json"])
        assert found.exit_code == code, found.output
        return json.loads(found.stdout)

    repository, keys = tmp_path / "own", tmp_path / "own-keys"
    pinned = run("found", repository, "--keys", keys)["root"]
    trust = tmp_path / "own-trust"
    trust.mkdir()
    shutil.copy(pinned, trust / "root.json")
    made = release(tmp_path / "made", "1.1.0")
    options = ("--keys", keys, "--release", made, "--version", "1.1.0", "--arch", "arm64")
    run("publish", repository, *options)
    run("bundle", repository, tmp_path / "usb", "--keys", keys)
    assert run("check", tmp_path / "usb", "--trust", trust)[0]["version"] == "1.1.0"
    here = ("--root", works.root)
    machine = ("--trust", trust, "--board", "x", "--arch", "arm64")
    wrong = run("install", tmp_path / "usb", *here, *machine[:-1], "amd64", code=2)
    assert wrong["refused"] == "wrong_board"
    assert run("install", tmp_path / "usb", *here, *machine)["pending"] == "1.1.0"
    assert run("boot", *here)["running"] == "1.1.0"
    assert run("commit", *here)["committed"] == "1.1.0"
    back = run("roll-back", *here, "--why", "meters are silent")
    assert (back["running"], back["why"]) == ("1.0.0", "meters are silent")


def test_a_server_that_does_not_answer_is_not_a_wrong_release(works):
    with pytest.raises(Unreachable) as silent:
        works.install(source="http://127.0.0.1:9")
    assert silent.value.code == "source_silent"


def test_a_file_that_grew_is_tampered_with(works):
    works.publish()
    archive = next((works.stick / "targets").iterdir())
    archive.write_bytes(archive.read_bytes() + b"more")
    assert works.refused().code == "tampered"


@pytest.mark.parametrize("part", ["nothing", "targets.json", "root-2.pem"])
def test_a_repository_that_is_none_is_told_and_stays_as_it_is(works, part):
    works.publish()
    repository, keys = works.folder / "repository", works.folder / "keys"
    if part == "nothing":
        shutil.rmtree(repository / "metadata")
    elif part == "targets.json":
        (repository / "metadata" / part).write_text("{")
    else:
        for name in ("root-2", "root-3", "timestamp"):
            (keys / f"{name}.pem").write_bytes(b"no key")
    before = snapshot(works.folder)
    broken = Repository(repository, keys, NOW)
    made = release(works.folder / "next", "1.2.0")
    for step in (
        lambda: broken.rotate([]),
        lambda: broken.bundle(works.stick),
        lambda: broken.publish(made, "1.2.0", Fit("any", "arm64")),
    ):
        with pytest.raises(Refused) as refused:
            step()
        assert refused.value.code == "bad_table"
    shutil.rmtree(made)
    assert snapshot(works.folder) == before


def test_what_was_published_stays_what_it_is(works):
    works.publish()
    made = works.folder / "made-1.1.0-arm64-any"
    works.repository.publish(made, "1.1.0", Fit("any", "arm64"))
    before = snapshot(works.folder / "repository")
    (made / "added").write_text("other")
    with pytest.raises(Refused) as refused:
        works.repository.publish(made, "1.1.0", Fit("any", "arm64"))
    assert refused.value.code == "published"
    assert snapshot(works.folder / "repository") == before


def test_a_stick_without_room_or_that_is_none_is_refused_before_a_byte(works, monkeypatch):
    works.publish()
    (works.folder / "file").touch()
    rest = (str(works.folder / "file"), "--keys", str(works.folder / "keys"))
    said = told("bundle", str(works.folder / "repository"), *rest, code=2)
    assert said["refused"] == "not_bundled"
    before = snapshot(works.folder)
    usage = shutil.disk_usage(works.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100))
    with pytest.raises(Refused) as refused:
        works.repository.bundle(works.folder / "new")
    assert refused.value.code == "disk_full"
    assert snapshot(works.folder) == before


@pytest.mark.parametrize(("name", "version"), [("none", "1.2"), ("empty", "1.2"), ("new", "1/2")])
def test_what_is_no_release_is_not_published(works, name, version):
    (works.folder / "empty").mkdir()
    release(works.folder / "new", "1.2")
    before = snapshot(works.folder)
    with pytest.raises(Refused):
        works.repository.publish(works.folder / name, version, Fit("any", "arm64"))
    assert snapshot(works.folder) == before


def told(*arguments: str, code: int) -> dict[str, str]:
    found = typer.testing.CliRunner().invoke(app, ["update", *arguments, "--json"])
    assert found.exit_code == code, found.output
    return json.loads(found.stdout or "{}")


@pytest.mark.parametrize("verb", ["status", "boot", "commit", "roll-back"])
def test_a_folder_without_releases_is_no_gateway(works, verb):
    why = ("--why", "because") if verb == "roll-back" else ()
    for place in ("none", "stick", "keys/targets.pem"):
        said = told(verb, "--root", str(works.folder / place), *why, code=2)
        assert said["refused"] == "no_releases"


def test_an_update_beside_one_on_trial_and_a_reason_left_out_are_refused(works):
    works.publish()
    root = ("--root", str(works.root))
    works.install()
    before = snapshot(works.root)
    here = ("--trust", str(works.trust), "--arch", "arm64")
    assert told("install", str(works.stick), *root, *here, code=2)["refused"] == "on_trial"
    assert told("roll-back", *root, "--why", " ", code=2)["refused"] == "bad_table"
    assert snapshot(works.root) == before


def test_a_service_that_cannot_be_restarted_does_not_undo_what_was_installed(works):
    works.publish()
    here = ("--trust", str(works.trust), "--arch", "arm64", "--root", str(works.root))
    service = ("--restart", "no-such.service")
    told("install", str(works.stick), *here, *service, code=1)
    assert Keeper(works.root).running() == "1.1.0"
