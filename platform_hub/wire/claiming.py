"""Claiming a gateway: SPAKE2 over its printed code, key confirmation, sealed boxes; pure bytes.

Both sides prove that they know the code before either shows anything; the technician proves first.
A wrong code, another gateway's id and a garbled message all end alike. SPAKE2 (RFC 9382) by the
library `spake2`, which confirms no keys: the HMACs here do.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, NamedTuple, TypeVar

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from area_configs.domain.errors import SmartAreaError

_T = TypeVar("_T")

HELLO_PATH, CLAIM_PATH, STATE_PATH = "/claim/v1/hello", "/claim/v1/claim", "/claim/v1/state"
PORT = 9465
PROOF_HEADER, REFUSAL_HEADER = "Claim-Proof", "Claim-Refusal"
MOST_BYTES = 64 << 20  # of a box: the area's files are in it
_INFO = b"smartarea-claim-1"
_TECHNICIAN = b"area-tech"
_NONCE = bytes(12)  # every key seals one message only
_KEY_BYTES = 32


class BadExchange(SmartAreaError):
    """The code is not the same on both sides, or a message was not made for this exchange."""


class GatewayState(msgspec.Struct, frozen=True, rename="camel"):
    """What a gateway says to anybody: never the code, never a key that is secret."""

    gateway: str
    state: str
    version: str = ""
    tries: int = 0
    proto: int = 1


class Offer(msgspec.Struct, frozen=True, rename="camel"):
    """What the technician brings to the gateway, sealed.

    Attributes:
        area: id of the area; `pack` is its files as a zip.
        hub_url, hub_ca, hub_key: where the hub is, its authority as PEM (empty without TLS), its key.
        by: who claims.
        now_us: the hub's time.
    """

    area: str
    hub_url: str
    hub_key: str
    hub_ca: str = ""
    by: str = ""
    now_us: int = 0
    pack: bytes = b""


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """What the gateway answers, sealed: its new key, and the exchange signed with it."""

    gateway: str
    public_key: str
    proof: bytes
    version: str = ""
    serial: str = ""
    clock_us: int = 0


class Keys(NamedTuple):
    """What both sides derive; the transcript binds everything to this exchange."""

    technician: bytes
    gateway: bytes
    to_gateway: bytes
    to_technician: bytes
    transcript: bytes


class Side:
    """One side of the exchange; used once."""

    def __init__(self, code: str, gateway: str, *, technician: bool) -> None:
        """Begin; `message` is what goes to the other side."""
        import spake2  # noqa: PLC0415 - 30 ms, and only claims need it

        make: Any = spake2.SPAKE2_A if technician else spake2.SPAKE2_B
        self._side = make(code.encode(), idA=_TECHNICIAN, idB=gateway.encode())
        self._technician = technician
        self.message: bytes = self._side.start()

    def keys(self, other: bytes) -> Keys:
        """Return the keys that the other side's message leads to.

        Raises:
            BadExchange: it is no such message.
        """
        try:
            shared: bytes = self._side.finish(other)
        except Exception as error:  # the library's own errors, and ValueError of its curve
            raise BadExchange("this is no message of a claim") from error
        first, second = (self.message, other) if self._technician else (other, self.message)
        transcript = hashlib.sha256(_INFO + first + second).digest()
        made = HKDF(hashes.SHA256(), 4 * _KEY_BYTES, salt=transcript, info=_INFO).derive(shared)
        parts = [made[n : n + _KEY_BYTES] for n in range(0, len(made), _KEY_BYTES)]
        return Keys(parts[0], parts[1], parts[2], parts[3], transcript)


def confirmation(key: bytes) -> bytes:
    """Return the proof that a side has a key."""
    return hmac.digest(key, b"confirm", "sha256")


def check(key: bytes, proof: bytes) -> None:
    """Check the other side's proof.

    Raises:
        BadExchange: it has another key, so another code.
    """
    if not hmac.compare_digest(confirmation(key), proof):
        raise BadExchange("the code is not the same on both sides")


def seal(key: bytes, message: msgspec.Struct) -> bytes:
    """Encrypt the one message of a key."""
    return ChaCha20Poly1305(key).encrypt(_NONCE, msgspec.msgpack.encode(message), _INFO)


def unseal(key: bytes, box: bytes, kind: type[_T]) -> _T:
    """Open a box.

    Raises:
        BadExchange: it was sealed with another key or changed on the way.
    """
    try:
        plain = ChaCha20Poly1305(key).decrypt(_NONCE, box, _INFO)
        return msgspec.msgpack.decode(plain, type=kind)
    except (InvalidTag, ValueError) as error:
        raise BadExchange("a message was changed on the way") from error


def authority_hash(pem: str) -> str:
    """Return the hash of a certificate authority, as labels name it.

    Raises:
        BadExchange: it is no certificate.
    """
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise BadExchange("this is no certificate (PEM)") from error
    return hashlib.sha256(found.public_bytes(serialization.Encoding.DER)).hexdigest()
