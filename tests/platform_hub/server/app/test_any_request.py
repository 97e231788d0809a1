"""Whatever the description allows, and much that it does not, is answered without a fault of ours.

Asked of a hub that is open to all, and of one that wants keys: with none, with a wrong one, and with
one of each role.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from platform_hub.server.app import openapi
from platform_hub.server.governance import keys
from platform_hub.server.governance.roles import Role
from tests.platform_hub.server.town import METER, T0, power

with warnings.catch_warnings():  # some of its parts speak of their own future
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import Response

    from platform_hub.server.store.database import Transaction
    from tests.platform_hub.server.town import Town

Headers: TypeAlias = dict[str, str]
_SECOND_US = 1_000_000
_REFUSAL, _FAULT = 400, 500
_ANSWERS = {501, 504}  # not here, and a context that cannot be fetched: answers, not faults
_APART = ("/live", "/events", "/stream", "/orders", "/blocks")  # they wait, or speak no JSON


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_dict(openapi())
    found = [result.ok() for result in schema.get_all_operations()]
    return [one for one in found if not one.path.endswith(_APART) and _takes_json(one)]


def _takes_json(operation: Any) -> bool:
    """Tell whether its body, where it has one, can be made up: a packed area cannot."""
    described = operation.definition.raw.get("requestBody", {}).get("content", {"json": {}})
    return any("json" in media_type for media_type in described)


def asked(hub: Town, case: Any, key: Headers) -> Response:
    if str(case.path_parameters.get("id", "")).startswith("u"):
        case.path_parameters["id"] = METER
    sent = case.as_transport_kwargs(base_url="http://testserver")
    body = sent.pop("data", None)
    if "json" in sent:
        body = msgspec.json.encode(sent.pop("json"))
    kept = {name: sent[name] for name in ("method", "url", "params", "headers") if sent.get(name)}
    hub.clock.us += _SECOND_US  # no caller is refused for asking too fast
    headers = dict(kept.get("headers") or {}) | key
    kept["headers"] = {name: str(value).encode() for name, value in headers.items()}
    return hub.http.request(**kept, content=body or b"")


def check(hub: Town, count: int, key: Headers | None = None) -> int:
    """Ask every operation with so many requests of each kind; return how many were sent."""
    key = key or {}
    sent = 0
    faults = []
    for operation in operations():
        for mode in GenerationMode:

            @settings(
                max_examples=count,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal sent
                sent += 1
                answer = asked(hub, case, key)
                if answer.status_code >= _FAULT and answer.status_code not in _ANSWERS:
                    faults.append((case.as_curl_command(), answer.text))
                if answer.status_code >= _REFUSAL and answer.request.method != "HEAD":
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", answer.json()["code"])

            with contextlib.suppress(Unsatisfiable):  # where nothing can be wrong
                ask()
    assert not faults
    return sent


WRONG = (b"[]", b"[{}]", b"[1]", b'"x"', b"null", b"{}")
TYPES = ("application/json", "application/ld+json")
WATCHING = {
    "id": METER,  # whatever is asked for by an id is there
    "type": "Subscription",
    "entities": [{"type": "Device"}],
    "notification": {"endpoint": {"uri": "http://127.0.0.1:9/"}},
}


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_body_of_another_kind_is_refused_or_taken_everywhere(hub: Town) -> None:
    hub.say(power(0))
    assert hub.http.post("/ngsi-ld/v1/subscriptions", json=WATCHING).status_code == 201
    faults = []
    for operation in operations():
        method, path = operation.method.upper(), re.sub(r"\{.*?\}", METER, operation.path)
        for body in WRONG if method in {"POST", "PUT", "PATCH"} else ():
            for media_type in TYPES:
                hub.clock.us += _SECOND_US
                answer = hub.http.request(
                    method, path, content=body, headers={"Content-Type": media_type}
                )
                if answer.status_code >= _FAULT and answer.status_code not in _ANSWERS:
                    faults.append((method, path, body, media_type))
    assert not faults


@pytest.fixture
def guarded(serve: Callable[..., Town]) -> Town:
    return serve(open_to_all=False)


@pytest.fixture
def bearers(guarded: Town) -> dict[str, Headers]:
    """Return what each role sends to be known, and what somebody sends whom nobody knows."""

    def make(transaction: Transaction) -> dict[str, str]:
        return {role: keys.create(transaction, role, "gw-1", T0).secret for role in Role}

    made = guarded.database.write(make).result()
    known: dict[str, Headers] = {
        role: {"Authorization": f"Bearer {secret}"} for role, secret in made.items()
    }
    return known | {"nobody": {}, "a stranger": {"Authorization": "Bearer sah_wrong"}}


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_no_request_finds_a_fault(hub: Town) -> None:
    hub.say(power(0))
    check(hub, 1)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_no_request_with_a_key_finds_a_fault(guarded: Town, bearers: dict[str, Headers]) -> None:
    check(guarded, 1, bearers[Role.MANAGER])


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_no_request_of_many_finds_a_fault(hub: Town) -> None:
    hub.say(power(0))
    print(check(hub, 100), "requests")  # noqa: T201  # a proof's figures are its output


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("who", ["nobody", "a stranger", *Role])
def test_no_request_of_many_with_or_without_a_key_finds_a_fault(
    guarded: Town,
    bearers: dict[str, Headers],
    who: str,
) -> None:
    print(check(guarded, 30, bearers[who]), "requests")  # noqa: T201  # ditto
