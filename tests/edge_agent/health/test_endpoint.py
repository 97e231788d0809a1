"""The endpoint on loopback: asked by a real client, and by peers that do not behave."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest
import requests

from edge_agent.clock import SystemClock
from edge_agent.health import endpoint
from edge_agent.health.endpoint import Endpoint, Page
from tests.edge_agent.manual_clock import ManualClock, settle

PAGES = {"/health": lambda: Page(503, "application/json", '{"status": "失敗"}')}


@asynccontextmanager
async def serving():
    stop = asyncio.Event()
    one = Endpoint(0, PAGES, SystemClock())
    task = asyncio.create_task(one.serve(stop))
    await asyncio.wait_for(one.is_open.wait(), 5)
    try:
        yield one.port
    finally:
        stop.set()
        await task


async def _ask(port, method, path):
    return await asyncio.to_thread(
        requests.request, method, f"http://127.0.0.1:{port}{path}", timeout=5
    )


async def _say(port, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/health", 503, '{"status": "失敗"}'),
        ("GET", "/health?verbose=1", 503, '{"status": "失敗"}'),
        ("HEAD", "/health", 503, ""),
        ("POST", "/health", 405, "Method Not Allowed\n"),
        ("GET", "/secrets", 404, "Not Found\n"),
    ],
)
async def test_answers(method, path, status, body):
    async with serving() as port:
        answer = await _ask(port, method, path)
    assert (answer.status_code, answer.content.decode()) == (status, body)
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"hello\r\n\r\n", b"400"),
        (b"GET /health HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", b"431"),
    ],
)
async def test_peers_that_do_not_speak_http(words, status):
    async with serving() as port:
        assert (await _say(port, words)).startswith(b"HTTP/1.1 " + status)


async def test_a_peer_that_says_nothing_is_dropped(monkeypatch):
    monkeypatch.setattr(endpoint, "_LIMIT_S", 0.05)
    async with serving() as port:
        assert await _say(port, b"GET /hea") == b""
        assert (await _ask(port, "GET", "/health")).status_code == 503


async def test_too_many_peers_are_turned_away(monkeypatch):
    monkeypatch.setattr(endpoint, "_MOST_CONNECTIONS", 0)
    async with serving() as port:
        assert (await _say(port, b"GET /health HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 503")


@pytest.mark.logs("set another `port` in [monitor], or 0 for none")
async def test_a_port_that_is_taken_is_said_once_and_tried_again(caplog):
    clock, stop = ManualClock(), asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as other:
        one = Endpoint(other.getsockname()[1], PAGES, clock)
        task = asyncio.create_task(one.serve(stop))
        await clock.pass_s(200)
        assert not task.done()
    caplog.set_level("INFO")
    await clock.pass_s(60)
    assert len([m for m in caplog.messages if "another `port`" in m]) <= 1
    assert any("/health and /metrics" in message for message in caplog.messages)
    stop.set()
    await settle()
    await task
