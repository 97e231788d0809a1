"""A network between a gateway and whatever it sends to, that fails on demand over real sockets."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.peers.loopback_server import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Iterator

_PORTAL = b"<!DOCTYPE html><html><title>Please log in</title></html>"

# What the other side does not notice, and what it does: after those an answer is lost.
BEFORE = ("portal", "redirect", "error", "busy", "too_large", "cut_request", "silence")
AFTER = ("lost_answer", "half_answer", "drip", "doubled", "answer_of_a_portal")
FAULTS = BEFORE + AFTER


class FaultProxy(LoopbackServer):
    """Forwards requests to `upstream`; each fault in `faults` is met by one POST.

    Attributes:
        met: how often each fault was met.
        dead: while set, no connection is taken: each is closed at once.
    """

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.faults: deque[str] = deque()
        self.met: Counter[str] = Counter()
        self.dead = threading.Event()
        self.release = threading.Event()
        super().__init__(_handler_of(self))

    def close(self) -> None:
        self.release.set()
        super().close()


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.proxy.dead.is_set():
            self.close_connection = True
            return
        self._forward(b"")

    def do_POST(self) -> None:
        if self.proxy.dead.is_set():
            self.close_connection = True
            return
        fault = self.proxy.faults.popleft() if self.proxy.faults else ""
        self.proxy.met[fault] += 1
        if fault == "cut_request":  # the connection breaks while the body is on its way
            self.rfile.read(min(10, int(self.headers["Content-Length"])))
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        getattr(self, f"_{fault}" if fault else "_forward")(body)

    def log_message(self, *_: object) -> None:
        pass

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(self.proxy.upstream, timeout=20)
        with contextlib.closing(connection):
            headers = {k: v for k, v in self.headers.items() if k != "Host"}
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()

    def _forward(self, body: bytes) -> None:
        try:
            answer = self._ask(body)
        except OSError:  # nobody there
            self.close_connection = True
            return
        self._give(*answer)

    def _give(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _portal(self, _: bytes) -> None:
        self._give(200, [("Content-Type", "text/html")], _PORTAL)

    def _redirect(self, _: bytes) -> None:
        self._give(302, [("Location", "http://login.example/")], b"")

    def _error(self, _: bytes) -> None:
        self._give(502, [("Content-Type", "text/html")], b"<html>bad gateway</html>")

    def _busy(self, _: bytes) -> None:
        self._give(429, [("Retry-After", "0")], b"")

    def _too_large(self, _: bytes) -> None:
        self._give(413, [("Content-Type", "text/html")], b"<html>too large</html>")

    def _silence(self, _: bytes) -> None:
        self.proxy.release.wait(20.0)
        self.close_connection = True

    def _lost_answer(self, body: bytes) -> None:
        self._ask(body)
        self.close_connection = True

    def _half_answer(self, body: bytes) -> None:
        status, headers, answer = self._ask(body)
        self.send_response(200 if status == 204 else status)
        for name, value in headers:
            if name.lower() == "content-type":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer) + 2))
        self.end_headers()
        self.wfile.write(answer[: len(answer) // 2])
        self.close_connection = True

    def _drip(self, body: bytes) -> None:
        self._ask(body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        with contextlib.suppress(OSError):
            while not self.proxy.release.wait(0.02):
                self.wfile.write(b" ")
        self.close_connection = True

    def _doubled(self, body: bytes) -> None:
        self._ask(body)
        self._forward(body)

    def _answer_of_a_portal(self, body: bytes) -> None:
        self._ask(body)
        self._portal(body)


def _handler_of(proxy: FaultProxy) -> type[_Handler]:
    return type("Handler", (_Handler,), {"proxy": proxy})


@contextlib.contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """Run one for a while."""
    proxy = FaultProxy(upstream)
    try:
        yield proxy
    finally:
        proxy.close()
