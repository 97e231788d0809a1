"""`/health` and what happens when the database does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.platform_hub.server.town import power

if TYPE_CHECKING:
    from tests.platform_hub.server.town import Town


def test_health(hub: Town) -> None:
    hub.say(power(0), power(1))
    body = hub.get("/health").json()
    assert body.pop("version")
    assert body == {"status": "ok", "area": "town", "database": "ok", "readingsStored": 2}


@pytest.fixture
def broken(hub: Town) -> None:
    """With the hub already up, break every table of an open database, as a damaged disk would."""

    def drop(transaction: object) -> None:
        for table in ("change", "entity", "instance"):
            transaction.exec_driver_sql(f"DROP TABLE {table}")

    hub.database.write(drop).result()


@pytest.mark.usefixtures("broken")
def test_a_database_that_does_not_answer_is_said(hub: Town) -> None:
    answer = hub.get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"
    assert "no such table" in answer.json()["database"]


@pytest.mark.usefixtures("broken")
def test_requests_are_told_to_try_again(hub: Town) -> None:
    answer = hub.get("/ngsi-ld/v1/entities", local="true")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "try again" in answer.json()["detail"]
