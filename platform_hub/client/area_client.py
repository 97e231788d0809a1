"""Requests to the area API: login, alarms, commands, plans, configuration, and a gateway's inbox."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

import msgspec

from platform_hub.client.credentials import Session
from platform_hub.client.errors import not_the_hub
from platform_hub.client.session import JSON_TYPES, HubSession
from platform_hub.wire import plans
from platform_hub.wire.advice import Decision, DecisionBody
from platform_hub.wire.alarms import AlarmLine, AlarmView
from platform_hub.wire.commands import CommandBody, Order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from area_configs.domain.plans import EnergyPlan
    from platform_hub.client.credentials import Credential
    from platform_hub.client.session import Answer
    from platform_hub.wire.commands import OrderReport
    from platform_hub.wire.gateways import GatewayReport

_T = TypeVar("_T")
_AREA = "/area/v1"
_JSON = {"Content-Type": JSON_TYPES[0]}


def session_at(url: str, *, verify: bool | str | Path = True) -> Session:
    """Return a person's session at a hub: `login` opens it, any number of clients may use it.

    Raises:
        ValueError: the URL is not an http or https address.
    """
    return Session(HubSession(url, "", verify=verify, connect_s=3.0, answer_s=10.0))


class AreaClient:
    """Talks to one hub's area API; one thread at a time uses it, any thread may close it.

    Every method raises HubUnavailable (wait and retry) or HubRejected (refused, with the reason).

    Raises:
        ValueError: the URL is not an http or https address.
    """

    def __init__(
        self,
        url: str,
        credential: str | Credential = "",
        *,
        verify: bool | str | Path = True,
        connect_s: float = 3.0,
        answer_s: float = 70.0,
    ) -> None:
        """With an answer time beyond the longest wait of `orders`."""
        self._session = HubSession(
            url, credential, verify=verify, connect_s=connect_s, answer_s=answer_s
        )

    @property
    def url(self) -> str:
        """Return the address of the hub, without a trailing slash."""
        return self._session.url

    def identity(self) -> dict[str, Any]:
        """Return the hub's area, audience, public key and CA; pin them on first sight."""
        return self._get("/identity", dict[str, Any])

    def health(self) -> dict[str, Any]:
        """Return the hub's version and how it says that it is."""
        return _decoded(self._session.ask("GET", "/health"), dict[str, Any])

    def clock_offset_us(self, hub_key: str, now_us: int) -> int:
        """Return by how much this machine's clock is behind the hub's, as the hub signed it.

        Raises:
            HubUnavailable: the answer is not signed with the key that was pinned.
        """
        from platform_hub.wire import tokens  # noqa: PLC0415 - cryptography only where it is used

        nonce = secrets.token_hex(8)
        answer = self._session.ask("GET", f"{_AREA}/time", params={"nonce": nonce})
        found = _decoded(answer, dict[str, Any])
        try:
            claims = tokens.parse(str(found["signed"])).check(tokens.public_key(hub_key))
        except (KeyError, tokens.BadToken) as error:
            raise not_the_hub(answer.url, f"its time cannot be believed: {error}") from error
        if claims.get("nonce") != nonce:
            raise not_the_hub(answer.url, "its time is the answer to another question")
        return int(claims["now_us"]) - now_us

    def me(self) -> dict[str, str]:
        """Return name, role and plan of the caller."""
        return self._get("/me", dict[str, str])

    def pack(self, digest: str = "") -> tuple[bytes, str]:
        """Return the area pack, a zip, with its ETag; that of a digest, or else the newest."""
        query = {"digest": digest} if digest else {}
        answer = self._session.ask("GET", f"{_AREA}/pack", params=query)
        answer.expect("application/zip")
        return answer.body, answer.headers.get("ETag", "")

    def send_pack(self, data: bytes, etag: str, note: str = "") -> dict[str, Any]:
        """Send another area in the place of the one with an ETag; return its version and who is told."""
        headers = {"Content-Type": "application/zip", "If-Match": etag} | _noted(note)
        answer = self._session.ask("PUT", f"{_AREA}/pack", headers=headers, data=data)
        return _decoded(answer, dict[str, Any])

    def pack_versions(self, limit: int = 20) -> list[dict[str, Any]]:
        """Return the newest versions of the area, newest first."""
        return self._get("/pack/versions", list[dict[str, Any]], {"limit": str(limit)})

    def register_gateway(self, gateway: str, public_key: str) -> dict[str, str]:
        """Register a gateway's public key; return its id with the hub's own key."""
        body = {"id": gateway, "publicKey": public_key}
        return self._send("POST", "/gateways", body, dict[str, str])

    def revoke_gateway(self, gateway: str) -> None:
        """Revoke a gateway's key; it is refused from the next request on."""
        self._session.ask("DELETE", f"{_AREA}/gateways/{_part(gateway)}/key")

    def report(self, gateway: str, report: GatewayReport) -> None:
        """Say how a gateway is."""
        self._send("POST", f"/gateways/{_part(gateway)}/report", report, dict[str, Any])

    def orders(self, gateway: str, after: int = 0, wait_s: int = 0) -> list[Order]:
        """Return a gateway's open orders behind a number; waits up to a minute for the first."""
        query = {"after": str(after), "wait": str(wait_s)}
        return self._get(f"/gateways/{_part(gateway)}/orders", list[Order], query)

    def report_order(self, order: Order, report: OrderReport) -> Order:
        """Say what became of an order."""
        return self.report_on(order.gateway, order.id, report)

    def report_on(self, gateway: str, order: str, report: OrderReport) -> Order:
        """Say what became of an order of which only the id is left."""
        place = f"/gateways/{_part(gateway)}/orders/{_part(order)}/report"
        return self._send("POST", place, report, Order)

    def command(self, body: CommandBody, idempotency_key: str = "") -> Order:
        """Send a command; the same key twice sends it once."""
        return self._send("POST", "/commands", body, Order, **_once(idempotency_key))

    def command_state(self, ident: str) -> Order:
        """Return a command with every step of its life."""
        return self._get(f"/commands/{_part(ident)}", Order)

    def send_plan(self, plan: EnergyPlan, idempotency_key: str = "") -> dict[str, Any]:
        """Send a plan; return it with its version and where it stands at each gateway."""
        body = {k: v for k, v in plans.encode(plan).items() if k not in {"area", "version"}}
        return self._send("POST", "/plans", body, dict[str, Any], **_once(idempotency_key))

    def plans(self, limit: int = 20) -> list[dict[str, Any]]:
        """Return the plans made last, newest first, without their steps."""
        return self._get("/plans", list[dict[str, Any]], {"limit": str(limit)})

    def plan(self, ident: str) -> dict[str, Any]:
        """Return the newest version of a plan with where it stands at each gateway."""
        return self._get(f"/plans/{_part(ident)}", dict[str, Any])

    def revoke_plan(self, ident: str) -> dict[str, Any]:
        """Take a plan back at once; return it with where that stands at each gateway."""
        answer = self._session.ask("DELETE", f"{_AREA}/plans/{_part(ident)}")
        return _decoded(answer, dict[str, Any])

    def configuration(self, gateway: str) -> tuple[dict[str, Any], int]:
        """Return a gateway's newest configuration and its version."""
        answer = self._session.ask("GET", f"{_AREA}/gateways/{_part(gateway)}/configuration")
        return _decoded(answer, dict[str, Any]), _version(answer)

    def put_configuration(
        self, gateway: str, document: dict[str, Any], version: int, note: str = ""
    ) -> int:
        """Replace version `version` (0: there is none yet) and return the new one."""
        expected = {"If-Match": f'"{version}"'} if version else {"If-None-Match": "*"}
        headers = expected | _noted(note)
        place = f"/gateways/{_part(gateway)}/configuration"
        made = self._send("PUT", place, document, dict[str, Any], **headers)
        return int(made["version"])

    def configuration_versions(self, gateway: str) -> list[dict[str, Any]]:
        """Return the versions of a gateway's configuration, newest first, each with its state."""
        return self._get(f"/gateways/{_part(gateway)}/configuration/versions", list[dict[str, Any]])

    def configuration_of(self, gateway: str, version: int) -> dict[str, Any]:
        """Return one version of a gateway's configuration."""
        query = {"version": str(version)}
        place = f"/gateways/{_part(gateway)}/configuration"
        return self._get(place, dict[str, Any], query)

    def gateway(self, gateway: str) -> dict[str, Any]:
        """Return everything of one gateway: health, key, configuration, its own report."""
        return self._get(f"/gateways/{_part(gateway)}", dict[str, Any])

    def commands(self, gateway: str = "", before: int = 0, limit: int = 100) -> list[Order]:
        """Return commands with their steps, newest first; `before` is the `seq` of a page's last."""
        query = {"limit": str(limit)}
        query |= {"gateway": gateway} if gateway else {}
        query |= {"before": str(before)} if before else {}
        return self._get("/commands", list[Order], query)

    def decide(self, body: DecisionBody) -> Decision:
        """Write a person's decision on an advice into the audit log; return it with their name."""
        return self._send("POST", "/decisions", body, Decision)

    def alarms(self) -> list[AlarmView]:
        """Return every alarm of the area."""
        return self._get("/alarms", list[AlarmView])

    def act_on_alarm(self, ident: str, action: str, body: Any = None) -> AlarmView:
        """Acknowledge, shelve, unshelve, reset, take out of service or put back an alarm."""
        place = f"/alarms/{_part(ident)}/{action}"
        return self._send("POST", place, body or {}, AlarmView)

    def acknowledge_alarms(self, idents: Sequence[str], note: str = "") -> list[AlarmView]:
        """Acknowledge several alarms at once; return those that it changed."""
        body = {"ids": list(idents), "note": note}
        return self._send("POST", "/alarms/acknowledge", body, list[AlarmView])

    def alarm_journal(self, before: int = 0, limit: int = 200) -> list[AlarmLine]:
        """Return what happened to alarms, newest first; `before` is the `seq` of a page's last."""
        query = {"limit": str(limit)} | ({"before": str(before)} if before else {})
        return self._get("/alarm-journal", list[AlarmLine], query)

    def alarm_statistics(self, hours: int = 24, until_us: int | None = None) -> dict[str, Any]:
        """Return rate, floods, chattering and stale alarms of the hours before an instant, or now."""
        query = {"hours": str(hours)}
        if until_us is not None:
            query["until_us"] = str(until_us)
        return self._get("/alarm-statistics", dict[str, Any], query)

    def audit(self, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Return entries of the audit log behind a number, oldest first."""
        query = {"after": str(after), "limit": str(limit)}
        return self._get("/audit", list[dict[str, Any]], query)

    def audit_head(self) -> dict[str, Any]:
        """Return number and hash of the newest entry, signed by the hub."""
        return self._get("/audit/head", dict[str, Any])

    def verify_audit(self) -> dict[str, Any]:
        """Let the hub verify its whole audit log; `broken` lists every fault."""
        return self._get("/audit/verification", dict[str, Any])

    def close(self) -> None:
        """Close the connections; a request in flight fails at once with HubUnavailable."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, path: str, kind: type[_T], query: dict[str, str] | None = None) -> _T:
        """Ask for something of the area API by its path below /area/v1."""
        return self._get(path, kind, query)

    def send(self, method: str, path: str, body: Any, kind: type[_T]) -> _T:
        """Send something to a path below /area/v1."""
        return self._send(method, path, body, kind)

    def _get(self, path: str, kind: type[_T], query: dict[str, str] | None = None) -> _T:
        return _decoded(self._session.ask("GET", _AREA + path, params=query), kind)

    def _send(self, method: str, path: str, body: Any, kind: type[_T], **headers: str) -> _T:
        data = msgspec.json.encode(body)
        answer = self._session.ask(method, _AREA + path, headers=_JSON | headers, data=data)
        return _decoded(answer, kind)


def _noted(note: str) -> dict[str, str]:
    """Return the header of a note in UTF-8, which HTTP carries as the characters of its bytes."""
    return {"Area-Note": note.encode().decode("latin-1")} if note else {}


def _part(text: str) -> str:
    return quote(text, safe="")


def _once(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _version(answer: Answer) -> int:
    tag = answer.headers.get("ETag", "").removeprefix("W/").strip('"')
    if not tag.isdigit():
        raise not_the_hub(answer.url, "its answer has no version")
    return int(tag)


def _decoded(answer: Answer, kind: type[_T]) -> _T:
    answer.expect(*JSON_TYPES)
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except msgspec.MsgspecError as error:
        raise not_the_hub(answer.url, f"its answer is not what was asked for: {error}") from error
