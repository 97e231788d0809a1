"""Small HTTP receivers of notifications, each in a thread of its own."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

WITHIN_S = 10.0  # an event that comes is there in milliseconds; this only bounds a failure


class Received(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """Takes what comes; `answers` are the next status codes, then 200."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/notify"
        self.answers: list[int] = []
        self.came: queue.SimpleQueue[Received] = queue.SimpleQueue()

    def next(self) -> Received:
        return self.came.get(timeout=WITHIN_S)

    @property
    def quiet(self) -> bool:
        return self.came.empty()


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = found.answers.pop(0) if found.answers else 200
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            found.came.put(Received(self.path, dict(self.headers.items()), body))

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    found = Receiver(server.server_port)
    thread = threading.Thread(target=lambda: server.serve_forever(0.01), name="receiver")
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
