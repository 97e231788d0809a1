"""The hub's CA and certificate: verified strictly, for the right names, renewed in time."""

from __future__ import annotations

import ssl
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from platform_hub.server.governance import identity
from platform_hub.server.governance.certificates import (
    BadCertificate,
    CertificateFolder,
    server_name,
)
from platform_hub.server.governance.identity import HubIdentity, IdentityMissing
from tests.platform_hub.server.town import T0

if TYPE_CHECKING:
    from pathlib import Path

DAY_US = 86_400_000_000


@pytest.fixture
def own(tmp_path: Path) -> CertificateFolder:
    folder = CertificateFolder(tmp_path / "trust")
    folder.found("town", ["hub.example", "192.0.2.7"], T0)
    return folder


def test_it_is_for_the_names_that_were_given(own: CertificateFolder) -> None:
    assert own.exists()
    expected = ["localhost", "127.0.0.1", "::1", server_name("town"), "hub.example", "192.0.2.7"]
    assert own.names() == expected
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.server, own.server_key)


def test_a_strict_verifier_accepts_it(own: CertificateFolder) -> None:
    verify = ["openssl", "verify", "-x509_strict", "-attime", str(T0 // 1_000_000)]
    done = subprocess.run(
        [*verify, "-CAfile", own.ca, own.server], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_keys_are_for_their_owner_alone(own: CertificateFolder) -> None:
    for file in (own.ca_key, own.server_key):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.folder.stat().st_mode) == 0o700


def test_it_is_renewed_when_it_would_end_soon(own: CertificateFolder) -> None:
    before, names = own.server.read_bytes(), own.names()
    assert not own.renew(T0 + 360 * DAY_US)
    assert own.server.read_bytes() == before
    assert own.renew(T0 + 370 * DAY_US)
    assert own.names() == names
    ends = x509.load_pem_x509_certificate(own.server.read_bytes()).not_valid_after_utc
    assert ends.timestamp() > (T0 + 760 * DAY_US) / 1_000_000


def test_damaged_files_are_named(own: CertificateFolder) -> None:
    own.ca_key.write_text("nothing")
    with pytest.raises(BadCertificate, match=r"ca\.key"):
        own.issue(["hub.example"], T0)
    with pytest.raises(IdentityMissing, match="backup"):
        identity.load(own.folder / "identity.pem")
    with pytest.raises(IdentityMissing, match="Ed25519"):
        identity.load(own.server_key)
    with pytest.raises(IdentityMissing, match="no key"):
        identity.load(own.ca)


def test_an_identity_comes_back_as_it_was(tmp_path: Path) -> None:
    made = HubIdentity()
    made.save(tmp_path / "identity.pem")
    assert identity.load(tmp_path / "identity.pem").public == made.public
    assert stat.S_IMODE((tmp_path / "identity.pem").stat().st_mode) == 0o600
    assert "private" not in repr(made)
