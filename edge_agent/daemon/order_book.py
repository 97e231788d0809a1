"""The order book: what became of the hub's orders, on disk, so that none is done twice."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from edge_agent.configuration.durable import replace_durably

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

FILE = "orders.json"
_KEPT = 300
_BEGUN = "delivered"
_CUT = "the agent ended while it was done: look at the device before it is sent again"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one order stands; `told` is whether the hub knows.

    `lasting` is an order whose outcome is found out after the agent has ended meanwhile.
    """

    state: str
    detail: str = ""
    value: float | None = None
    told: bool = False
    lasting: bool = False


class OrderBook:
    """Remembers the last orders by id."""

    def __init__(self, folder: Path) -> None:
        """Read what is there; what was begun and never ended has failed."""
        self._file = folder / FILE
        self._entries = self._read()
        for ident, entry in self._entries.items():
            if entry.state == _BEGUN and not entry.lasting:
                self._entries[ident] = Entry("failed", _CUT)

    def find(self, ident: str) -> Entry | None:
        """Return where an order stands, None where it is new."""
        return self._entries.get(ident)

    def untold(self) -> dict[str, Entry]:
        """Return the orders that ended without the hub knowing."""
        return {i: e for i, e in self._entries.items() if not (e.told or e.state == _BEGUN)}

    def begin(self, ident: str, *, lasting: bool = False) -> None:
        """Note that an order is being done, before it is.

        Raises:
            OSError: the disk does not take it: it must not be done then.
        """
        self._put(ident, Entry(_BEGUN, lasting=lasting))

    def end(self, ident: str, entry: Entry) -> None:
        """Note how an order ended; where the disk does not take it, memory does."""
        try:
            self._put(ident, entry)
        except OSError as error:
            _log.error("the order book cannot be written: %s", error)

    def _put(self, ident: str, entry: Entry) -> None:
        self._entries.pop(ident, None)
        self._entries[ident] = entry
        kept = list(self._entries.items())[-_KEPT:]
        self._entries = dict(kept)
        content = json.dumps({i: asdict(e) for i, e in kept})
        replace_durably(self._file, content.encode())

    def _read(self) -> dict[str, Entry]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return {ident: Entry(**fields) for ident, fields in found.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            _log.error("%s cannot be used, it begins anew: %s", self._file, error)
            return {}
