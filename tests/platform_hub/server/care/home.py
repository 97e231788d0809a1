"""A home with two residents and two caregivers at a guarded hub, asked as each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.governance.roles import Role
from platform_hub.wire.care import Batch, Happening, Minute
from tests.platform_hub.server.governance.office import Office

if TYPE_CHECKING:
    from httpx import Response

A, B = "p-" + "a" * 26, "p-" + "b" * 26
HANA, KEN = "hana", "ken"  # Hana looks after A, Ken after B
ROOT = "/area/v1/care"
DAY_MIN = 1440
ALL = ["wearable", "records", "research"]


class Home(Office):
    """Both residents have consented to everything."""

    def __init__(self, town: Any) -> None:
        super().__init__(town)
        for ident, label, caregiver in ((A, "A", HANA), (B, "B", KEN)):
            assert self.as_manager("POST", "/residents", {"id": ident, "label": label}).is_success
            one = f"/residents/{ident}"
            assert self.as_manager("PUT", f"{one}/assignments", {"caregivers": [caregiver]})
            consent = {"scopes": ALL, "policy": "2026-04", "givenOn": "2023-11-01"}
            assert self.as_manager("POST", f"{one}/consents", consent).is_success

    def as_manager(self, method: str, path: str, body: Any = None) -> Response:
        return self.ask(method, ROOT + path, body)

    def as_carer(self, name: str, method: str, path: str, body: Any = None) -> Response:
        return self.ask(method, ROOT + path, body, Role.CAREGIVER, name=name)

    def send(self, minutes: list[Minute], happenings: list[Happening] | None = None) -> Response:
        body = msgspec.to_builtins(Batch(minutes, happenings or []))
        return self.ask("POST", f"{ROOT}/minutes", body, Role.GATEWAY)

    @property
    def minute(self) -> int:
        return self.clock.us // 60_000_000

    def worn(self, of: str, first: int, count: int, **more: Any) -> list[Minute]:
        return [
            Minute(of, first + n, worn=True, complete=True, still=True, **more)
            for n in range(count)
        ]
