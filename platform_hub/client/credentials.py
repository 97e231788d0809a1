"""Credentials: a key that never changes, a person's session that renews itself, a gateway's own key.

Each is called once per request and returns what the request shows as its bearer.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from area_configs.domain.errors import HubRejected
from platform_hub.client.errors import not_the_hub

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_LOGIN = "/area/v1/login"
_REFRESH = "/area/v1/token/refresh"
_LOGOUT = "/area/v1/logout"
_EARLY_S = 60.0  # a token is renewed before the hub would refuse it
_SECOND_US = 1_000_000
_UNAUTHORISED = 401


class Credential(Protocol):
    """Gives the bearer of a request; may ask the hub for a new one first."""

    def bearer(self) -> str:
        """Return the bearer, empty where there is none.

        Raises:
            HubUnavailable: the hub cannot be asked for a new one.
            HubRejected: it refuses to give one; log in again.
        """


class Asking(Protocol):
    """What a session asks the hub through: a `HubSession` of its own, without a credential."""

    def post_json(self, path: str, body: Any, bearer: str = "") -> bytes:
        """Send a JSON body and return the answer's."""

    def close(self) -> None:
        """Close the connection."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, or nothing at all."""

    secret: str = field(default="", repr=False)

    def bearer(self) -> str:
        """Return the key."""
        return self.secret


class _Opened(msgspec.Struct, frozen=True, rename="camel"):
    token: str
    refresh_token: str
    expires_in_s: float
    name: str
    role: str


class Session:
    """A person's login. Any thread may use it; only one renews it at a time."""

    def __init__(self, asking: Asking, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._asking = asking
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._until_s = 0.0

    @property
    def role(self) -> str:
        """Return the role of who is logged in, empty where nobody is."""
        return self._opened.role if self._opened else ""

    @property
    def name(self) -> str:
        """Return who is logged in, empty where nobody is."""
        return self._opened.name if self._opened else ""

    def login(self, name: str, password: str) -> None:
        """Open the session; the password is not kept.

        Raises:
            HubUnavailable: no answer.
            HubRejected: name or password is wrong, or too many were.
        """
        with self._lock:
            body = {"name": name, "password": password}
            self._opened = self._read(self._asking.post_json(_LOGIN, body))

    def bearer(self) -> str:
        """Return a token that is still valid for a while."""
        with self._lock:
            if self._opened is None:
                return ""
            if self._clock_s() >= self._until_s:
                self._opened = self._renewed(self._opened.refresh_token)
            return self._opened.token

    def logout(self) -> None:
        """End the session at the hub as well, where it can be reached."""
        with self._lock:
            opened, self._opened = self._opened, None
            if opened:
                self._asking.post_json(_LOGOUT, None, opened.token)

    def close(self) -> None:
        """Close the connection; a login that is open stays open until the hub ends it."""
        self._asking.close()

    def _renewed(self, refresh: str) -> _Opened:
        try:
            return self._read(self._asking.post_json(_REFRESH, {"refreshToken": refresh}))
        except HubRejected as error:
            if error.status == _UNAUTHORISED:
                self._opened = None  # it has ended: nothing to try again
            raise

    def _read(self, body: bytes) -> _Opened:
        try:
            opened = msgspec.json.decode(body, type=_Opened)
        except msgspec.MsgspecError as error:
            raise not_the_hub("the hub", f"its answer is no login: {error}") from error
        self._until_s = self._clock_s() + max(0.0, opened.expires_in_s - _EARLY_S)
        return opened


class GatewayIdentity:
    """A gateway's own Ed25519 key; it signs a token whenever the last one is nearly over.

    Args:
        gateway: id of the gateway.
        audience: what the hub calls itself to gateways, such as `smartarea:harumi`.
        private: the key.
        now_us: the gateway's clock, microseconds since 1970 UTC; `offset_us` corrects it.
    """

    def __init__(
        self,
        gateway: str,
        audience: str,
        private: Ed25519PrivateKey,
        now_us: Callable[[], int],
    ) -> None:
        self.offset_us = 0
        self._gateway = gateway
        self._audience = audience
        self._private = private
        self._now_us = now_us
        self._token = ""
        self._until_us = 0

    @property
    def public(self) -> str:
        """Return the public half, as it is registered at the hub."""
        from platform_hub.wire import tokens  # noqa: PLC0415 - cryptography only where it is used

        return tokens.public_text(self._private.public_key())

    def bearer(self) -> str:
        """Return a token of this moment."""
        from platform_hub.wire import tokens  # noqa: PLC0415 - cryptography only where it is used

        now_us = self._now_us() + self.offset_us
        if not self._token or not now_us < self._until_us:
            jti = secrets.token_hex(8)
            claims = tokens.gateway_claims(self._gateway, self._audience, now_us, jti)
            self._token = tokens.mint(self._private, claims)
            self._until_us = now_us + (tokens.LIFETIME_S // 2) * _SECOND_US
        return self._token


def load_private_key(file: Path) -> Ed25519PrivateKey:
    """Read an Ed25519 private key, PEM.

    Raises:
        ValueError: there is none in the file.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415  # only where it is used

    try:
        found = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} holds no private key that can be read") from error
    if not isinstance(found, ed25519.Ed25519PrivateKey):
        raise ValueError(f"{file} holds no Ed25519 key")  # noqa: TRY004 - the file is wrong
    return found
