"""A release that comes as a system package: placed, placed again, superseded, repaired, refused."""

from __future__ import annotations

import io
import tarfile

import pytest

from firmware_tools.update.keeping import main
from firmware_tools.update.package_release import install_package
from firmware_tools.update.release_keeper import BadRelease, Keeper, problem
from tests.firmware_tools.test_release_keeper import release


def package(folder, version, content=None):
    """Make an archive as a package carries it; `content` stands in for the version's own."""
    whole = release(folder / f"of-{version}-{content}", content or version)
    file = folder / f"{version}-{content}.tar.xz"
    with tarfile.open(file, "w:xz") as archive:
        archive.add(whole, ".")
    return file


@pytest.fixture
def keeper(tmp_path):
    """Give a keeper with 1.0.0 from its package."""
    found = Keeper(tmp_path / "opt")
    install_package(found, package(tmp_path, "1.0.0"), "1.0.0")
    return found


def test_the_first_one_is_kept_at_once_as_there_is_nothing_to_go_back_to(keeper):
    assert keeper.running() == "1.0.0"
    assert "pending" not in keeper.state()
    assert not [one for one in keeper.root.iterdir() if one.name.startswith(".")]


def test_an_upgrade_is_on_trial_and_goes_back_by_itself(keeper, tmp_path):
    install_package(keeper, package(tmp_path, "1.1.0"), "1.1.0")
    assert [keeper.resolve() for _ in range(3)] == ["1.1.0", "1.1.0", "1.0.0"]
    assert keeper.state()["rolled_back"] == "1.1.0"


def test_the_same_one_again_changes_nothing(keeper, tmp_path):
    before = keeper.current.lstat().st_ino, keeper.state()
    install_package(keeper, package(tmp_path, "1.0.0", "1.0.0"), "1.0.0")
    assert (keeper.current.lstat().st_ino, keeper.state()) == before


def test_one_that_is_on_trial_gives_way_to_what_was_asked_for(keeper, tmp_path):
    install_package(keeper, package(tmp_path, "1.1.0"), "1.1.0")
    install_package(keeper, package(tmp_path, "1.2.0"), "1.2.0")
    assert keeper.running() == "1.2.0"
    assert keeper.state()["previous"] == "1.0.0"  # never the one that was not proven


def test_a_downgrade_to_the_release_before_is_a_way_back(keeper, tmp_path):
    install_package(keeper, package(tmp_path, "1.1.0"), "1.1.0")
    keeper.resolve()
    keeper.commit()
    install_package(keeper, package(tmp_path, "1.0.0", "1.0.0"), "1.0.0")
    assert keeper.running() == "1.0.0"
    assert "pending" not in keeper.state()


def test_a_damaged_release_is_repaired_beside_itself(keeper, tmp_path):
    (keeper.current / "area-edge").write_text("rotten")
    install_package(keeper, package(tmp_path, "1.0.0", "1.0.0"), "1.0.0")
    assert keeper.running() == "1.0.0+2"
    assert problem(keeper.current.resolve()) == ""


def test_a_link_that_leads_out_is_refused_and_nothing_changes(keeper, tmp_path):
    file = tmp_path / "evil.tar.xz"
    with tarfile.open(file, "w:xz") as archive:
        link = tarfile.TarInfo("lib")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
    with pytest.raises(BadRelease, match="reaches outside with lib"):
        install_package(keeper, file, "6.6.6")
    assert keeper.running() == "1.0.0"


@pytest.mark.parametrize("cut", [0, 40])
def test_half_an_archive_is_one_sentence_and_nothing_changes(keeper, tmp_path, capsys, cut):
    file = package(tmp_path, "1.1.0")
    file.write_bytes(file.read_bytes()[:cut])
    assert main(["package", str(keeper.root), str(file), "1.1.0"]) == 1
    assert "cannot be unpacked" in capsys.readouterr().err
    assert keeper.running() == "1.0.0"


def test_other_kinds_of_members_are_refused(keeper, tmp_path):
    file = tmp_path / "device.tar"
    with tarfile.open(file, "w") as archive:
        device = tarfile.TarInfo("disk")
        device.type = tarfile.BLKTYPE
        archive.addfile(device, io.BytesIO())
    with pytest.raises(BadRelease, match="disk"):
        install_package(keeper, file, "1.1.0")
