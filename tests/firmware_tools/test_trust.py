"""The pinned root: who may change it, and how gateways follow it from key to key."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from tuf.api.metadata import Metadata

from firmware_tools.sentences import Refused
from firmware_tools.update.publishing import Repository
from firmware_tools.update.release_keeper import Keeper
from tests.firmware_tools.test_update import NOW, Works

NOBODY = 65534
superuser = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def works(tmp_path):
    return Works(tmp_path)


def _repository(works, at=NOW):
    return Repository(works.folder / "repository", works.folder / "keys", at)


def _settled(works):
    Keeper(works.root).resolve()
    Keeper(works.root).commit()


@superuser
@pytest.mark.parametrize("place", ["trust/root.json", "trust", "trust/metadata/timestamp.json"])
def test_a_root_that_the_services_user_could_change_is_not_trusted(works, place):
    works.publish()
    works.install()
    _settled(works)
    works.publish("1.2.0")
    os.chown(works.folder / place, NOBODY, -1)
    refused = works.refused()
    assert (refused.code, str(refused.facts["place"])) == ("loose_trust", str(works.folder / place))
    assert "nothing was changed" in refused.words("en").lower()
    os.chown(works.folder / place, 0, -1)
    assert works.install() == "1.2.0"


@pytest.mark.parametrize(("place", "mode"), [("trust/root.json", 0o664), ("trust", 0o777)])
def test_a_root_that_a_group_or_all_may_write_is_not_trusted(works, place, mode):
    works.publish()
    (works.folder / place).chmod(mode)
    assert works.refused().code == "loose_trust"


@superuser
def test_a_folder_above_that_another_owns_is_not_trusted(works):
    """Who owns the folder above can put another one in its place."""
    works.publish()
    os.chown(works.folder, NOBODY, -1)
    assert works.refused().facts["place"] == works.folder


def test_a_gateway_follows_its_pin_from_root_to_root(works):
    """Keys are replaced twice; the gateway sees the repository only afterwards, its pin stays."""
    pin = (works.trust / "root.json").read_bytes()
    assert _repository(works).rotate(["root-1", "targets"]).name == "root.json"
    _repository(works).rotate(["root-2", "snapshot", "timestamp"])
    works.publish()
    assert works.install() == "1.1.0"
    assert (works.trust / "root.json").read_bytes() == pin
    newest = Metadata.from_file(str(works.trust / "metadata" / "root.json")).signed
    assert (newest.version, newest.roles["root"].threshold) == (3, 2)
    assert len(newest.roles["root"].keyids) == 3
    assert len(newest.roles["targets"].keyids) == 1


def test_a_stick_of_before_the_keys_were_replaced_is_refused_by_who_knows_the_new_root(works):
    works.publish()
    old = works.folder / "old-stick"
    works.stick.rename(old)
    _repository(works).rotate(["targets"])
    works.publish("1.2.0")
    assert works.install() == "1.2.0"
    _settled(works)
    assert works.refused(source=old).code in {"unsigned", "rolled_back_metadata"}


def test_what_replaced_keys_sign_is_refused(works):
    """Whoever stole a key that was replaced makes nothing with it that a gateway takes."""
    stolen = (works.folder / "keys" / "targets.pem").read_bytes()
    _repository(works).rotate(["targets"])
    works.publish()
    assert works.install() == "1.1.0"
    _settled(works)
    (works.folder / "keys" / "targets.pem").write_bytes(stolen)
    works.publish("6.6.6")
    assert works.refused().code == "unsigned"


def test_one_of_the_roots_keys_may_be_lost_two_may_not(works):
    keys = works.folder / "keys"
    (keys / "root-3.pem").unlink()
    _repository(works).rotate(["root-3"])
    works.publish()
    assert works.install() == "1.1.0"
    for name in ("root-1", "root-2"):
        (keys / f"{name}.pem").unlink()
    before = sorted((works.folder / "repository" / "metadata").iterdir())
    with pytest.raises(Refused, match="2 of root-1, root-2, root-3"):
        _repository(works).rotate(["root-1", "root-2"])
    with pytest.raises(Refused, match="there is no key root-9"):
        _repository(works).rotate(["root-9"])
    assert sorted((works.folder / "repository" / "metadata").iterdir()) == before


def test_renewing_gives_the_root_another_year(works):
    _repository(works, NOW + timedelta(days=300)).rotate([])
    found = Metadata.from_file(str(works.folder / "repository" / "metadata" / "root.json")).signed
    assert found.expires == NOW + timedelta(days=665)
    works.publish()
    assert works.install() == "1.1.0"
