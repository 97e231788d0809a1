"""The health of gateways: what they report of themselves and what the hub sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.server.governance.roles import Role
from platform_hub.server.store import gateways
from platform_hub.wire.losses import Loss
from tests.platform_hub.server.governance.office import SigningGateway

if TYPE_CHECKING:
    from tests.platform_hub.server.governance.office import Office

PLACE = "/area/v1/gateways/gw-1"
REPORT = {"version": "1.2.0", "clockOffsetS": -0.5, "configuration": 3, "devicesSilent": ["m"]}


@pytest.fixture
def gateway(office: Office) -> SigningGateway:
    made = SigningGateway(office)
    made.register()
    return made


def test_a_report_is_shown_and_told(office: Office, gateway: SigningGateway) -> None:
    assert office.ask("GET", PLACE).json()["health"] == "never_seen"
    assert gateway.ask("POST", f"{PLACE}/report", REPORT).status_code == 200
    found = office.ask("GET", PLACE).json()
    assert (found["health"], found["version"], found["lost"]) == ("online", "1.2.0", 0)
    assert found["report"]["clockOffsetS"] == -0.5
    assert found["report"]["diskFreeBytes"] is None  # unknown is not zero
    assert found["devices"] == ["meter-1", "meter-2", "battery-1"]
    listed = office.ask("GET", "/area/v1/gateways", role=Role.CAREGIVER).json()
    assert listed[0]["version"] == "1.2.0"


def test_a_silent_and_a_losing_gateway_are_told_apart(
    office: Office, gateway: SigningGateway
) -> None:
    gateway.ask("POST", f"{PLACE}/report", REPORT)
    loss = Loss(1, "dropped", 1, 7, 7, 0, 0, "disk full")
    database = office.town.database
    database.write(lambda tx: gateways.lose(tx, "gw-1", 1, [loss])).result()
    assert office.ask("GET", PLACE).json()["health"] == "losing"
    office.clock.us += 61_000_000
    found = office.ask("GET", PLACE).json()
    assert (found["health"], found["lost"]) == ("silent", 7)


def test_only_the_gateway_itself_reports(office: Office, gateway: SigningGateway) -> None:
    other = "/area/v1/gateways/gw-2/report"
    assert gateway.ask("POST", other, REPORT).status_code == 403
    assert office.ask("POST", f"{PLACE}/report", REPORT).status_code == 403
    assert gateway.ask("POST", f"{PLACE}/report", {"configuration": -1}).status_code == 400
    assert office.ask("GET", "/area/v1/gateways/gw-9").status_code == 404
