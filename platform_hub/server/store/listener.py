"""The listener: hears on PostgreSQL what any process on the same database has committed."""

from __future__ import annotations

import selectors
import socket
import threading
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from platform_hub.server.store.writer import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

ALL = ""  # heard after an interruption: anything may have been missed
_RETRY_S = 2.0


class Listener:
    """Follows the channel on a connection of its own, and connects again for as long as it runs."""

    def __init__(self, engine: Engine, heard: Callable[[str], None]) -> None:
        url = engine.url.set(drivername="postgresql")
        self._conninfo = url.render_as_string(hide_password=False)
        self._heard = heard
        self._stop, self._stopped = socket.socketpair()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub-listener")
        self._thread.start()
        self._ready.wait(_RETRY_S)

    def close(self) -> None:
        """Stop listening."""
        self._stop.close()
        self._thread.join()
        self._stopped.close()

    def _run(self) -> None:
        while True:
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as connection:
                    if self._follow(connection):
                        return
            except psycopg.OperationalError:
                pass  # the requests that need the database say so
            if self._stops_within(_RETRY_S):
                return

    def _follow(self, connection: psycopg.Connection[object]) -> bool:
        """Hear until the end (True); a lost connection raises."""
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        if self._ready.is_set():
            self._heard(ALL)
        self._ready.set()
        with selectors.DefaultSelector() as selector:
            selector.register(self._stopped, selectors.EVENT_READ)
            selector.register(connection.fileno(), selectors.EVENT_READ)
            while True:
                for news in connection.notifies(timeout=0):
                    self._heard(news.payload)
                ready = selector.select()
                if any(key.fileobj is self._stopped for key, _ in ready):
                    return True

    def _stops_within(self, seconds: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._stopped, selectors.EVENT_READ)
            return bool(selector.select(seconds))
