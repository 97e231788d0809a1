"""What a newcomer may know before it can say who it is: the hub's keys, its CA and its time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_hub.server.governance import gateway_signatures
from platform_hub.server.governance.answers import bad_request, json_response

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.governance.access import Authority

IDENTITY_PATH = "/area/v1/identity"
TIME_PATH = "/area/v1/time"
_NONCE = re.compile(r"[\w-]{8,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Trust:
    """The endpoints."""

    authority: Authority
    ca: str = ""

    async def identity(self, _request: Request) -> Response:
        """Return the hub's public key and CA; a gateway pins both when it is claimed."""
        identity, area = self.authority.identity, self.authority.area
        return json_response(
            {
                "area": area,
                "audience": gateway_signatures.audience(area),
                "keyId": identity.kid,
                "publicKey": identity.public,
                "ca": self.ca,
            }
        )

    async def time(self, request: Request) -> Response:
        """Return the hub's time, signed together with the caller's nonce.

        A gateway whose clock is wrong cannot check certificates by date; it believes this time
        where the nonce is its own and the key the one that it pinned.
        """
        nonce = request.query_params.get("nonce", "")
        if not _NONCE.fullmatch(nonce):
            raise bad_request("give a fresh nonce of 8 to 128 letters and digits: ?nonce=...")
        now_us = self.authority.now_us()
        signed = self.authority.identity.sign({"iss": "hub", "nonce": nonce, "now_us": now_us})
        return json_response(
            {"nowUs": now_us, "signed": signed}, headers={"Cache-Control": "no-store"}
        )
