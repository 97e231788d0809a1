"""Narrowing a refusal down: which readings a sink will never take, found without losing others."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.store import Batch

# Refusals that say something of these very readings; every other one (key, address, role) concerns
# all of them alike, so setting readings aside would not help.
SETS_ASIDE = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Refusal:
    """How often a sink has refused the same readings."""

    def __init__(self) -> None:
        self._upto = 0
        self._alone = 0

    def concerns(self, batch: Batch) -> bool:
        """Tell whether the batch begins among readings that were refused together."""
        return bool(batch.bodies) and batch.first_seq <= self._upto

    def count(self, batch: Batch) -> int:
        """Count a refusal; return how often its first block was refused alone."""
        self._upto = max(self._upto, batch.upto)
        self._alone = self._alone + 1 if len(batch.bodies) == 1 else 0
        return self._alone

    def forget(self, upto: int) -> None:
        """Forget what is acknowledged."""
        self._alone = 0
        if upto >= self._upto:
            self._upto = 0
