"""The gateway's own certificate: made once, kept to its owner, never renewed by itself."""

import stat
import time

import pytest

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.transports import opc_ua_certificate as certificates


def test_it_is_made_on_first_use_and_stays(tmp_path):
    folder = tmp_path / "opc_ua"
    own = certificates.own_certificate(folder)
    assert own == certificates.own_certificate(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert own.uri.startswith("urn:")
    assert "PRIVATE" not in repr(own)
    left_days = (certificates.expires_s(own.der) - time.time()) / 86400
    assert 3600 < left_days < 3660


@pytest.mark.parametrize("made", [b"garbage", b"", None])
def test_a_key_that_is_not_the_certificates(tmp_path, made):
    certificates.own_certificate(tmp_path / "own")
    other = certificates.own_certificate(tmp_path / "other").key if made is None else made
    (tmp_path / "own" / "key.pem").write_bytes(other)
    with pytest.raises(DeviceUnavailable, match=r"key\.pem is damaged or not the key of .*remove"):
        certificates.own_certificate(tmp_path / "own")


def test_damage_and_lack_of_room_are_sentences(tmp_path):
    own = certificates.own_certificate(tmp_path)
    own.file.write_bytes(own.der[:100])
    with pytest.raises(DeviceUnavailable, match=r"is damaged: remove it and key\.pem"):
        certificates.own_certificate(tmp_path)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(DeviceUnavailable, match="cannot be used"):
        certificates.own_certificate(file / "below")


def test_fingerprints_are_compared_however_they_are_written():
    found = certificates.fingerprint(b"x")
    pairs = ":".join(found[at : at + 2] for at in range(0, 64, 2)).upper()
    assert certificates.same_fingerprint(found, pairs)
    assert not certificates.same_fingerprint(found, "00" * 32)
