"""Alarms at a real hub: readings raise them, people act on them, everybody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_hub.server.alarms.judging import Judge
from platform_hub.server.governance.roles import Role
from platform_hub.wire import alarms, events
from platform_hub.wire.alarms import AlarmState
from platform_hub.wire.blocks import Block
from tests.platform_hub.server.registry.plant import plant
from tests.platform_hub.server.town import SECOND, T0, power

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import Response

    from platform_hub.server.store.database import Database
    from tests.platform_hub.server.governance.office import Office
    from tests.platform_hub.server.town import Town

PLACE = "/area/v1/alarms"


class Desk:
    """A hub whose gateway says values of meter-1's power, second by second."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.clock.us = T0
        self._seq = 0
        self._key = office.key(Role.GATEWAY)

    def say(self, *values: tuple[float, float | None]) -> None:
        """Say values at seconds after T0, then let the hub judge."""
        readings = tuple(power(second, value) for second, value in values)
        block = Block("gw-1", 1, self._seq + 1, readings)
        self.office.town.store(block, Authorization=f"Bearer {self._key}")
        self._seq += len(readings)
        self.office.town.work()

    def states(self) -> dict[str, str]:
        found = self.office.ask("GET", PLACE, role=Role.READER).json()
        return {one["id"]: one["state"] for one in found if one["state"] != "normal"}

    def act(self, ident: str, action: str, body: Any = None, role: Role = Role.MANAGER) -> Response:
        return self.office.ask("POST", f"{PLACE}/{ident}/{action}", body or {}, role)

    def journal(self, **query: object) -> list[tuple[str, str]]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        found = self.office.ask("GET", f"/area/v1/alarm-journal?{asked}").json()
        return [(line["alarm"], line["what"]) for line in found]


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def test_readings_raise_and_return_alarms(desk: Desk) -> None:
    assert desk.states() == {}
    desk.say((0, 50.0), (1, 150.0))
    assert desk.states() == {"plain": "unacked_active"}
    desk.say((2, 80.0))
    assert desk.states() == {"plain": "returned_unacked"}
    assert desk.act("plain", "acknowledge", {"note": "seen"}).json()["state"] == "normal"
    assert desk.journal() == [
        ("plain", "acknowledged"),
        ("plain", "returned"),
        ("plain", "raised"),
    ]


def test_an_alarm_inside_a_backlog_is_found(desk: Desk) -> None:
    desk.say((0, 50.0), (1, 150.0), (2, 50.0))
    assert desk.states() == {"plain": "returned_unacked"}
    found = desk.office.ask("GET", f"{PLACE}/plain").json()
    assert (found["raisedUs"], found["returnedUs"]) == (T0 + SECOND, T0 + 2 * SECOND)


def test_a_late_or_repeated_reading_changes_nothing(desk: Desk) -> None:
    desk.say((10, 50.0))
    desk.say((5, 150.0))
    desk.say((5, 150.0))
    assert desk.states() == {}


def test_the_clock_raises_what_lasts_although_nothing_is_said(desk: Desk) -> None:
    desk.say((0, 210.0))
    assert desk.states() == {"plain": "unacked_active"}
    desk.office.clock.us += 60 * SECOND
    desk.office.town.work()
    assert desk.states() == {"plain": "unacked_active", "slow": "unacked_active"}


def test_suppression_by_design_latching_and_reset(desk: Desk) -> None:
    desk.say((0, 260.0))
    assert desk.states()["lesser"] == "unacked_active"
    desk.say((1, 310.0))
    assert (desk.states()["leak"], desk.states()["lesser"]) == ("unacked_active", "suppressed")
    desk.say((2, 0.0))
    assert (desk.states()["leak"], desk.states()["lesser"]) == ("latched", "returned_unacked")
    assert desk.act("leak", "reset", {"note": "found and mended"}).json()["state"] == "normal"


def test_a_shelf_ends_by_itself(desk: Desk) -> None:
    desk.say((0, 150.0))
    body = {"reason": "sensor is replaced", "forS": 3600}
    shelved = desk.act("plain", "shelve", body, Role.TECHNICIAN).json()
    assert (shelved["state"], shelved["shelf"]["by"]) == ("shelved", "the technician")
    listed = desk.office.ask("GET", f"{PLACE}?state=shelved").json()
    assert [one["id"] for one in listed] == ["plain"]
    desk.office.clock.us += 3600 * SECOND
    desk.office.town.work()
    assert desk.states()["plain"] == "unacked_active"
    assert desk.journal(alarm="plain", limit=2) == [
        ("plain", "shelf_expired"),
        ("plain", "shelved"),
    ]


