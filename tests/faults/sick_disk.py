"""A process whose disk fails at the n-th call, again and again; it tells each trial as JSON.

`sick_disk.py FOLDER` runs under the recorder (write_log.c) and reads `call first count errno` lines
from standard input, a trial each: a fresh log is opened, used and closed twice while the disk
fails, then judged once the disk is well.
"""

from __future__ import annotations

import ctypes
import json
import shutil
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from edge_agent.store import LogUnavailable, ReadingLog
from tests.faults import numbered

BATCHES, SIZE, TRIES = 5, 30, 12
_fail = ctypes.CDLL(None).write_log_fail


@dataclass
class Trial:
    """What was promised, and in which words the rest was refused."""

    folder: Path
    promised: list[int] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def run(self) -> dict[str, object]:
        """Live twice with a failing disk and once with a sound one; return the verdict."""
        for life in range(2):
            if log := self._opened():
                with log:
                    self._store(log, 1000 * life)
        _fail(b"")
        with numbered.opened(self.folder) as log:
            verdict = numbered.judge(self.promised, numbered.stored(log))
            alive = numbered.still_takes(log)
        return {**asdict(verdict), "refusals": self.refusals, "alive": alive}

    def _opened(self) -> ReadingLog | None:
        for _ in range(TRIES):
            try:
                return numbered.opened(self.folder)
            except LogUnavailable as error:
                self.refusals.append(str(error))
        return None

    def _store(self, log: ReadingLog, first: int) -> None:
        for begin in range(first, first + BATCHES * SIZE, SIZE):
            numbers = range(begin, begin + SIZE)
            try:
                log.append(map(numbered.reading, numbers)).result(timeout=30)
                self.promised += numbers
                log.acknowledge("beside", log.last_seq // 2)
            except LogUnavailable as error:
                self.refusals.append(str(error))


def main() -> None:
    """Run the trials that standard input names."""
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        shutil.rmtree(folder / "log", ignore_errors=True)
        _fail(line.strip().encode())
        sys.stdout.write(json.dumps(Trial(folder / "log").run()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
