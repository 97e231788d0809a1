"""The live stream over real HTTP, piece by piece."""

from __future__ import annotations

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from area_configs.domain.errors import HubRejected, HubUnavailable
from platform_hub.client.live_stream import LiveStream
from platform_hub.wire import events
from platform_hub.wire.events import Event

if TYPE_CHECKING:
    from collections.abc import Iterator


class _LiveHub:
    """Sends what is put into `pieces`, as it comes, until None; then hangs up."""

    def __init__(self) -> None:
        self.pieces: queue.Queue[bytes | None] = queue.Queue()
        self.headers: dict[str, str] = {}
        self.media_type = events.MEDIA_TYPE
        self.connected = threading.Event()
        handler = type("Handler", (_LiveHandler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self.pieces.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _LiveHandler(BaseHTTPRequestHandler):
    hub: _LiveHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert self.path == "/ngsi-ld/ex/v1/live"
        self.hub.headers = dict(self.headers)
        self.send_response(200)
        self.send_header("Content-Type", self.hub.media_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.hub.connected.set()
        while (piece := self.hub.pieces.get()) is not None:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[_LiveHub]:
    hub = _LiveHub()
    yield hub
    hub.close()


ONE = Event("readings", '{"n": 1}', "1")
TWO = Event("readings", '{"n":\n2}', "2")
GATEWAY = Event("gateway", "{}")


def test_events_come_as_they_happen(hub: _LiveHub):
    stream = LiveStream(hub.url, "secret-key")
    hub.pieces.put(b": still here\n\n" + events.frame(ONE))
    arriving = iter(stream)
    assert next(arriving) == ONE
    assert stream.last_id == "1"
    framed = events.frame(TWO)
    for at in range(len(framed)):  # however the network cuts it
        hub.pieces.put(framed[at : at + 1])
    assert next(arriving) == TWO
    stream.close()
    assert list(arriving) == []
    assert hub.headers["Authorization"] == "Bearer secret-key"
    assert hub.headers["Accept"] == "text/event-stream"
    assert "Last-Event-ID" not in hub.headers


def test_it_goes_on_behind_the_last_id(hub: _LiveHub):
    stream = LiveStream(hub.url, last_id="41")
    hub.pieces.put(events.frame(GATEWAY))
    assert next(iter(stream)).kind == "gateway"
    assert stream.last_id == "41"  # this event has none of its own
    assert hub.headers["Last-Event-ID"] == "41"
    stream.close()


def test_a_hub_that_hangs_up_is_unavailable(hub: _LiveHub):
    stream = LiveStream(hub.url)
    hub.pieces.put(events.frame(ONE) + events.frame(TWO)[:-1])
    hub.pieces.put(b"")  # the last chunk: a clean end
    hub.pieces.put(None)
    arriving = iter(stream)
    assert next(arriving) == ONE
    with pytest.raises(HubUnavailable, match=f"{hub.url} ended the live stream: connect again"):
        next(arriving)
    assert stream.last_id == "1"


def test_a_connection_that_breaks_is_unavailable(hub: _LiveHub):
    hub.pieces.put(events.frame(ONE))
    hub.pieces.put(None)
    arriving = iter(LiveStream(hub.url))
    assert next(arriving) == ONE
    with pytest.raises(HubUnavailable, match=hub.url):
        next(arriving)


def test_a_hub_that_falls_silent_is_unavailable(hub: _LiveHub):
    with pytest.raises(HubUnavailable, match=r"said nothing for 0\.1 s: connect again"):
        list(LiveStream(hub.url, silence_s=0.1))


@pytest.mark.parametrize("answers", [True, False])
def test_closing_from_another_thread_ends_the_iteration(hub: _LiveHub, answers: bool):
    stream = LiveStream(hub.url, silence_s=50.0)
    if answers:
        hub.pieces.put(events.frame(ONE))
    found: list[Event] = []
    thread = threading.Thread(target=lambda: found.extend(stream))
    thread.start()
    assert hub.connected.wait(10)
    stream.close()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert found in ([], [ONE])


def test_one_that_is_closed_before_it_begins_gives_nothing(hub: _LiveHub):
    stream = LiveStream(hub.url)
    stream.close()
    assert list(stream) == []


def test_a_login_page_is_not_the_stream(hub: _LiveHub):
    hub.media_type = "text/html"
    with pytest.raises(HubUnavailable, match="is not the hub"):
        list(LiveStream(hub.url))


def test_without_a_hub_it_is_unavailable():
    with pytest.raises(HubUnavailable, match="nothing answers"):
        list(LiveStream("http://127.0.0.1:9"))


def test_a_refusal_is_a_refusal():
    from tests.platform_hub.client.faulty_hub import faulty_hub  # noqa: PLC0415  # this test alone

    with faulty_hub() as hub:
        hub.faults.append("unauthorised")
        with pytest.raises(HubRejected, match="ask for a new one") as raised:
            list(LiveStream(hub.url))
    assert raised.value.status == 401