@pytest.mark.parametrize(
    ("action", "body", "words"),
    [
        ("shelve", {"reason": "x", "forS": 8 * 3600 + 1}, "28800"),
        ("shelve", {"reason": ""}, "reason"),
        ("shelve", {}, "reason"),
        ("out-of-service", {}, "reason"),
        ("acknowledge", {"note": "x" * 501}, "note"),
    ],
)
def test_reasons_and_bounds_are_asked_for(
    desk: Desk, action: str, body: dict[str, Any], words: str
) -> None:
    answer = desk.act("plain", action, body)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_only_a_manager_takes_away_what_protects_people(desk: Desk) -> None:
    reason = {"reason": "false alarm"}
    for action in ("shelve", "out-of-service"):
        refused = desk.act("leak", action, reason, Role.TECHNICIAN)
        assert refused.status_code == 403
        assert "only the area manager" in refused.json()["detail"]
        assert desk.act("plain", action, reason, Role.CAREGIVER).status_code == 403
        assert desk.act("leak", action, reason, Role.MANAGER).status_code == 200
    assert desk.act("leak", "in-service").json()["state"] == "shelved"
    assert desk.act("leak", "unshelve").json()["state"] == "normal"
    desk.say((0, 310.0))
    assert desk.act("leak", "acknowledge", role=Role.CAREGIVER).json()["state"] == "acked_active"


def test_several_are_acknowledged_at_once(desk: Desk) -> None:
    desk.say((0, 310.0))
    body = {"ids": ["plain", "leak", "slow"], "note": "one cause"}
    changed = desk.office.ask("POST", f"{PLACE}/acknowledge", body).json()
    assert {one["id"] for one in changed} == {"plain", "leak"}
    unknown = desk.office.ask("POST", f"{PLACE}/acknowledge", {"ids": ["plain", "nothing"]})
    assert unknown.status_code == 404


def test_unknown_alarms_actions_and_states_are_named(desk: Desk) -> None:
    assert desk.act("nothing", "acknowledge").status_code == 404
    assert "acknowledge, shelve" in desk.act("plain", "ignore").json()["detail"]
    assert desk.office.ask("GET", f"{PLACE}/nothing").status_code == 404
    assert desk.office.ask("GET", f"{PLACE}?state=funny").status_code == 400


def test_everybody_is_told_and_who_comes_later_as_well(
    desk: Desk, serve: Callable[..., Town]
) -> None:
    desk.say((0, 150.0))
    feed = desk.office.town.hub._feed
    _, frame = feed._states[alarms.ALARM, "plain"]
    (event,) = events.parse(frame.decode().split("\n"))
    assert alarms.alarm_of(event).state is AlarmState.UNACKED_ACTIVE
    again = serve(area=plant())  # another process on the same database
    again.work()
    assert (alarms.ALARM, "plain") in again.hub._feed._states
    assert (alarms.ALARM, "slow") not in again.hub._feed._states


def test_judging_goes_on_where_it_stopped(desk: Desk, database: Database) -> None:
    desk.say((0, 150.0))
    judge = Judge(plant())
    assert not database.read(lambda tx: judge.has_work(tx, desk.office.clock.us))
    assert database.write(lambda tx: judge.step(tx, desk.office.clock.us)).result() == ([], False)


def test_the_journal_comes_in_pages(desk: Desk) -> None:
    desk.say(*((n, 150.0 if n % 2 else 0.0) for n in range(10)))
    found = desk.office.ask("GET", "/area/v1/alarm-journal?limit=4").json()
    rest = desk.office.ask("GET", f"/area/v1/alarm-journal?before={found[-1]['seq']}").json()
    assert len(found) == 4
    assert [line["what"] for line in (found + rest)][:2] == ["raised", "returned"]
    assert len(found + rest) == 9


def test_statistics_name_what_hinders_operators(desk: Desk) -> None:
    desk.office.clock.us = T0 + 30 * SECOND
    desk.say(*((n, 150.0 if n % 2 else 0.0) for n in range(26)))
    desk.office.clock.us += SECOND
    desk.act("plain", "acknowledge")
    found = desk.office.ask("GET", "/area/v1/alarm-statistics?hours=1", role=Role.AUDITOR).json()
    assert found["raised"] == 13
    assert found["byPriority"] == {"high": {"raised": 13, "share": 1.0}}
    assert found["chattering"] == ["plain"]
    assert len(found["floods"]) == 1
    assert found["meanTimeToAcknowledgeS"] == 6.0
    assert found["stale"] == []
    desk.office.clock.us += 25 * 3600 * SECOND
    found = desk.office.ask("GET", "/area/v1/alarm-statistics?hours=1").json()
    assert (found["raised"], found["meanTimeToAcknowledgeS"]) == (0, None)
    assert found["stale"] == ["plain"]


def test_statistics_of_the_past_are_those_that_were_told_then(desk: Desk) -> None:
    desk.office.clock.us = T0 + 5 * SECOND
    desk.say((0, 0.0), (1, 150.0), (2, 0.0), (3, 150.0))
    path = "/area/v1/alarm-statistics?hours=1"
    desk.office.clock.us = T0 + 10 * SECOND
    then = desk.office.ask("GET", path).json()
    desk.say((100, 0.0), (101, 150.0))
    desk.office.clock.us += 30 * 3600 * SECOND
    found = desk.office.ask("GET", f"{path}&until_us={T0 + 10 * SECOND}").json()
    assert found == then
    assert found["raised"] == 2
    later = desk.office.ask("GET", f"{path}&until_us={T0 + 29 * 3600 * SECOND}").json()
    assert (later["raised"], later["stale"]) == (0, ["plain"])
    assert desk.office.ask("GET", f"{path}&until_us=-1").status_code == 400
