"""Whatever the description allows, and much that it does not, is answered without a fault of ours."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from platform_hub.server.app import openapi
from tests.platform_hub.server.town import METER, power

with warnings.catch_warnings():  # some of its parts speak of their own future
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode

if TYPE_CHECKING:
    from httpx import Response

    from tests.platform_hub.server.town import Town

_REFUSAL, _FAULT = 400, 500
_ANSWERS = {501, 504}  # not here, and a context that cannot be fetched: answers, not faults
_APART = {"/ngsi-ld/ex/v1/live", "/ngsi-ld/ex/v1/blocks"}  # one does not end, one speaks no JSON


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_dict(openapi())
    found = [result.ok() for result in schema.get_all_operations()]
    return [one for one in found if one.path not in _APART and "events" not in one.path]


def asked(hub: Town, case: Any) -> Response:
    if str(case.path_parameters.get("id", "")).startswith("u"):
        case.path_parameters["id"] = METER
    sent = case.as_transport_kwargs(base_url="http://testserver")
    body = sent.pop("data", None)
    if "json" in sent:
        body = msgspec.json.encode(sent.pop("json"))
    kept = {name: sent[name] for name in ("method", "url", "params", "headers") if sent.get(name)}
    return hub.http.request(**kept, content=body or b"")


def check(hub: Town, count: int) -> None:
    hub.say(power(0))
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
                answer = asked(hub, case)
                if answer.status_code >= _FAULT and answer.status_code not in _ANSWERS:
                    faults.append((case.as_curl_command(), answer.text))
                if answer.status_code >= _REFUSAL and answer.request.method != "HEAD":
                    assert answer.headers["content-type"] == "application/problem+json"

            with contextlib.suppress(Unsatisfiable):  # where nothing can be wrong
                ask()
    assert not faults


@pytest.mark.slow
def test_no_request_finds_a_fault(hub: Town) -> None:
    check(hub, 1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_no_request_of_many_finds_a_fault(hub: Town) -> None:
    check(hub, 100)
