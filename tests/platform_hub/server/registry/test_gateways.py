"""The list of gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from platform_hub.wire.blocks import Block
from platform_hub.wire.events import GatewayState
from tests.platform_hub.server.town import power

if TYPE_CHECKING:
    from tests.platform_hub.server.town import Town


def listed(hub: Town) -> list[GatewayState]:
    return msgspec.json.decode(hub.get("/area/v1/gateways").content, type=list[GatewayState])


def test_gateways_that_never_spoke_were_last_seen_at_no_time(hub: Town) -> None:
    assert listed(hub) == [GatewayState("gw-1", 0, 0, 0), GatewayState("gw-2", 0, 0, 0)]


def test_the_watermark_is_that_of_the_current_epoch(hub: Town) -> None:
    hub.say(power(0), power(1), power(2))
    hub.store(Block("gw-1", 7, 1, (power(9),)), Area_Epoch="7", Area_Backlog="12")
    assert listed(hub)[0] == GatewayState("gw-1", hub.clock.us, 12, 1)


def test_a_gateway_of_no_area_file_is_listed_last(hub: Town) -> None:
    hub.store(Block("a-new-one", 1, 1, (power(0),)), Area_Gateway="a-new-one")
    assert [state.id for state in listed(hub)] == ["gw-1", "gw-2", "a-new-one"]
