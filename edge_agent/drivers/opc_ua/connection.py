"""One connection to an OPC UA server: whom we trust, who we are, and why it failed, in a sentence.

Nothing is said to a server whose certificate is not the one that was trusted at commissioning.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.crypto.uacrypto import CertProperties
from asyncua.ua.uaerrors import UaError, UaStatusCodeError
from cryptography.exceptions import InvalidSignature

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.drivers.base import AccessRefused
from edge_agent.transports import opc_ua_certificate as certificates
from edge_agent.transports import tcp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from area_configs.domain.areas import Link
    from edge_agent.credentials import OpcUaIdentity

# It logs every failure that it also raises; the agent says each once, in its own words.
logging.getLogger("asyncua").setLevel(logging.CRITICAL + 1)

FAILURES = (UaError, OSError, TimeoutError, asyncio.IncompleteReadError, InvalidSignature)
_PORT = 4840
_SESSION_MS = 60_000  # a server forgets us so soon after a connection that broke
_NO_ENTRY = (
    ua.StatusCodes.BadSecurityChecksFailed,
    ua.StatusCodes.BadCertificateUntrusted,
    ua.StatusCodes.BadCertificateInvalid,
    ua.StatusCodes.BadCertificateUseNotAllowed,
    ua.StatusCodes.BadCertificateUriInvalid,
    ua.StatusCodes.BadCertificateTimeInvalid,
    ua.StatusCodes.BadIdentityTokenRejected,
    ua.StatusCodes.BadIdentityTokenInvalid,
    ua.StatusCodes.BadUserAccessDenied,
)


class Connection:
    """Opens the session of one link and knows the certificates in it.

    Args:
        link: address, security and trusted fingerprint.
        identity: where the gateway's own certificate is.
        timeout_s: how long one request may take.
        lost: called once when an open connection breaks.
    """

    def __init__(
        self, link: Link, identity: OpcUaIdentity, timeout_s: float, lost: Callable[[], None]
    ) -> None:
        self._link = link
        self._identity = identity
        self._timeout_s = timeout_s
        self._lost = lost
        self._expiries: tuple[float, ...] = ()

    @property
    def expires_s(self) -> float | None:
        """Return when the first certificate of the link expires, seconds since 1970."""
        return min(self._expiries, default=None)

    async def open(self) -> Client:
        """Return a client with an active session.

        Raises:
            DeviceUnavailable: not reachable; AccessRefused where either side does not trust.
        """
        place = urlsplit(self._link.url)
        await tcp.require_listener(place.hostname or "", place.port or _PORT, self._timeout_s)
        client = Client(self._link.url, timeout=self._timeout_s, watchdog_intervall=5.0)
        client.name = client.description = "Smart Area Suite edge agent"
        client.session_timeout = _SESSION_MS
        client.connection_lost_callback = self._on_loss
        try:
            await self._secure(client)
            await client.connect()
        except UaStatusCodeError as error:
            raise self._refusal(error) from error
        except AssertionError as error:  # asyncua's way to say that the channel was not opened
            raise self._not_accepted("it does not open a channel") from error
        except FAILURES as error:
            raise self._broken(error) from error
        return client

    async def _on_loss(self, _error: Exception) -> None:
        self._lost()

    async def _secure(self, client: Client) -> None:
        if self._link.security == "lab":
            self._expiries = ()
            return
        der = await self._trusted_certificate(client)
        loop = asyncio.get_running_loop()
        own = await loop.run_in_executor(None, certificates.own_certificate, self._identity.folder)
        self._expiries = certificates.expires_s(der), certificates.expires_s(own.der)
        client.application_uri = own.uri
        await client.set_security(
            SecurityPolicyBasic256Sha256,
            certificate=CertProperties(own.der, "der"),
            private_key=CertProperties(own.key, "pem"),
            server_certificate=CertProperties(der, "der"),
            mode=ua.MessageSecurityMode.SignAndEncrypt,
        )

    async def _trusted_certificate(self, client: Client) -> bytes:
        endpoints = await client.connect_and_get_server_endpoints()
        der = next((one.ServerCertificate for one in endpoints if _fits(one)), None)
        if not der:
            raise DeviceUnavailable(
                f"{self._link.url} offers no Basic256Sha256 with SignAndEncrypt, only "
                f"{_offers(endpoints)}: switch it on there; an unprotected server is spoken to "
                f'only where the link says security = "lab"'
            )
        der = certificates.first_of_chain(der)
        self._check_trust(certificates.fingerprint(der))
        return der

    def _check_trust(self, found: str) -> None:
        if not self._link.trust:
            raise AccessRefused(
                f"{self._link.url} is not trusted yet: it shows a certificate with the SHA-256 "
                f"fingerprint {found}; compare it at the server, then set trust to it in the link"
            )
        if not certificates.same_fingerprint(found, self._link.trust):
            raise AccessRefused(
                f"{self._link.url} shows another certificate than the trusted one: {found} in the "
                f"place of {self._link.trust}; nothing was sent. If it was renewed, compare it at "
                f"the server and set trust to it in the link"
            )

    def _refusal(self, error: UaStatusCodeError) -> DeviceUnavailable:
        if error.code not in _NO_ENTRY:
            return self._broken(error)
        if self._link.security == "lab":
            return AccessRefused(f"{self._link.url} refuses an unprotected session: {_name(error)}")
        return self._not_accepted(_name(error))

    def _not_accepted(self, how: str) -> AccessRefused:
        own = certificates.own_certificate(self._identity.folder)
        return AccessRefused(
            f"{self._link.url} does not accept this gateway ({how}): accept its "
            f"certificate there, {own.file}, fingerprint {certificates.fingerprint(own.der)}"
        )

    def _broken(self, error: BaseException) -> DeviceUnavailable:
        return DeviceUnavailable(
            f"{self._link.url} answers, but no OPC UA session opens: {_name(error)}"
        )


def _fits(endpoint: ua.EndpointDescription) -> bool:
    protected = endpoint.SecurityMode == ua.MessageSecurityMode.SignAndEncrypt
    return protected and str(endpoint.SecurityPolicyUri) == SecurityPolicyBasic256Sha256.URI


def _offers(endpoints: Sequence[ua.EndpointDescription]) -> str:
    found = {
        f"{(one.SecurityPolicyUri or '').rpartition('#')[2]}/{one.SecurityMode.name.rstrip('_')}"
        for one in endpoints
    }
    return ", ".join(sorted(found)) or "nothing"


def _name(error: BaseException) -> str:
    if isinstance(error, UaStatusCodeError):
        return ua.StatusCode(error.code).name
    return str(error) or type(error).__name__
