"""The claim window: who knows the code of this gateway's label may make it part of an area, once.

Five tries and ten minutes per start, a hundred tries in all; a try is counted on the disk before it
is answered. What is refused changes nothing.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError
from area_configs.domain.file_faults import file_fault
from edge_agent.configuration.durable import replace_durably
from platform_hub.wire import claiming
from platform_hub.wire.claiming import BadExchange, GatewayState, Offer, Side

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from platform_hub.wire.claiming import Answer, Keys

FILE = "claim.json"
TRIES, TRIES_IN_ALL = 5, 100
WINDOW_S = 600.0


class BadClaimFile(SmartAreaError):
    """Write the card again: the claim file cannot be used."""


class ClaimRefused(SmartAreaError):
    """Not claimed; `code` says why, in a word that travels."""

    def __init__(self, code: str) -> None:
        super().__init__(f"claim refused: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """What the card brought.

    Attributes:
        hub_ca: hash of the only hub authority that is taken; empty: any.
        links: file with ports and addresses of this place, empty where there is none.
    """

    gateway: str
    code: str
    hub_ca: str = ""
    links: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of claims: tries in all, and who claimed for which area."""

    tries: int = 0
    claimed_by: str = ""
    area: str = ""
    claimed_us: int = 0


def read_claim_file(file: Path) -> ClaimFile:
    """Return what the card brought.

    Raises:
        BadClaimFile: it is missing, or not what `area-tech image` writes.
    """
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        found = ClaimFile(**{name: _text(value) for name, value in said.items()})
    except (OSError, ValueError) as error:
        raise BadClaimFile(f"{file}: {file_fault(error).en}: write the card again") from error
    except TypeError as error:
        names = "a gateway and a code, perhaps hub_ca and links, and nothing else"
        raise BadClaimFile(f"{file} must say {names}: write the card again") from error
    if not (found.gateway and found.code.isdigit()):
        raise BadClaimFile(f"{file} names no gateway and code: write the card again")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


class ClaimWindow:
    """Answers the two messages of a claim; one technician at a time."""

    def __init__(
        self,
        card: ClaimFile,
        data: Path,
        install: Callable[[Offer, bytes], Answer],
        monotonic: Callable[[], float],
        version: str = "",
    ) -> None:
        """Open the window.

        Args:
            card: what the card brought.
            data: folder of the record.
            install: makes this gateway part of the area, given the transcript to sign.
            monotonic: seconds that never jump.
            version: of the agent.
        """
        self._card = card
        self._file = data / FILE
        self._install = install
        self._monotonic = monotonic
        self._version = version
        self._until_s = monotonic() + WINDOW_S
        self._left = TRIES
        self._keys: Keys | None = None
        self.claimed = False

    def state(self) -> GatewayState:
        """Return what anybody may know."""
        state = "claimed" if self.claimed else "open" if self._is_open() else "closed"
        return GatewayState(self._card.gateway, state, self._version, self._left)

    def hello(self, message: bytes) -> bytes:
        """Count a try, then answer the technician's first message.

        Raises:
            ClaimRefused: no tries are left, the window is over, or it is no such message.
            OSError: the try cannot be counted.
        """
        self._keys = None
        self._require_open()
        record = read_record(self._file)
        self._left -= 1
        self._save(replace(record, tries=record.tries + 1))
        side = Side(self._card.code, self._card.gateway, technician=False)
        try:
            self._keys = side.keys(message)
        except BadExchange as error:
            raise ClaimRefused("wrong_code") from error
        return side.message

    def admit(self, proof: bytes) -> None:
        """Check that the technician knows the code, before the box is even read.

        Raises:
            ClaimRefused: he does not, or said no hello.
        """
        self._require_open(tries=False)
        keys = self._keys
        try:
            if keys is None:
                raise ClaimRefused("wrong_code")
            claiming.check(keys.technician, proof)
        except BadExchange as error:
            self._keys = None
            raise ClaimRefused("wrong_code") from error

    def claim(self, box: bytes) -> tuple[bytes, bytes]:
        """Take the offer; return the gateway's proof and its sealed answer.

        Raises:
            ClaimRefused: the box was changed, or its hub is not the one that the card names.
            OSError: the disk does not take it; nothing counts then.
        """
        keys, self._keys = self._keys, None
        if keys is None:
            raise ClaimRefused("wrong_code")
        try:
            offer = claiming.unseal(keys.to_gateway, box, Offer)
            authority = claiming.authority_hash(offer.hub_ca) if offer.hub_ca else ""
        except BadExchange as error:
            raise ClaimRefused("wrong_code") from error
        if self._card.hub_ca and authority != self._card.hub_ca:
            raise ClaimRefused("other_hub")
        answer = self._install(offer, keys.transcript)
        record = read_record(self._file)
        self._save(
            replace(record, claimed_by=offer.by, area=offer.area, claimed_us=answer.clock_us)
        )
        self.claimed = True
        return claiming.confirmation(keys.gateway), claiming.seal(keys.to_technician, answer)

    def _is_open(self) -> bool:
        return self._left > 0 and self._monotonic() < self._until_s

    def _require_open(self, *, tries: bool = True) -> None:
        if self.claimed:
            raise ClaimRefused("used_code")
        if self._monotonic() >= self._until_s:
            raise ClaimRefused("window_over")
        spent = self._left <= 0 or read_record(self._file).tries >= TRIES_IN_ALL
        if tries and spent:
            raise ClaimRefused("no_tries")

    def _save(self, record: Record) -> None:
        replace_durably(self._file, json.dumps(asdict(record)).encode())


def read_record(file: Path) -> Record:
    """Return what is remembered; of a file that cannot be read, that every try is used up."""
    try:
        return Record(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Record()
    except (OSError, ValueError, TypeError):
        return Record(TRIES_IN_ALL)
