"""A network between gateway and hub that loses, doubles, cuts, delays and lies, by given dice."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

_TIMEOUT_S = 20.0
_PORTAL = b"<!DOCTYPE html><html><title>Please log in</title></html>"
_OLD_REQUESTS = 20


def _answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class FlakyNetwork:
    """Listens for the gateway and forwards to the hub; while `sick`, each request meets a fault.

    Attributes:
        met: how often each fault was met.
    """

    def __init__(self, hub_port: int, rng: random.Random) -> None:
        self.sick = True
        self.met: Counter[str] = Counter()
        self._hub_port = hub_port
        self._rng = rng
        self._lock = threading.Lock()
        self._old: list[bytes] = []
        self._answers: list[bytes] = []
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def serve(self, client: socket.socket) -> None:
        """Handle the one request of a connection."""
        client.settimeout(_TIMEOUT_S)
        with contextlib.suppress(OSError):
            if request := _whole_message(client):
                client.sendall(self._fault()(request))

    def _fault(self) -> Callable[[bytes], bytes]:
        with self._lock:
            name = self._rng.choice(_FAULTS) if self.sick else "passes"
            self.met[name] += 1
        return getattr(self, f"_{name}")

    def _passes(self, request: bytes) -> bytes:
        answer = self._forward(request)
        with self._lock:
            self._old = [*self._old[-_OLD_REQUESTS:], request]
            self._answers = [*self._answers[-_OLD_REQUESTS:], answer]
        return answer

    def _never_arrives(self, _request: bytes) -> bytes:
        return b""

    def _is_cut(self, request: bytes) -> bytes:
        with self._to_hub() as hub:
            hub.sendall(request[: self._below(len(request))])
        return b""

    def _loses_the_answer(self, request: bytes) -> bytes:
        self._forward(request)
        return b""

    def _cuts_the_answer(self, request: bytes) -> bytes:
        answer = self._forward(request)
        return answer[: self._below(len(answer))]

    def _doubles(self, request: bytes) -> bytes:
        self._forward(request)
        return self._passes(request)

    def _doubles_at_once(self, request: bytes) -> bytes:
        other = threading.Thread(target=self._forward, args=(request,))
        other.start()
        answer = self._passes(request)
        other.join()
        return answer

    def _repeats_an_old_one(self, request: bytes) -> bytes:
        if self._old:
            self._forward(self._old[self._below(len(self._old))])
        return self._passes(request)

    def _answers_with_an_old_one(self, request: bytes) -> bytes:
        self._forward(request)
        return self._answers[self._below(len(self._answers))] if self._answers else b""

    def _is_a_portal(self, _request: bytes) -> bytes:
        return _answer("200 OK", _PORTAL, "Content-Type: text/html")

    def _is_busy(self, _request: bytes) -> bytes:
        return _answer("503 Service Unavailable", b"", "Retry-After: 0")

    def _has_enough(self, _request: bytes) -> bytes:
        return _answer("429 Too Many Requests", b"", "Retry-After: 0")

    def _fails_after_all(self, request: bytes) -> bytes:
        self._forward(request)
        return _answer("502 Bad Gateway")

    def _finds_it_too_large(self, request: bytes) -> bytes:
        # One reading cannot be made smaller: a proxy that refuses even that refuses it for good.
        return _answer("413 Content Too Large") if len(request) > 1500 else self._passes(request)

    def _below(self, end: int) -> int:
        with self._lock:
            return self._rng.randrange(max(1, end))

    def _forward(self, request: bytes) -> bytes:
        try:
            with self._to_hub() as hub:
                head, _, body = request.partition(b"\r\n\r\n")
                hub.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
                return b"".join(iter(lambda: hub.recv(65536), b""))
        except OSError:  # the hub is down
            return b""

    @contextlib.contextmanager
    def _to_hub(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self._hub_port), _TIMEOUT_S) as hub:
            yield hub


_FAULTS = (
    *("passes",) * 6,
    *(name[1:] for name in vars(FlakyNetwork) if name.startswith(("_never", "_is", "_loses"))),
    *(name[1:] for name in vars(FlakyNetwork) if name.startswith(("_cuts", "_doubles", "_has"))),
    *("repeats_an_old_one", "answers_with_an_old_one", "fails_after_all", "finds_it_too_large"),
)


class _Server(socketserver.ThreadingTCPServer):
    request_queue_size = 50
    block_on_close = True

    def __init__(self, network: FlakyNetwork) -> None:
        self._network = network
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)

    def finish_request(self, request: socket.socket, _client: object) -> None:
        self._network.serve(request)


def _whole_message(client: socket.socket) -> bytes:
    """Return a request with its body; nothing where the connection was given up."""
    content = b""
    while b"\r\n\r\n" not in content:
        if not (more := client.recv(65536)):
            return b""
        content += more
    head, _, _ = content.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(content) < len(head) + 4 + length:
        if not (more := client.recv(65536)):
            return b""
        content += more
    return content


@contextlib.contextmanager
def flaky(hub_port: int, rng: random.Random) -> Iterator[FlakyNetwork]:
    """Run such a network."""
    network = FlakyNetwork(hub_port, rng)
    try:
        yield network
    finally:
        network.close()
