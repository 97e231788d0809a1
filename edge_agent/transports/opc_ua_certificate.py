"""Certificates of OPC UA: the gateway's own, made on first use, and what there is to know of any."""

from __future__ import annotations

import hashlib
import os
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asyncua.crypto import cert_gen
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from area_configs.domain.errors import DeviceUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_DAYS = 3650
_CERTIFICATE, _KEY = "certificate.der", "key.pem"


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """The gateway's application certificate (DER) and key (PEM); the key stays out of texts."""

    uri: str
    der: bytes = field(repr=False)
    key: bytes = field(repr=False)
    file: Path


def own_certificate(folder: Path) -> OwnCertificate:
    """Return the gateway's certificate; it is made where the folder holds none.

    The folder is its owner's only (0700), the key as well (0600). A certificate is never renewed
    by itself: every server would have to trust it anew. Remove both files to get another.

    Raises:
        DeviceUnavailable: the files cannot be read, made or understood; says which and why.
    """
    certificate, key = folder / _CERTIFICATE, folder / _KEY
    try:
        if not (certificate.exists() and key.exists()):
            _make(folder)
        der, pem = certificate.read_bytes(), key.read_bytes()
        uri = _uri(der)
        fits = _public(x509.load_der_x509_certificate(der)) == _public(_private(pem))
    except OSError as error:
        raise DeviceUnavailable(
            f"the gateway's OPC UA certificate in {folder} cannot be used: {error.strerror}"
        ) from error
    except (ValueError, IndexError, x509.ExtensionNotFound) as error:
        raise DeviceUnavailable(
            f"{certificate} is damaged: remove it and {key.name}, another is made; "
            f"servers must trust it anew"
        ) from error
    if not fits:
        raise DeviceUnavailable(
            f"{key} is damaged or not the key of {certificate.name}: remove both, others are made; "
            f"servers must trust them anew"
        )
    return OwnCertificate(uri, der, pem, certificate)


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 fingerprint of a certificate, 64 small hexadecimal digits."""
    return hashlib.sha256(der).hexdigest()


def same_fingerprint(one: str, other: str) -> bool:
    """Tell whether two fingerprints are equal, however they are written."""
    return one.replace(":", "").lower() == other.replace(":", "").lower()


def expires_s(der: bytes) -> float:
    """Return when a certificate expires, seconds since 1970; ValueError where it is none."""
    return x509.load_der_x509_certificate(der).not_valid_after_utc.timestamp()


def first_of_chain(der: bytes) -> bytes:
    """Return the first certificate of a chain as servers send it (OPC 10000-6, 6.2.6)."""
    return der[: 4 + int.from_bytes(der[2:4], "big")]


def _make(folder: Path) -> None:
    host = socket.gethostname()
    key = cert_gen.generate_private_key()
    names: list[x509.GeneralName] = [
        x509.UniformResourceIdentifier(f"urn:{host}:smart-area-suite:edge-agent"),
        x509.DNSName(host),
    ]
    certificate = cert_gen.generate_self_signed_app_certificate(
        key,
        f"Smart Area gateway {host}"[:64],
        {"organizationName": "Smart Area Suite"},
        names,
        [ExtendedKeyUsageOID.CLIENT_AUTH],
        days=_DAYS,
    )
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _write(folder / _KEY, cert_gen.dump_private_key_as_pem(key))
    _write(folder / _CERTIFICATE, certificate.public_bytes(Encoding.DER))


def _write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only from its first byte on."""
    partial = file.with_suffix(".part")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)


def _private(pem: bytes) -> PrivateKeyTypes | None:
    """Return a key, None where it is none."""
    try:
        return load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it wants a password
        return None


def _public(holder: x509.Certificate | PrivateKeyTypes | None) -> bytes:
    if holder is None:
        return b""
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _uri(der: bytes) -> str:
    names = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    return names.value.get_values_for_type(x509.UniformResourceIdentifier)[0]
