"""Leading: of several processes on one database, one does what must be done once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from platform_hub.server.store.engines import Engines

NOTIFYING = 1  # duties, by number
_DUTIES = 0x41524400  # the class of their advisory locks, apart from those of transactions


class Leading:
    """The duties that this process has; it keeps each until it ends or loses the database."""

    def __init__(self, opened: Engines) -> None:
        self._opened = opened
        self._held: dict[int, Connection] = {}
        self._lock = threading.Lock()

    def leads(self, duty: int) -> bool:
        """Tell whether the duty is this process's own; take it where nobody has it."""
        if not self._opened.is_postgresql:
            return True
        with self._lock:
            try:
                return self._keeps(duty)
            except DBAPIError:
                if lost := self._held.pop(duty, None):
                    lost.invalidate()
                return False

    def close(self) -> None:
        """Leave every duty to others."""
        with self._lock:
            for connection in self._held.values():
                connection.invalidate()
                connection.close()
            self._held.clear()

    def _keeps(self, duty: int) -> bool:
        if held := self._held.get(duty):
            held.scalar(select(1))  # the lock lives as long as its connection
            return True
        connection = self._opened.readers.connect()
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if connection.scalar(select(func.pg_try_advisory_lock(_DUTIES, duty))):
            self._held[duty] = connection
            return True
        connection.close()
        return False
