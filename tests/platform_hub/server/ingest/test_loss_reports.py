"""What gateways have lost: noted once, counted, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.wire import losses
from platform_hub.wire.losses import Loss, Report
from tests.platform_hub.server.town import T0, power

if TYPE_CHECKING:
    from httpx import Response

    from tests.platform_hub.server.town import Town

PATH = "/ngsi-ld/ex/v1/losses"


def _loss(number: int, readings: int = 10, **other: int) -> Loss:
    places = {"first_seq": 1, "last_seq": 10, "begins_us": T0, "ends_us": T0 + 5} | other
    return Loss(number=number, kind="dropped", readings=readings, reason="no room", **places)


def _tell(hub: Town, *told: Loss, gateway: str = "gw-1", epoch: int = 1) -> Response:
    return hub.http.post(PATH, content=losses.encode(Report(gateway, epoch, told)))


def _lost(hub: Town) -> dict[str, int]:
    return {state["id"]: state["lost"] for state in hub.get("/area/v1/gateways").json()}


def test_losses_are_counted_once(hub: Town):
    hub.say(power(0))
    assert _lost(hub)["gw-1"] == 0
    answer = _tell(hub, _loss(1), _loss(2, 5))
    assert losses.decode_receipt(answer.content) == losses.Receipt("gw-1", 1, 2)
    _tell(hub, _loss(2, 5), _loss(3, 1))
    assert _lost(hub) == {"gw-1": 16, "gw-2": 0}


def test_each_log_counts_for_itself(hub: Town):
    hub.say(power(0))
    _tell(hub, _loss(1))
    _tell(hub, _loss(1, 7), epoch=2)
    assert _lost(hub)["gw-1"] == 17


def test_ingest_says_no_zero_in_between(hub: Town):
    _tell(hub, _loss(1))
    hub.say(power(0))
    assert _lost(hub)["gw-1"] == 10


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "this is not a report of losses"),
        (losses.encode(Report("gw 1", 1, ())), "must name the gateway"),
        (losses.encode(Report("gw-1", 1, (_loss(-1),))), "are not possible ones"),
        (losses.encode(Report("gw-1", 1, (_loss(1, begins_us=-(1 << 63)),))), "instants of loss 1"),
    ],
)
def test_what_is_no_report_is_refused(hub: Town, body: bytes, words: str):
    answer = hub.http.post(PATH, content=body)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_a_report_without_end_is_refused(hub: Town):
    assert hub.http.post(PATH, content=b" " * (1 << 21)).status_code == 413
