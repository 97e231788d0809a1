"""Area packs kept on this machine."""

from __future__ import annotations

import pytest

from area_configs.area_pack import pack
from area_configs.domain.errors import AreaFileError, HubUnavailable
from area_configs.loader import load_area
from desktop.bridge.pack_cache import PackCache


class FakeClient:
    """A hub with one pack, or none at all."""

    def __init__(self, data=None, etag='"one"'):
        self.data, self.etag, self.asked = data, etag, []

    def pack(self, etag=""):
        self.asked.append(etag)
        if self.data is None:
            raise HubUnavailable("away")
        return None if etag == self.etag else (self.data, self.etag)


@pytest.fixture(scope="module")
def harumi():
    return pack("harumi")


def test_a_pack_is_unpacked_once_and_then_known_by_its_etag(tmp_path, harumi):
    cache, client = PackCache("http://hub", tmp_path), FakeClient(harumi)
    first, second = cache.fetch(client), cache.fetch(client)
    assert client.asked == ["", '"one"']
    assert first == second
    assert first.fresh
    assert load_area(first.folder).id == "harumi"


def test_it_serves_without_a_network_and_says_so(tmp_path, harumi):
    cache = PackCache("http://hub", tmp_path)
    held = cache.fetch(FakeClient(harumi))
    offline = cache.fetch(FakeClient())
    assert offline.folder == held.folder
    assert not offline.fresh


def test_with_neither_network_nor_pack_the_hub_is_unavailable(tmp_path):
    with pytest.raises(HubUnavailable):
        PackCache("http://hub", tmp_path).fetch(FakeClient())


def test_a_new_pack_replaces_the_old_one(tmp_path, harumi):
    cache = PackCache("http://hub", tmp_path)
    old = cache.fetch(FakeClient(harumi))
    new = cache.fetch(FakeClient(harumi, '"two"'))
    assert new.folder != old.folder
    assert not old.folder.exists()


def test_hubs_do_not_share_their_packs(tmp_path, harumi):
    PackCache("http://one", tmp_path).fetch(FakeClient(harumi))
    with pytest.raises(HubUnavailable):
        PackCache("http://other", tmp_path).fetch(FakeClient())


def test_a_broken_pack_leaves_the_held_one(tmp_path, harumi):
    cache = PackCache("http://hub", tmp_path)
    held = cache.fetch(FakeClient(harumi))
    with pytest.raises(AreaFileError):
        cache.fetch(FakeClient(b"no zip", '"two"'))
    assert cache.fetch(FakeClient()).folder == held.folder
