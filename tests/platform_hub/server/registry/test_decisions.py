"""What a person decides on an advice stands in the audit log, with name, time and advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_hub.server.governance.roles import Role
from tests.platform_hub.server.town import SECOND, T0

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platform_hub.server.governance.office import Office
    from tests.platform_hub.server.town import Town

NOW = T0 + 3600 * SECOND  # what the hub's clock stands at
PATH = "/area/v1/decisions"
CLOSE = {
    "topic": "water_gate",
    "device": "meter-1",
    "advice": "close",
    "reasons": ["level is at the danger limit of 2 m or over", "rising"],
    "toldUs": NOW,
    "verdict": "followed",
}


def test_it_stands_in_the_log_with_who_when_and_what(office: Office) -> None:
    answer = office.ask("POST", PATH, CLOSE, Role.TECHNICIAN, name="Sato")
    assert answer.status_code == 201
    assert answer.json()["by"] == "technician:Sato"
    assert answer.json()["atUs"] >= NOW
    entry = office.audited()[-1]
    assert (entry["who"], entry["what"]) == ("technician:Sato", f"POST {PATH}")
    assert entry["change"] == {**CLOSE, "note": ""}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"device": "gate-9"}, "there is no device gate-9"),
        ({"toldUs": NOW - 3_700_000_000}, "not of the last hour"),
        ({"toldUs": NOW + 600_000_000}, "not of the last hour"),
        ({"verdict": "declined"}, "say in the note"),
        ({"verdict": "perhaps"}, "verdict"),
        ({"reasons": ["x" * 301]}, "reasons"),
        ({"open": True}, "open"),
    ],
)
def test_what_is_no_decision_is_refused_with_the_reason(
    office: Office, change: dict[str, Any], words: str
) -> None:
    answer = office.ask("POST", PATH, CLOSE | change)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_another_decision_needs_a_reason(office: Office) -> None:
    body = CLOSE | {"verdict": "declined", "note": "boats are still inside"}
    assert office.ask("POST", PATH, body).status_code == 201
    assert office.audited()[-1]["change"]["note"] == "boats are still inside"


def test_where_nobody_is_anybody_there_is_no_decision(serve: Callable[..., Town]) -> None:
    answer = serve().http.post(PATH, json=CLOSE)
    assert answer.status_code == 409
    assert "without a name" in answer.json()["detail"]
