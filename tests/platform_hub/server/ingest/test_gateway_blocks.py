"""Ingest: stored before acknowledged, each reading once, whatever the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platform_hub.server.town import METER, power

if TYPE_CHECKING:
    from tests.platform_hub.server.town import Town


def test_a_block_is_stored_and_acknowledged(hub: Town) -> None:
    answer = hub.say(power(0), power(1), power(2))
    assert (answer.upto, answer.stored, answer.known, answer.refused) == (3, 3, 0, ())
    entity = hub.get(f"/ngsi-ld/v1/entities/{METER}").json()
    assert entity["activePower"]["observedAt"] == "2023-11-14T22:13:22Z"


def test_a_replay_changes_nothing(hub: Town) -> None:
    hub.say(power(0), power(1))
    answer = hub.say(power(0), power(1))
    assert (answer.upto, answer.stored, answer.known) == (2, 0, 2)
    assert hub.get("/health").json()["readingsStored"] == 2
