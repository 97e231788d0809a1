"""The audit log over HTTP: its entries, its signed head, and its verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.governance import audit, parameters
from platform_hub.server.governance.answers import json_response
from platform_hub.server.store import audit as stored
from platform_hub.wire import timestamps

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from platform_hub.server.governance.access import Authority
    from platform_hub.server.store.audit import Entry

PATH = "/area/v1/audit"
HEAD_PATH = "/area/v1/audit/head"
VERIFICATION_PATH = "/area/v1/audit/verification"
_LAST = 1 << 60


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The endpoints."""

    authority: Authority

    async def list_all(self, request: Request) -> Response:
        """List entries after a number, oldest first."""
        parameters.only(request, {"after", "limit"})
        after = parameters.number(request, "after", 0, (0, _LAST))
        limit = parameters.limit(request)
        found = await self.authority.read(lambda tx: stored.entries(tx, after, limit))
        return json_response([_shown(entry) for entry in found])

    async def head(self, _request: Request) -> Response:
        """Return the signed head, to be kept elsewhere and given to `verify-audit --head`."""
        head = await self.authority.read(stored.head)
        at = timestamps.to_text(head.at_us) if head.seq else None
        return json_response({"seq": head.seq, "hash": head.hash, "at": at, "head": head.signature})

    async def verification(self, _request: Request) -> Response:
        """Verify the whole log now."""
        identity = self.authority.identity
        return json_response(await self.authority.read(lambda tx: audit.verify(tx, identity)))


def _shown(entry: Entry) -> dict[str, Any]:
    body = msgspec.json.decode(entry.body, type=dict[str, Any])
    return {**body, "hash": entry.hash}
