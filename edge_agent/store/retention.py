"""How long the log keeps what every sink has acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.store.database import Statement, WriteConnection

_DAY_US = 86_400_000_000
_AT_ONCE = 500  # blocks per pass: keeps the pause for the readings that wait behind it short

# min() over no sink is NULL, and nothing is smaller than that: without a sink all is kept.
# The newest block stays, because sequence numbers go on from it; blocks with a gap stay as evidence.
_OLDEST_ACKNOWLEDGED = """
SELECT last_seq, stored_us, length(body) FROM block
WHERE last_seq <= (SELECT min(upto) FROM cursor)
  AND last_seq < (SELECT max(last_seq) FROM block)
  AND NOT EXISTS (SELECT 1 FROM gap
                  WHERE gap.first_seq <= block.last_seq AND gap.last_seq >= block.first_seq)
ORDER BY last_seq LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Retention:
    """Keep acknowledged readings for `days`, as long as the file stays under `most_bytes`."""

    days: float = 7.0
    most_bytes: int = 4 << 30

    def prune(self, database: WriteConnection, now_us: int) -> int:
        """Delete blocks that every sink has and that are too old or too many; return how many."""
        doomed = list(self._doomed(database, now_us))
        if doomed:
            database.transact(doomed)
        return len(doomed)

    def _doomed(self, database: WriteConnection, now_us: int) -> Iterator[Statement]:
        excess = _used_bytes(database) - self.most_bytes
        before_us = now_us - int(self.days * _DAY_US)
        for last_seq, stored_us, size in database.rows(_OLDEST_ACKNOWLEDGED, (_AT_ONCE,)):
            if stored_us >= before_us and excess <= 0:
                return
            excess -= size
            yield "DELETE FROM block WHERE last_seq = ?", (last_seq,)


def _used_bytes(database: WriteConnection) -> int:
    ((pages,),) = database.rows("PRAGMA page_count")
    ((free,),) = database.rows("PRAGMA freelist_count")
    ((size,),) = database.rows("PRAGMA page_size")
    return int((pages - free) * size)
