"""A server of JSON-LD contexts, as others run them, on loopback."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class ContextServer:
    """Serves documents by path; a text is sent as it stands, a number is the status of an error."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.redirects: dict[str, str] = {}
        self.asked: list[str] = []
        self.port = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextlib.contextmanager
def running() -> Iterator[ContextServer]:
    served = ContextServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            held = served.documents.get(self.path, 404)
            status = held if isinstance(held, int) else 200
            content = held if isinstance(held, bytes) else json.dumps(held).encode()
            self.send_response(302 if self.path in served.redirects else status)
            if self.path in served.redirects:
                self.send_header("Location", served.redirects[self.path])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):  # who asked may have had enough
                self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
