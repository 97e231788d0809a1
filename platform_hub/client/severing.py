"""Connections that another thread can cut, so that closing never waits for a silent hub."""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from collections.abc import Callable


class SeverableAdapter(HTTPAdapter):
    """An adapter that knows its open sockets; after `sever` it opens no more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._severed = False
        super().__init__(max_retries=0)

    def sever(self) -> None:
        """Shut all sockets down: whoever reads from one gets its end at once."""
        with self._lock:
            self._severed = True
            for opened in self._sockets:
                _shut_down(opened)

    def cut(self) -> None:
        """Shut the open sockets down, and open new ones when asked again."""
        with self._lock:
            for opened in self._sockets:
                _shut_down(opened)

    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._opened)

    def _opened(self, opened: socket.socket) -> None:
        with self._lock:
            self._sockets.add(opened)
            if self._severed:
                _shut_down(opened)


def _pools(opened: Callable[[socket.socket], None]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        @override
        def connect(self) -> None:
            super().connect()
            opened(self.sock)

    class Encrypted(HTTPSConnection):
        @override
        def connect(self) -> None:
            super().connect()
            opened(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


def _shut_down(opened: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed already, or the other side was faster
        # Not SSLSocket.shutdown: it drops the TLS state under the thread that reads with it.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
