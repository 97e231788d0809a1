"""Watermarks: up to where a gateway's log has arrived without a gap.

Blocks may come again, overlap or overtake each other. The watermark only ever says what has truly
arrived: a block beyond a gap is stored and noted, and the watermark passes it once the gap is
filled. A gateway that has lost the readings before some sequence number (a replaced or salvaged
log, or a hub that starts anew with a gateway whose older readings were acknowledged elsewhere)
says so by the request header `Area-Oldest`; only then does the watermark pass over what can
never come. Without that header a gap stays a gap, for a guess could acknowledge unsent readings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_hub.server.store.gateways import Arrived

if TYPE_CHECKING:
    from collections.abc import Iterable


def arrive(before: Arrived, runs: Iterable[tuple[int, int]], oldest: int = 0) -> Arrived:
    """Add runs (first and last sequence number, from 1) to what has arrived.

    Args:
        before: what had arrived.
        runs: what came now, in any order.
        oldest: the lowest sequence number that the gateway can still send; 0 where it did not say.
    """
    settled = max(before.upto, oldest - 1)
    merged = [(0, settled)]
    for first, last in sorted([*before.ahead, *runs]):
        begins, ends = merged[-1]
        if first <= ends + 1:
            merged[-1] = (begins, max(ends, last))
        else:
            merged.append((first, last))
    return Arrived(merged[0][1], tuple(merged[1:]))
