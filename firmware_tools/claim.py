"""Claims: a waiting gateway becomes part of an area, and its key is registered at the hub.

Everything is checked at the hub before the code is used, so that no try is spent in vain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature

from area_configs.domain.errors import HubRejected
from area_configs.domain.names import Name
from firmware_tools.gateway_link import ClaimRejected
from firmware_tools.sentences import Refused, Unreachable
from platform_hub.wire import claiming, tokens
from platform_hub.wire.claiming import Answer, BadExchange, Offer, Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware_tools.gateway_link import ClaimLink
    from platform_hub.client.area_client import AreaClient
    from platform_hub.client.hub_client import HubClient

_NOT_FOUND = 404
_SKEW_US = 120 * 1_000_000  # more than that, and the hub refuses the gateway's tokens as well
_CODE = re.compile(r"\d{8}")
_LINK = re.compile(r"smartarea:(?P<gateway>[\w-]+)\?(?P<query>.+)")


@dataclass(frozen=True, slots=True)
class Label:
    """What the label says: a QR code's text, or the digits alone."""

    code: str
    gateway: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What came of it."""

    gateway: str
    key_id: str
    area: str
    version: str
    serial: str
    configuration: int


def read_label(text: str) -> Label:
    """Return the code of a label, typed with or without a space, or scanned.

    Raises:
        Refused: it is none.
    """
    if found := _LINK.fullmatch(text.strip()):
        code = parse_qs(found["query"]).get("c", [""])[0]
        label = Label(code, found["gateway"])
    else:
        label = Label(re.sub(r"[\s-]", "", text))
    if not _CODE.fullmatch(label.code):
        why = Name(
            en="8 digits are expected, as on the label",
            ja="ラベルにある 8 桁の数字を入れてください",
        )
        raise Refused("bad_table", source=Name(en="code", ja="コード"), why=why)
    return label


class Desk:
    """A technician's session at the hub."""

    def __init__(
        self, area: AreaClient, hub: HubClient, url: str, now_us: Callable[[], int], by: str
    ) -> None:
        """Set it up; `url` is how the gateway will reach the hub."""
        self._area = area
        self._hub = hub
        self._url = url
        self._now_us = now_us
        self._by = by

    def claim(self, link: ClaimLink, label: Label, gateway: str = "", *, again: bool) -> Claimed:
        """Claim the gateway behind a link; `again` takes over from one that was claimed before.

        Raises:
            Refused: it was refused, and nothing was changed; Unreachable: nobody answers.
            HubUnavailable, HubRejected: the hub does not do its part.
        """
        state = link.state()
        wanted = gateway or label.gateway or state.gateway
        if state.gateway != wanted:
            raise Refused("other_gateway", host=link.host, found=state.gateway, gateway=wanted)
        offer = self._offer(wanted, again=again)
        answer = self._exchange(link, label.code, wanted, offer)
        return self.register(answer, offer.area)

    def register(self, answer: Answer, area: str) -> Claimed:
        """Register a claimed gateway's key and push its first configuration, signed by the hub."""
        said = self._area.register_gateway(answer.gateway, answer.public_key)
        version = self._push(answer.gateway)
        return Claimed(answer.gateway, said["keyId"], area, answer.version, answer.serial, version)

    def _offer(self, gateway: str, *, again: bool) -> Offer:
        known = self._area.identity()
        ahead_us = self._area.clock_offset_us(str(known["publicKey"]), self._now_us())
        if abs(ahead_us) > _SKEW_US:
            raise Refused("wrong_clock", seconds=round(-ahead_us / 1e6))
        if self._known(gateway).get("keyId") and not again:
            raise Refused("used_code", gateway=gateway)
        found = self._hub.pack()
        pack = found[0] if found else b""
        return Offer(
            str(known["area"]),
            self._url,
            str(known["publicKey"]),
            str(known["ca"]) if self._url.startswith("https:") else "",
            self._by,
            self._now_us() + ahead_us,
            pack,
        )

    def _known(self, gateway: str) -> dict[str, Any]:
        try:
            return self._area.gateway(gateway)
        except HubRejected as error:
            if error.status == _NOT_FOUND:
                raise Refused("unknown_gateway", gateway=gateway) from error
            raise

    def _exchange(self, link: ClaimLink, code: str, gateway: str, offer: Offer) -> Answer:
        side = Side(code, gateway, technician=True)
        try:
            keys = side.keys(link.hello(side.message))
            box = claiming.seal(keys.to_gateway, offer)
            proof, sealed = link.claim(claiming.confirmation(keys.technician), box)
            claiming.check(keys.gateway, proof)
            answer = claiming.unseal(keys.to_technician, sealed, Answer)
            tokens.public_key(answer.public_key).verify(answer.proof, keys.transcript)
        except ClaimRejected as error:
            raise self._refusal(error.code, link, gateway) from error
        except (BadExchange, tokens.BadToken, InvalidSignature) as error:
            why = Name(en="it does not know the code", ja="コードを知りません")
            raise Unreachable("not_a_gateway", host=link.host, why=why) from error
        return answer

    @staticmethod
    def _refusal(code: str, link: ClaimLink, gateway: str) -> Refused:
        known = {"wrong_code", "used_code", "no_tries", "window_over", "other_hub", "gateway_full"}
        if code not in known:
            return Unreachable("not_a_gateway", host=link.host, why=code[:40])
        return Refused(code, gateway=gateway, left=link.state().tries)

    def _push(self, gateway: str) -> int:
        """Send the newest document again, or the first one: a new key has seen none."""
        number = self._area.gateway(gateway).get("configuration") or 0
        document: dict[str, Any] = {"hub_url": self._url}
        if number:
            document, number = self._area.configuration(gateway)
        return self._area.put_configuration(gateway, document, number, f"claimed by {self._by}")
