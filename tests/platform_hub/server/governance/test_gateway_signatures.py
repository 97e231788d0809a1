"""Gateways by signature: their own key speaks for them, and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.server.governance.roles import Role
from platform_hub.wire import tokens
from tests.platform_hub.server.governance.office import SigningGateway

if TYPE_CHECKING:
    from tests.platform_hub.server.governance.office import Office

ORDERS = "/area/v1/gateways/gw-1/orders"
MINUTE_S = 60


@pytest.fixture
def gateway(office: Office) -> SigningGateway:
    made = SigningGateway(office)
    assert made.register().status_code == 201
    return made


def test_a_registered_gateway_speaks_for_itself_only(
    office: Office, gateway: SigningGateway
) -> None:
    assert gateway.ask("GET", "/area/v1/me").json()["name"] == "gw-1"
    assert gateway.ask("GET", ORDERS).status_code == 200
    assert gateway.ask("GET", "/area/v1/gateways/gw-2/orders").status_code == 403
    assert (
        office.ask("GET", ORDERS, role=Role.GATEWAY).status_code == 200
    )  # a bearer key still does


def test_an_unregistered_key_is_refused(office: Office) -> None:
    answer = SigningGateway(office).ask("GET", ORDERS)
    assert answer.status_code == 401
    assert "register it" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"aud": "smartarea:elsewhere"}, "for smartarea:town"),
        ({"iss": "gw-2"}, "for smartarea:town"),
        ({"iat": None}, "neither when"),
        ({"exp": 9_000_000_000}, "expired"),
    ],
)
def test_wrong_claims_are_named(gateway: SigningGateway, changed: dict, words: str) -> None:
    answer = gateway.office.as_bearer(gateway.token(**changed), "GET", ORDERS)
    assert answer.status_code == 401
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(("minutes", "expected"), [(-3, 401), (-1, 200), (6, 200), (8, 401)])
def test_a_clock_may_be_off_by_two_minutes(
    gateway: SigningGateway, minutes: int, expected: int
) -> None:
    token = gateway.token()
    gateway.office.clock.us += minutes * MINUTE_S * 1_000_000
    answer = gateway.office.as_bearer(token, "GET", ORDERS)
    assert answer.status_code == expected
    if expected == 401:
        assert "clock" in answer.json()["detail"]


def test_a_replaced_and_a_revoked_key_are_refused_at_once(
    office: Office, gateway: SigningGateway
) -> None:
    replacement = SigningGateway(office)
    assert replacement.register().status_code == 201
    assert gateway.ask("GET", ORDERS).status_code == 401
    assert replacement.ask("GET", ORDERS).status_code == 200
    assert gateway.register().status_code == 409  # a revoked key never comes back
    place = "/area/v1/gateways/gw-1/key"
    assert office.ask("DELETE", place, role=Role.TECHNICIAN).status_code == 200
    assert replacement.ask("GET", ORDERS).status_code == 401
    assert office.ask("DELETE", place).status_code == 404


def test_only_gateways_of_the_area_and_only_keys_are_registered(office: Office) -> None:
    assert SigningGateway(office, "gw-9").register().status_code == 404
    body = {"id": "gw-1", "publicKey": "A" * 42}
    assert office.ask("POST", "/area/v1/gateways", body).status_code == 400


def test_another_algorithm_is_refused(gateway: SigningGateway) -> None:
    head, rest = gateway.token().split(".", 1)
    for forged in (b'{"alg":"none"}', b'{"alg":"HS256"}'):
        token = f"{tokens._text(forged).decode()}.{rest}"
        assert gateway.office.as_bearer(token, "GET", ORDERS).status_code == 401
    assert head


def test_the_hub_says_who_it_is_and_what_time_it_is(office: Office) -> None:
    http = office.town.http
    identity = http.get("/area/v1/identity").json()
    assert identity["audience"] == "smartarea:town"
    answer = http.get("/area/v1/time", params={"nonce": "abcdefgh"}).json()
    signed = tokens.parse(answer["signed"]).check(tokens.public_key(identity["publicKey"]))
    assert signed == {"iss": "hub", "nonce": "abcdefgh", "now_us": office.clock.us}
    assert http.get("/area/v1/time", params={"nonce": "x"}).status_code == 400
