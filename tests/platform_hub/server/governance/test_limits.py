"""Limits: how fast, how much a day, how long a body; and what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.server.governance import quotas
from platform_hub.server.governance.keys import Caller
from platform_hub.server.governance.limits import Buckets, Rate
from platform_hub.server.governance.quotas import PLAN_CLASSES, PlanClass
from platform_hub.server.governance.roles import Role

if TYPE_CHECKING:
    from tests.platform_hub.server.governance.office import Office

LIST = "/ngsi-ld/v1/entities?local=true"
SECOND = 1_000_000


def test_a_bucket_empties_and_fills() -> None:
    buckets = Buckets(Rate(2, 0.5))
    assert [buckets.take("a", 0) for _ in range(3)] == [0, 0, 2.0]
    assert buckets.take("b", 0) == 0
    assert buckets.take("a", SECOND) == 1.0
    assert buckets.take("a", 2 * SECOND) == 0
    assert buckets.empty("a", 2 * SECOND) == 2.0
    assert [buckets.take("a", 99 * SECOND) for _ in range(3)] == [0, 0, 2.0]


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    buckets = Buckets(Rate(2, 1.0))
    assert [buckets.take("a", at) for at in (10 * SECOND, 5 * SECOND)] == [0, 0]


def test_a_quota_is_said_counted_and_held(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    small = dict(PLAN_CLASSES) | {"free": PlanClass(3, Rate(100, 1))}
    monkeypatch.setattr(quotas, "PLAN_CLASSES", small)
    key = office.key(Role.OPEN_DATA, "app", "free")
    answers = [office.as_bearer(key, "GET", LIST) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    left = [answer.headers["ratelimit-remaining"] for answer in answers]
    assert left == ["2", "1", "0", "0"]
    assert answers[0].headers["ratelimit-limit"] == "3"
    reset_s = int(answers[3].headers["ratelimit-reset"])
    assert answers[3].headers["retry-after"] == str(reset_s)
    assert "quota" in answers[3].json()["detail"]
    office.clock.us += reset_s * SECOND
    assert office.as_bearer(key, "GET", LIST).status_code == 200


def test_an_open_data_key_is_free_unless_said_otherwise(office: Office) -> None:
    made = office.ask("POST", "/area/v1/keys", {"role": "open_data", "name": "app"}).json()
    assert (made["plan"], made["key"][:4]) == ("free", "sah_")
    answer = office.as_bearer(made["key"], "GET", LIST)
    assert answer.headers["ratelimit-limit"] == "10000"
    listed = office.ask("GET", "/area/v1/keys").json()
    assert made["key"] not in str(listed)
    assert office.ask("DELETE", f"/area/v1/keys/{made['id']}").status_code == 200
    assert office.as_bearer(made["key"], "GET", LIST).status_code == 401
    for ident in (made["id"], "", "%25"):
        assert office.ask("DELETE", f"/area/v1/keys/{ident}").status_code in {404, 405}


def test_the_operators_own_keys_have_no_quota(office: Office) -> None:
    assert "ratelimit-limit" not in office.ask("GET", LIST).headers


def test_an_unknown_plan_is_refused(office: Office) -> None:
    body = {"role": "reader", "name": "wall", "plan": "gold"}
    assert office.ask("POST", "/area/v1/keys", body).status_code == 400


async def test_usage_is_stored_and_told(office: Office) -> None:
    meter = quotas.Meter(office.town.database)
    caller = Caller(Role.OPEN_DATA, "app", plan="free")
    for _ in range(3):
        await meter.spend(caller, office.clock.us)
    meter.answered(caller, office.clock.us, 500)
    await meter.flush()
    await meter.spend(caller, office.clock.us)
    await meter.flush()
    rows = office.ask("GET", "/area/v1/usage?days=2").json()
    assert {"caller": "open_data:app", "day": "2023-11-14", "requests": 4, "bytes": 500} in rows
    office.clock.us += 2 * 86_400 * SECOND
    assert "open_data:app" not in str(office.ask("GET", "/area/v1/usage?days=2").json())


@pytest.mark.parametrize(
    ("content", "media_type", "status", "words"),
    [
        (b"x" * (300 << 10), "application/json", 413, "longer than"),
        (b"{}", "text/plain", 415, "application/json"),
        (b"{", "application/json", 400, "not JSON"),
        (b"\xff\xfe", "application/json", 400, "not JSON"),
        (b'{"role":1e999,"name":"x"}', "application/json", 400, "body"),
        (b"[" * 100_000, "application/json", 400, "nests deeper"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "application/json", 400, "nests deeper"),
        (b'{"role":"reader","name":"x","more":1}', "application/json", 400, "more"),
    ],
)
def test_hostile_bodies_are_refused_in_words(
    office: Office, content: bytes, media_type: str, status: int, words: str
) -> None:
    headers = {"Authorization": f"Bearer {office.key(Role.MANAGER)}", "Content-Type": media_type}
    answer = office.town.http.post("/area/v1/keys", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
