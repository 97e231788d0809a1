"""Commands and plans: checked, sent once, fetched, reported on step by step, expired by the clock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from platform_hub.server.governance.roles import Role
from platform_hub.wire import alarms, events, plans, tokens
from platform_hub.wire.commands import Order
from tests.platform_hub.server.governance.office import SigningGateway

if TYPE_CHECKING:
    from httpx import Response

    from tests.platform_hub.server.governance.office import Office

COMMANDS = "/area/v1/commands"
PLANS = "/area/v1/plans"
ORDERS = "/area/v1/gateways/gw-1/orders"
HOUR = 3_600_000_000
CHARGE = {"device": "battery-1", "quantity": "active_power", "value": -3000.0, "reason": "test"}


@pytest.fixture
def gateway(office: Office) -> SigningGateway:
    made = SigningGateway(office)
    made.register()
    return made


def send(office: Office, changed: dict[str, Any] | None = None, **headers: str) -> Response:
    return office.ask("POST", COMMANDS, CHARGE | (changed or {}), Role.TECHNICIAN, **headers)


def report(gateway: SigningGateway, order: str, state: str, **more: Any) -> Response:
    return gateway.ask("POST", f"{ORDERS}/{order}/report", {"state": state, **more})


def states(office: Office, order: dict[str, Any]) -> list[str]:
    found = office.ask("GET", f"{COMMANDS}/{order['subject']}").json()
    assert found["state"] == found["steps"][-1]["state"]
    return [step["state"] for step in found["steps"]]


def test_a_command_lives_until_it_is_read_back(office: Office, gateway: SigningGateway) -> None:
    answer = send(office)
    assert answer.status_code == 201
    sent = answer.json()
    assert answer.headers["location"] == f"{COMMANDS}/{sent['subject']}"
    (got,) = gateway.ask("GET", ORDERS).json()
    assert (got["id"], got["kind"], got["body"]["value"]) == (sent["id"], "command", -3000.0)
    hub = office.town.http.get("/area/v1/identity").json()["publicKey"]
    assert tokens.parse(got["jws"]).check(tokens.public_key(hub))["body"] == got["body"]
    for state in ("delivered", "applied"):
        office.clock.us += 1
        assert report(gateway, got["id"], state).json()["state"] == state
    office.clock.us += 1
    report(gateway, got["id"], "read_back", value=-2990.0)
    assert states(office, sent) == ["sent", "delivered", "applied", "read_back"]
    last = office.ask("GET", f"{COMMANDS}/{sent['subject']}").json()["steps"][-1]
    assert (last["value"], last["by"]) == (-2990.0, "gw-1")
    assert gateway.ask("GET", ORDERS).json() == []


def test_reports_may_come_twice_but_never_go_back(office: Office, gateway: SigningGateway) -> None:
    sent = send(office).json()
    for state, status in [
        ("delivered", 200),
        ("delivered", 200),
        ("failed", 200),
        ("failed", 200),
        ("applied", 409),
        ("delivered", 409),
    ]:
        assert report(gateway, sent["id"], state, detail="interlock").status_code == status
    assert states(office, sent) == ["sent", "delivered", "failed"]
    assert report(gateway, sent["id"], "expired").status_code == 400
    assert report(gateway, "unknown", "applied").status_code == 404


def test_a_gateway_sees_and_reports_its_own_orders_only(office: Office) -> None:
    other = SigningGateway(office, "gw-2")
    other.register()
    sent = send(office).json()
    assert other.ask("GET", "/area/v1/gateways/gw-2/orders").json() == []
    place = f"/area/v1/gateways/gw-2/orders/{sent['id']}/report"
    assert other.ask("POST", place, {"state": "applied"}).status_code == 404
    assert states(office, sent) == ["sent"]


@pytest.mark.parametrize(("reported", "words"), [("", "not fetch"), ("delivered", "not say")])
def test_what_nobody_does_in_time_expires(
    office: Office, gateway: SigningGateway, reported: str, words: str
) -> None:
    sent = send(office, {"expiresInS": 60}).json()
    if reported:
        report(gateway, sent["id"], reported)
    office.clock.us += 60_000_000
    assert gateway.ask("GET", ORDERS).json() == []  # late already, before the hub has looked
    office.town.work()
    assert states(office, sent)[-1] == "expired"
    detail = office.ask("GET", f"{COMMANDS}/{sent['subject']}").json()["steps"][-1]["detail"]
    assert words in detail
    assert report(gateway, sent["id"], "applied").status_code == 409


def test_an_idempotency_key_sends_once(office: Office) -> None:
    first = send(office, Idempotency_Key="k-1")
    again = send(office, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = send(office, {"value": 1.0}, Idempotency_Key="k-1")
    assert other.status_code == 422
    assert "take a new one" in other.json()["detail"]
    somebody = office.ask("POST", COMMANDS, CHARGE, Role.MANAGER, Idempotency_Key="k-1")
    assert somebody.json()["id"] != first.json()["id"]
    assert len(office.ask("GET", COMMANDS).json()) == 2
    assert send(office, Idempotency_Key="k" * 129).status_code == 400


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"device": "nowhere"}, 400, "no device nowhere"),
        ({"device": "bank"}, 403, "takes no commands"),
        ({"device": "meter-1"}, 403, "takes no commands"),
        ({"quantity": "temperature"}, 400, "it takes active_power, operating_state"),
        ({"quantity": "operating_state", "value": 2.0}, 428, "send it with confirmed: true"),
        ({"quantity": "operating_state", "value": 1.0}, 400, "can be set to 0 or 2, not to 1"),
        ({"value": 5001.0}, 400, "-5000 to 5000"),
        ({"value": "much"}, 400, "value"),
        ({"reason": ""}, 400, "reason"),
        ({"expiresInS": 0}, 400, "expiresInS"),
    ],
)
def test_wrong_commands_are_refused_in_words(
    office: Office, changed: dict[str, Any], status: int, words: str
) -> None:
    answer = send(office, changed)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert office.ask("GET", COMMANDS).json() == []


def test_commands_are_listed_in_pages(office: Office) -> None:
    ids = [send(office, {"value": float(n)}).json()["id"] for n in range(5)]
    first = office.ask("GET", f"{COMMANDS}?limit=2").json()
    rest = office.ask("GET", f"{COMMANDS}?before={first[-1]['seq']}").json()
    assert [one["id"] for one in first + rest] == ids[::-1]
    assert office.ask("GET", f"{COMMANDS}?gateway=gw-2").json() == []
    assert office.ask("GET", f"{COMMANDS}?limit=0").status_code == 400
    assert office.ask("GET", f"{COMMANDS}?colour=red").status_code == 400


def test_a_long_poll_is_answered_by_the_order_itself(
    office: Office, gateway: SigningGateway
) -> None:
    got: list[Any] = []
    asked = threading.Thread(
        target=lambda: got.extend(gateway.ask("GET", f"{ORDERS}?wait=30").json())
    )
    asked.start()
    sent = send(office).json()
    asked.join(20)
    assert [order["id"] for order in got] == [sent["id"]]
    assert gateway.ask("GET", f"{ORDERS}?after={got[0]['seq']}").json() == []


def plan(office: Office, **changed: Any) -> dict[str, Any]:
    begins = office.clock.us
    steps = [
        {"device": name, "beginsUs": begins, "endsUs": begins + HOUR, "powerW": power}
        for name, power in (("battery-1", 1000.0), ("battery-2", -500.0))
    ]
    body = {
        "id": "day",
        "validFromUs": begins,
        "validUntilUs": begins + HOUR,
        "targetPeakW": 9000.0,
        "steps": steps,
    }
    return body | changed


def test_a_plan_goes_in_parts_to_its_gateways(office: Office, gateway: SigningGateway) -> None:
    made = office.ask("POST", PLANS, plan(office))
    assert made.status_code == 201
    assert [one["gateway"] for one in made.json()["deliveries"]] == ["gw-1", "gw-2"]
    (order,) = gateway.ask("GET", ORDERS).json()
    part = plans.decode(order["body"])
    assert [step.device for step in part.steps] == ["battery-1"]
    assert part.power_of("battery-1", office.clock.us) == 1000.0
    report(gateway, order["id"], "applied")
    found = office.ask("GET", f"{PLANS}/day").json()
    assert {one["gateway"]: one["state"] for one in found["deliveries"]} == {
        "gw-1": "applied",
        "gw-2": "sent",
    }


def test_a_newer_plan_replaces_the_one_that_waits(office: Office, gateway: SigningGateway) -> None:
    for peak in (9000.0, 8000.0):
        office.ask("POST", PLANS, plan(office, targetPeakW=peak))
    (order,) = gateway.ask("GET", ORDERS).json()
    assert (order["body"]["version"], order["body"]["targetPeakW"]) == (2, 8000.0)
    old = office.ask("GET", f"{PLANS}/day?version=1").json()
    assert {one["state"] for one in old["deliveries"]} == {"expired"}
    listed = office.ask("GET", PLANS).json()
    assert [one["version"] for one in listed] == [2, 1]
    assert "steps" not in listed[0]


def test_a_confirmed_command_goes_out(office: Office, gateway: SigningGateway) -> None:
    run = {"quantity": "operating_state", "value": 2.0, "confirmed": True}
    assert send(office, run).status_code == 201
    assert gateway.ask("GET", ORDERS).json()[0]["body"]["confirmed"] is True


def test_a_plan_is_revoked_at_once(office: Office, gateway: SigningGateway) -> None:
    office.ask("POST", PLANS, plan(office))
    (order,) = gateway.ask("GET", ORDERS).json()
    report(gateway, order["id"], "applied")
    revoked = office.ask("DELETE", f"{PLANS}/day")
    assert revoked.status_code == 200
    assert [one["gateway"] for one in revoked.json()["revocations"]] == ["gw-1", "gw-2"]
    (told,) = gateway.ask("GET", ORDERS).json()
    assert (told["kind"], told["body"]) == ("revocation", {"plan": "day", "version": 1})
    report(gateway, told["id"], "applied")
    office.ask("DELETE", f"{PLANS}/day")  # once is enough
    found = office.ask("GET", f"{PLANS}/day").json()
    assert {one["gateway"]: one["state"] for one in found["revocations"]} == {
        "gw-1": "applied",
        "gw-2": "sent",
    }
    assert {one["gateway"]: one["state"] for one in found["deliveries"]}["gw-2"] == "expired"
    assert office.ask("DELETE", f"{PLANS}/night").status_code == 404


def test_a_plan_is_sent_once_per_idempotency_key(office: Office) -> None:
    body = plan(office)
    answers = [
        office.ask("POST", PLANS, body, Idempotency_Key="p").json()["version"] for _ in range(2)
    ]
    assert answers == [1, 1]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"validUntilUs": 1}, "after validFromUs"),
        ({"validFromUs": 1, "validUntilUs": 2}, "outside the plan's validity"),
        ({"targetPeakW": -1.0}, "targetPeakW"),
        ({"steps": []}, "steps"),
        ({"id": "../x"}, "id"),
    ],
)
def test_wrong_plans_are_refused_in_words(
    office: Office, changed: dict[str, Any], words: str
) -> None:
    answer = office.ask("POST", PLANS, plan(office, **changed))
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert office.ask("GET", PLANS).json() == []


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"device": "nowhere"}, "no device nowhere"),
        ({"device": "bank"}, "takes no plan"),
        ({"device": "battery-1"}, "begins before"),
    ],
)
def test_wrong_steps_are_refused_in_words(office: Office, step: dict[str, Any], words: str) -> None:
    body = plan(office)
    body["steps"].append(body["steps"][0] | step)
    assert words in office.ask("POST", PLANS, body).json()["detail"]


def test_orders_are_told_on_the_live_stream(office: Office) -> None:
    sent = send(office).json()
    feed = office.town.hub._feed
    _, frame = feed._states[alarms.ORDER, sent["id"]]
    (event,) = events.parse(frame.decode().split("\n"))
    told = msgspec.json.decode(event.data, type=Order)
    assert (event.kind, told.state, told.jws) == ("order", "sent", "")


def test_every_order_is_in_the_audit_log(office: Office, gateway: SigningGateway) -> None:
    sent = send(office).json()
    report(gateway, sent["id"], "applied")
    told = [(one["who"], one["what"]) for one in office.audited()]
    assert ("technician:the technician", f"POST {COMMANDS}") in told
    assert ("gateway:gw-1", "POST /area/v1/gateways/{id}/orders/{order}/report") in told
