"""A hub over real HTTP that keeps what it gets and fails on demand, once per listed fault."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from platform_hub.wire import acknowledgements, blocks, losses, problems
from platform_hub.wire.acknowledgements import Acknowledgement, Refusal
from tests.peers.loopback_server import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from area_configs.domain.readings import Reading

Runs = tuple[tuple[int, int], ...]
PORTAL = b"<!DOCTYPE html><html><title>Please log in</title></html>"


class FaultyHub(LoopbackServer):
    """Attributes tell what arrived; `faults` is what the next requests meet.

    Attributes:
        faults: names of methods `_fault_*` of the handler, consumed one per request.
        held: every reading by (gateway, epoch, sequence number).
        contradictions: sequence numbers that came with different readings.
        most_bytes: larger bodies are answered 413.
        poison: blocks with a reading of this device are refused with 400.
        unwanted: readings of this device are refused inside the acknowledgement.
        losses: what was told to be lost.
        backlogs: what the gateway said waits behind each request.
        while_taking: called while a body is taken, as if that took time.
    """

    def __init__(self) -> None:
        self.faults: deque[str] = deque()
        self.held: dict[tuple[str, int, int], Reading] = {}
        self.contradictions: list[int] = []
        self.lies = 0
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.backlogs: list[int] = []
        self.losses: list[losses.Loss] = []
        self.takes_losses = self.says_ahead = True
        self.most_bytes = 1 << 30
        self.poison = self.unwanted = ""
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.while_taking: Callable[[], object] = lambda: None
        self.release = threading.Event()
        self.arrived = threading.Condition()
        super().__init__(_handler_of(self))

    def close(self) -> None:
        self.release.set()
        super().close()

    def readings(self) -> list[Reading]:
        """Return what is held, in the order of the sequence numbers."""
        return [self.held[key] for key in sorted(self.held)]

    def wait_for(self, count: int, timeout_s: float = 20.0) -> None:
        """Wait until so many readings are held."""
        with self.arrived:
            done = self.arrived.wait_for(lambda: len(self.held) >= count, timeout_s)
        assert done, f"only {len(self.held)} of {count} readings came"

    def take(self, headers: dict[str, str], body: bytes) -> Acknowledgement:
        gateway = headers[acknowledgements.GATEWAY_HEADER]
        epoch = int(headers[acknowledgements.EPOCH_HEADER])
        self.backlogs.append(int(headers[acknowledgements.BACKLOG_HEADER]))
        new = known = 0
        refused = []
        for block in list(map(blocks.decode, blocks.split(body))):
            assert (block.gateway, block.epoch) == (gateway, epoch)
            if any(reading.device == self.poison for reading in block.readings):
                raise Poisoned
            for seq, reading in enumerate(block.readings, block.first_seq):
                if reading.device == self.unwanted:
                    refused.append(Refusal(seq, 1, "unknown device"))
                    continue
                before = self.held.setdefault((gateway, epoch, seq), reading)
                new, known = (new + 1, known) if before is reading else (new, known + 1)
                if before != reading:
                    self.contradictions.append(seq)
        passed = {r.first_seq for r in refused}
        upto, ahead = self._place(gateway, epoch, passed)
        with self.arrived:
            self.arrived.notify_all()
        return Acknowledgement(
            gateway, epoch, upto, new, known, tuple(refused), ahead if self.says_ahead else None
        )

    def _place(self, gateway: str, epoch: int, passed: set[int]) -> tuple[int, Runs]:
        """Return the watermark, and the runs that are held beyond it."""
        numbers = passed | {key[2] for key in self.held if key[:2] == (gateway, epoch)}
        runs = [[0, 0]]
        for number in sorted(numbers):
            if number == runs[-1][1] + 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        return runs[0][1], tuple((first, last) for first, last in runs[1:])


class Poisoned(Exception):
    """A block that this hub never takes."""


class _Handler(BaseHTTPRequestHandler):
    hub: FaultyHub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._note()
        if self.hub.faults:
            getattr(self, f"_fault_{self.hub.faults.popleft()}")(b"")
            return
        status, headers, body = self.hub.answers.get(
            self.path, (404, {"Content-Type": problems.MEDIA_TYPE}, _problem("no such page"))
        )
        self._answer(status, headers, body)

    def do_POST(self) -> None:
        self._note()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) > self.hub.most_bytes:
            self._answer(413, {"Content-Type": "text/html"}, b"<html>too large</html>")
        elif self.hub.faults:
            getattr(self, f"_fault_{self.hub.faults.popleft()}")(body)
        else:
            self._take(body)

    def log_message(self, *_: object) -> None:
        pass

    def _note(self) -> None:
        headers = {**self.headers, "Client-Port": str(self.client_address[1])}
        self.hub.requests.append((self.command, self.path, headers))

    def _take(self, body: bytes) -> None:
        if self.path.endswith("/losses") and not self.hub.takes_losses:
            self._answer(404, {"Content-Type": problems.MEDIA_TYPE}, _problem("no such page"))
            return
        if self.path.endswith("/losses"):
            report = losses.decode_report(body)
            self.hub.losses += report.losses
            receipt = losses.Receipt(report.gateway, report.epoch, report.losses[-1].number)
            self._answer(200, {"Content-Type": "application/json"}, losses.encode(receipt))
            return
        self.hub.while_taking()
        try:
            answer = self.hub.take(dict(self.headers), body)
        except (Poisoned, blocks.BadBlock):
            self._answer(400, {"Content-Type": problems.MEDIA_TYPE}, _problem("bad block"))
        else:
            self._json(answer)

    def _json(self, answer: Acknowledgement) -> None:
        self._answer(200, {"Content-Type": "application/json"}, acknowledgements.encode(answer))

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def _fault_portal(self, _: bytes) -> None:
        self._answer(200, {"Content-Type": "text/html; charset=utf-8"}, PORTAL)

    def _fault_portal_as_json(self, _: bytes) -> None:
        self._answer(200, {"Content-Type": "application/json"}, PORTAL)

    def _fault_redirect(self, _: bytes) -> None:
        self._answer(302, {"Location": "http://login.example/"}, b"")

    def _fault_error(self, _: bytes) -> None:
        self._answer(500, {"Content-Type": "text/plain"}, b"Traceback (most recent call last)")

    def _fault_stores_then_error(self, body: bytes) -> None:
        self.hub.take(dict(self.headers), body)
        self._fault_error(body)

    def _fault_busy(self, _: bytes) -> None:
        self._answer(429, {"Retry-After": "7"}, b"")

    def _fault_unauthorised(self, _: bytes) -> None:
        problem = problems.unauthorised("the key is not known: ask for a new one")
        self._answer(401, {"Content-Type": problems.MEDIA_TYPE}, problems.encode(problem))

    def _fault_lost_answer(self, body: bytes) -> None:
        self.hub.take(dict(self.headers), body)
        self.close_connection = True

    def _fault_cut(self, _: bytes) -> None:
        self.close_connection = True

    def _fault_half_answer(self, body: bytes) -> None:
        whole = acknowledgements.encode(self.hub.take(dict(self.headers), body))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        self.wfile.write(whole[: len(whole) // 2])
        self.close_connection = True

    def _fault_silence(self, _: bytes) -> None:
        self.hub.release.wait(20.0)
        self.close_connection = True

    def _fault_drip(self, _: bytes) -> None:
        """Send the answer byte by byte, each before any timeout of a socket."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        with contextlib.suppress(OSError):
            while not self.hub.release.wait(0.02):
                self.wfile.write(b" ")
        self.close_connection = True

    def _fault_flood(self, _: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        with contextlib.suppress(OSError):
            for _n in range(64):
                self.wfile.write(b" " * 65536)
        self.close_connection = True

    def _fault_other_gateway(self, body: bytes) -> None:
        if self.path.endswith("/losses"):
            wrong = losses.Receipt("another", 1, 1)
            self._answer(200, {"Content-Type": "application/json"}, losses.encode(wrong))
            return
        answer = self.hub.take(dict(self.headers), body)
        self._json(Acknowledgement("another", answer.epoch, answer.upto))

    def _fault_far_too_far(self, body: bytes) -> None:
        answer = self.hub.take(dict(self.headers), body)
        self._json(Acknowledgement(answer.gateway, answer.epoch, 1 << 60))

    def _fault_too_far(self, body: bytes) -> None:
        answer = self.hub.take(dict(self.headers), body)
        self.hub.lies += 1  # never the same twice: that would be a hub which knows more
        upto = answer.upto + 1_000_000 + self.hub.lies
        self._json(Acknowledgement(answer.gateway, answer.epoch, upto))

    def _fault_forgets(self, _: bytes) -> None:
        epoch = int(self.headers[acknowledgements.EPOCH_HEADER])
        self._json(Acknowledgement(self.headers[acknowledgements.GATEWAY_HEADER], epoch, 0))


def _handler_of(hub: FaultyHub) -> type[_Handler]:
    return type("Handler", (_Handler,), {"hub": hub})


def _problem(detail: str) -> bytes:
    return json.dumps(
        {"type": "about:blank", "title": "no", "status": 400, "detail": detail}
    ).encode()


@contextlib.contextmanager
def faulty_hub() -> Iterator[FaultyHub]:
    """Run one for a while."""
    hub = FaultyHub()
    try:
        yield hub
    finally:
        hub.close()
