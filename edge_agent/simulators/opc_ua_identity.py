"""The certificate of a simulated OPC UA server; made anew at each start."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

from asyncua.crypto import cert_gen
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """Certificate (DER), key (PEM) and the fingerprint under which a gateway trusts it."""

    uri: str
    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)
    fingerprint: str

    def pem(self) -> bytes:
        """Return the certificate as text, as other servers want it."""
        return x509.load_der_x509_certificate(self.certificate).public_bytes(Encoding.PEM)


def invent_identity(name: str, days: int = 365, uri: str = "") -> ServerIdentity:
    """Return a fresh self-signed identity, valid for so many days; already expired below 0."""
    uri, host = uri or f"urn:simulated:{name}", socket.gethostname()
    key = cert_gen.generate_private_key()
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri), x509.DNSName(host)]
    usage = [ExtendedKeyUsageOID.SERVER_AUTH]
    certificate = cert_gen.generate_self_signed_app_certificate(
        key, f"Simulated {name}"[:64], {}, names, usage, days=days
    )
    pem = cert_gen.dump_private_key_as_pem(key)
    der = certificate.public_bytes(Encoding.DER)
    return ServerIdentity(uri, der, pem, certificate.fingerprint(hashes.SHA256()).hex())
