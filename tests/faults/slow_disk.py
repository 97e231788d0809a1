"""A process that hands readings over faster than its disk takes them; it tells how it fared.

`slow_disk.py FOLDER`, under the recorder (write_log.c) with WLOG_SLOW_MS.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from edge_agent.store import ReadingLog
from tests.faults import numbered

QUEUE_BYTES, BATCHES, SIZE = 1 << 20, 400, 500


def peak_bytes() -> int:
    """Return the most memory that this program has ever held; ru_maxrss would count its parent's."""
    (line,) = (
        each for each in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in each
    )
    return int(line.split()[1]) * 1024


def main() -> None:
    """Hand everything over without waiting for a promise; count what the calls themselves cost."""
    with ReadingLog(Path(sys.argv[1]), gateway=numbered.GATEWAY, queue_bytes=QUEUE_BYTES) as log:
        log.append([numbered.reading(BATCHES * SIZE)]).result()
        before = peak_bytes()
        begin = time.monotonic()
        tickets = [
            log.append(map(numbered.reading, range(first, first + SIZE)))
            for first in range(0, BATCHES * SIZE, SIZE)
        ]
        held_s = time.monotonic() - begin
        for ticket in tickets:
            ticket.result(timeout=60)
        grown = peak_bytes() - before
        verdict = numbered.judge(range(BATCHES * SIZE + 1), numbered.stored(log))
    told = {"held_s": held_s, "grown_bytes": grown, **vars(verdict)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
