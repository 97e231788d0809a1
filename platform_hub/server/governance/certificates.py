"""The hub's own CA and server certificate: made at `init`, renewed by themselves, pinned by others.

EC P-256; the CA for 10 years, the server's for 397 days. Subject and authority key identifiers and
critical constraints stand in both, for Python 3.13 verifies strictly (RFC 5280, 4.2.1).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from area_configs.domain.errors import SmartAreaError
from platform_hub.server.governance.identity import write_secret

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CA_DAYS = 3653
_SERVER_DAYS = 397
_RENEW_DAYS = 30
_SLACK = timedelta(minutes=10)  # a gateway's clock may be behind
_LOCAL = ("localhost", "127.0.0.1", "::1")


class BadCertificate(SmartAreaError):
    """A certificate or its key cannot be used; says which file and what to do."""


@dataclass(frozen=True, slots=True)
class CertificateFolder:
    """The files of the hub's own CA and certificate."""

    folder: Path

    @property
    def ca(self) -> Path:
        """Return the CA's certificate, which others pin."""
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        """Return the CA's key."""
        return self.folder / "ca.key"

    @property
    def server(self) -> Path:
        """Return the server's certificate with that of the CA behind it."""
        return self.folder / "server.pem"

    @property
    def server_key(self) -> Path:
        """Return the server's key."""
        return self.folder / "server.key"

    def exists(self) -> bool:
        """Tell whether the hub has a CA of its own."""
        return self.ca.is_file() and self.ca_key.is_file()

    def found(self, area: str, names: Sequence[str], now_us: int) -> None:
        """Make a new CA and a certificate of it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(f"Smart Area CA of {area}")
        builder = _builder(name, name, key.public_key(), now_us, _CA_DAYS)
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(ca=True), critical=True)
            .add_extension(_authority(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_secret(self.ca_key, _pem(key))
        self.ca.write_bytes(_certificate(certificate))
        self.issue([*_LOCAL, server_name(area), *names], now_us)

    def issue(self, names: Sequence[str], now_us: int) -> None:
        """Make a server certificate for DNS names and addresses.

        Raises:
            BadCertificate: the CA cannot be read, or a name is none.
        """
        ca, ca_key = _read(self.ca), _read_key(self.ca_key)
        key = ec.generate_private_key(ec.SECP256R1())
        unique = list(dict.fromkeys(names))
        builder = _builder(_name(unique[0]), ca.subject, key.public_key(), now_us, _SERVER_DAYS)
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(ca=False), critical=True)
            .add_extension(_authority(ca_key.public_key()), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(map(_general, unique)), critical=False)
            .sign(ca_key, hashes.SHA256())
        )
        write_secret(self.server_key, _pem(key))
        self.server.write_bytes(_certificate(certificate) + _certificate(ca))

    def names(self) -> list[str]:
        """Return the names that the present server certificate is for."""
        held = _read(self.server).extensions.get_extension_for_class(x509.SubjectAlternativeName)
        return [str(name.value) for name in held.value]

    def renew(self, now_us: int) -> bool:
        """Renew a server certificate that ends soon; tell whether it was done."""
        ends = _read(self.server).not_valid_after_utc
        if ends - _instant(now_us) > timedelta(days=_RENEW_DAYS):
            return False
        self.issue(self.names(), now_us)
        return True


def server_name(area: str) -> str:
    """Return the fixed name that every hub's certificate holds, whatever address it stands at."""
    return f"hub.{area.replace('_', '-')}.smartarea.internal"


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 of a certificate, as people compare it."""
    return _read(certificate).fingerprint(hashes.SHA256()).hex(":")


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    now_us: int,
    days: int,
) -> x509.CertificateBuilder:
    begins = _instant(now_us) - _SLACK
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(public: ec.EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name)
    except ValueError as error:
        raise BadCertificate(f"{name!r} is neither a DNS name nor an address") from error


def _instant(now_us: int) -> datetime:
    return datetime.fromtimestamp(now_us // 1_000_000, tz=UTC)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _certificate(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _read(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as error:
        raise BadCertificate(f"{file} cannot be read: restore it from a backup") from error


def _read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise BadCertificate(f"{file} cannot be read: restore it from a backup") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BadCertificate(f"{file} is no EC key: restore it from a backup")
    return key
