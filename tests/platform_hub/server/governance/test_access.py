"""Access: who may do what, and how the others are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.server.governance import keys
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import keys as stored
from platform_hub.wire import blocks
from platform_hub.wire.blocks import Block
from tests.platform_hub.server.town import METER, T0, power, sent_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.store.database import Database
    from tests.platform_hub.server.town import Town

BODY = blocks.join([blocks.encode(Block("gw-1", 1, 1, (power(0),)))])
READS = [
    "/ngsi-ld/v1/entities?local=true",
    f"/ngsi-ld/v1/entities/{METER}",
    f"/ngsi-ld/v1/temporal/entities/{METER}",
    "/area/v1/pack",
    "/area/v1/gateways",
]


@pytest.fixture
def hub(serve: Callable[..., Town]) -> Town:
    return serve(open_to_all=False)


@pytest.fixture
def bearer(database: Database) -> Callable[[Role, str], dict[str, str]]:
    def make(role: Role, name: str = "someone") -> dict[str, str]:
        made = database.write(lambda tx: keys.create(tx, role, name, T0)).result()
        return {"Authorization": f"Bearer {made.secret}"}

    return make


def post(hub: Town, key: dict[str, str]) -> int:
    return hub.http.post("/ngsi-ld/ex/v1/blocks", content=BODY, headers=sent_as() | key).status_code


@pytest.mark.parametrize("path", [*READS, "/ngsi-ld/ex/v1/live"])
def test_without_a_key_nothing_is_read(hub: Town, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = hub.http.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


def test_health_and_description_are_open(hub: Town) -> None:
    assert hub.get("/health").status_code == 200
    assert hub.get("/openapi.json").status_code == 200


def test_a_gateway_stores_for_itself_only(hub: Town, bearer: Callable[..., dict[str, str]]) -> None:
    assert post(hub, {}) == 401
    assert post(hub, bearer(Role.GATEWAY, "gw-1")) == 200
    assert post(hub, bearer(Role.GATEWAY, "gw-2")) == 403
    assert post(hub, bearer(Role.READER)) == 403
    assert post(hub, bearer(Role.MANAGER)) == 200


def test_a_revoked_key_is_refused_at_once(
    hub: Town, bearer: Callable[..., dict[str, str]], database: Database
) -> None:
    key = bearer(Role.READER, "visitor")
    assert hub.http.get("/area/v1/gateways", headers=key).status_code == 200
    revoke = database.write(lambda tx: stored.revoke(tx, "visitor", None, T0))
    assert revoke.result() == 1
    assert hub.http.get("/area/v1/gateways", headers=key).status_code == 401


def test_secrets_are_kept_as_hashes_only(database: Database) -> None:
    made = database.write(lambda tx: keys.create(tx, Role.READER, "r", T0)).result()
    (kept,) = database.read(stored.all_keys)
    assert len(made.secret) > 40
    assert made.secret not in repr(kept)
    assert database.read(lambda tx: keys.caller_of(tx, made.secret)) == keys.Caller(
        Role.READER, "r"
    )
