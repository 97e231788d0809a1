"""The claim server: two short messages over plain HTTP while a gateway is nobody's.

Plain, as nothing readable passes: the boxes are sealed with keys that only the code leads to.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from typing_extensions import override

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration import joining
from edge_agent.configuration.claim_window import ClaimRefused, ClaimWindow, read_claim_file
from platform_hub.client.announcing import announced
from platform_hub.wire import claiming

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.health.service_manager import ServiceManager

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_log = logging.getLogger(__name__)

_MESSAGE_BYTES = 33  # of SPAKE2 over Ed25519: a side and a point
_PATIENCE_S = 10.0
_LOOK_S = 0.5


class Place(NamedTuple):
    """Where things lie on an unclaimed gateway: what the card brought, settings to be, data."""

    claim_file: Path
    settings: Path
    data: Path


class Listening(NamedTuple):
    """Where to listen, and whether to say so on the network."""

    host: str = ""
    port: int = claiming.PORT
    announce: bool = True


def wait_to_be_claimed(
    place: Place,
    listening: Listening,
    version: str,
    manager: ServiceManager,
    stop: threading.Event,
    ready: Callable[[int], None] = lambda _: None,
) -> bool:
    """Serve until somebody has claimed this gateway, or `stop`; tell whether somebody has.

    Raises:
        SmartAreaError: the claim file cannot be used, or the port is taken.
    """
    if place.settings.exists():
        joining.forget_code(place.claim_file)
        return True
    card = read_claim_file(place.claim_file)
    join = joining.Joining(
        card, place.settings, place.data, lambda: time.time_ns() // 1000, version
    )
    place.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    window = ClaimWindow(card, place.data, join.install, time.monotonic, version)
    with _listening(window, listening) as server, contextlib.ExitStack() as stack:
        port = server.server_address[1]
        if listening.announce:
            stack.enter_context(announced(card.gateway, "unclaimed", port, version))
        manager.ready(f"gateway {card.gateway} waits to be claimed")
        ready(port)
        while not (window.claimed or stop.is_set()):
            server.handle_request()
            manager.alive()
    if window.claimed:
        joining.forget_code(place.claim_file)
        _log.info("gateway %s was claimed", card.gateway)
    return window.claimed


def _listening(window: ClaimWindow, listening: Listening) -> HTTPServer:
    class Handler(_Handler):
        pass

    Handler.window = window
    try:
        server = HTTPServer((listening.host, listening.port), Handler)
    except OSError as error:
        raise SmartAreaError(
            f"port {listening.port} cannot be listened on ({error.strerror}): end what has it"
        ) from error
    server.timeout = _LOOK_S
    return server


class _Handler(BaseHTTPRequestHandler):
    """One request; who is slow is cut off."""

    window: ClaimWindow
    timeout = _PATIENCE_S

    def do_GET(self) -> None:
        if self.path != claiming.STATE_PATH:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        self._answer(HTTPStatus.OK, msgspec.json.encode(self.window.state()))

    def do_POST(self) -> None:
        steps = {claiming.HELLO_PATH: self._hello, claiming.CLAIM_PATH: self._claim}
        step = steps.get(self.path)
        if step is None:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        try:
            step()
        except ClaimRefused as error:
            self.close_connection = True
            self._answer(HTTPStatus.FORBIDDEN, headers={claiming.REFUSAL_HEADER: error.code})
        except (OSError, SmartAreaError) as error:
            _log.error("the claim came to nothing: %s", error)
            if isinstance(error, OSError) and error.errno in _FULL:
                refusal = {claiming.REFUSAL_HEADER: "gateway_full"}
                self._answer(HTTPStatus.INSUFFICIENT_STORAGE, headers=refusal)
                return
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, str(error).encode())

    def _hello(self) -> None:
        self._answer(HTTPStatus.OK, self.window.hello(self._body(_MESSAGE_BYTES)))

    def _claim(self) -> None:
        try:
            proof = bytes.fromhex(self.headers.get(claiming.PROOF_HEADER, ""))
        except ValueError:
            raise ClaimRefused("wrong_code") from None
        self.window.admit(proof)
        own, box = self.window.claim(self._body(claiming.MOST_BYTES))
        self._answer(HTTPStatus.OK, box, {claiming.PROOF_HEADER: own.hex()})

    def _body(self, most: int) -> bytes:
        text = self.headers.get("Content-Length", "")
        length = int(text) if text.isascii() and text.isdigit() else most + 1
        if length > most:
            raise ClaimRefused("wrong_code")
        return self.rfile.read(length)

    def _answer(
        self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of single requests: what comes of them is logged."""
