"""Trust in the hub: its key, pinned on first sight or by the settings, and orders checked by it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration.durable import replace_durably
from platform_hub.wire import tokens

if TYPE_CHECKING:
    from pathlib import Path

    from platform_hub.client.area_client import AreaClient
    from platform_hub.wire.commands import Order

FILE = "hub.json"


class NotTheHub(SmartAreaError):
    """Find out who answers: it is not the hub that this gateway was told to trust."""


class BadOrder(SmartAreaError):
    """An order that is not the hub's for this gateway, or comes too late; says which."""


@dataclass(frozen=True, slots=True)
class HubTrust:
    """The hub as this gateway knows it.

    Attributes:
        public_key: as `tokens.public_text` writes it.
        offset_us: by how much this machine's clock is behind the hub's.
    """

    gateway: str
    public_key: str
    offset_us: int = 0

    def content(self, order: Order, now_us: int) -> dict[str, Any]:
        """Return what an order says, now known to be the hub's word to this gateway.

        Raises:
            BadOrder: it is not, or its time is over.
        """
        try:
            claims = tokens.parse(order.jws).check(tokens.public_key(self.public_key))
        except tokens.BadToken as error:
            raise BadOrder(f"order {order.id}: {error}") from error
        meant = (claims.get("iss"), claims.get("aud"), claims.get("jti"), claims.get("kind"))
        if meant != ("hub", self.gateway, order.id, order.kind):
            raise BadOrder(f"order {order.id} was signed for something else")
        expires, body = claims.get("exp_us"), claims.get("body")
        if not isinstance(expires, int) or not isinstance(body, dict):
            raise BadOrder(f"order {order.id} says neither what to do nor until when")
        if now_us + self.offset_us >= expires:
            raise BadOrder(f"order {order.id} came too late")
        return body


def learn(client: AreaClient, folder: Path, gateway: str, known: str, now_us: int) -> HubTrust:
    """Return the hub's key: the one of the settings, the one pinned before, or the one it shows.

    The key is written down on first sight. The clocks are compared by a time that it signs.

    Raises:
        NotTheHub: it shows another key than the one that was pinned.
        HubUnavailable, HubRejected: it does not answer.
        OSError: the disk does not take the key.
    """
    shown = str(client.identity().get("publicKey", ""))
    pinned = known or _pinned(folder)
    if pinned and shown != pinned:
        where = "the settings name" if known else f"{folder / FILE} holds"
        raise NotTheHub(
            f"the hub shows another key than {where}: no order is followed; "
            f"if the hub was set up anew, correct that"
        )
    if not pinned:
        tokens.public_key(shown)
        replace_durably(folder / FILE, json.dumps({"publicKey": shown}).encode())
    return HubTrust(gateway, shown, client.clock_offset_us(shown, now_us))


def _pinned(folder: Path) -> str:
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return str(found["publicKey"])
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotTheHub(
            f"{folder / FILE} cannot be read ({error}): remove or restore it"
        ) from error
