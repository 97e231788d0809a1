"""What answers mean for the caller."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from area_configs.domain.errors import HubRejected, HubUnavailable
from platform_hub.client import HubBusy
from platform_hub.client.errors import of_answer
from platform_hub.wire import problems

URL = "http://hub:8700/x"
NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Wed, 25 Nov 2026 12:01:30 GMT", 90.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str, seconds: float):
    error = of_answer(URL, 503, {"Retry-After": said}, b"", NOW)
    assert isinstance(error, HubBusy)
    assert error.retry_after_s == seconds


@pytest.mark.parametrize("said", ["", "soon", "-5", "1e9", "\u0667", "Wed, 25 Nov 2026"])
def test_another_retry_after_is_ignored(said: str):
    assert type(of_answer(URL, 503, {"Retry-After": said}, b"", NOW)) is HubUnavailable


@pytest.mark.parametrize("status", [300, 302, 399, 408, 425, 429, 500, 502, 503, 599])
def test_these_are_reasons_to_wait(status: int):
    assert isinstance(of_answer(URL, status, {}, b"<html>", NOW), HubUnavailable)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 415, 422, 499])
def test_these_are_refusals(status: int):
    error = of_answer(URL, status, {}, b"<html>", NOW)
    assert isinstance(error, HubRejected)
    assert error.status == status
    assert str(error) == f"{URL} refused the request: status {status}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error":"BadRequest","description":"no id"}', "no id (status 400)"),  # NGSIv2
        (b'{"type":"t","title":"bad data"}', "bad data (status 400)"),
        (b'{"title":"bad","detail":["x"]}', "bad (status 400)"),
        (b"[]", "status 400"),
    ],
)
def test_other_brokers_have_their_own_words(body: bytes, words: str):
    assert str(of_answer(URL, 400, {}, body, NOW)).endswith(f"refused the request: {words}")


def test_the_sentence_names_who_should_answer():
    error = of_answer(URL, 302, {}, b"", NOW, "the broker")
    assert "is not the broker (it redirects" in str(error)


def test_a_long_detail_is_cut():
    body = b'{"type":"t","title":"no","status":400,"detail":"' + b"x" * 5000 + b'"}'
    assert len(str(of_answer(URL, 400, {}, body, NOW))) < 600


def test_the_code_of_a_refusal_is_kept():
    body = problems.encode(problems.Problem("about:blank", "Conflict", 409, code="last-manager"))
    assert of_answer(URL, 409, {}, body, NOW).code == "last-manager"
