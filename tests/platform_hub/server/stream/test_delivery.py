"""One notification to one endpoint."""

from __future__ import annotations

import socket

import pytest

from platform_hub.server.stream.delivery import Courier, DeliveryFailed, Parcel
from platform_hub.server.stream.targets import Targets
from tests.platform_hub.server.stream.listeners import receiver

HERE = Courier(Targets(loopback=True))


def test_a_parcel_arrives_with_its_headers():
    with receiver() as there:
        HERE.deliver(Parcel(there.url + "?a=1", {"Content-Type": "application/json"}, b"{}"))
        came = there.next()
    assert (came.path, came.body) == ("/notify?a=1", b"{}")
    assert came.headers["Content-Type"] == "application/json"
    assert came.headers["Host"].startswith("127.0.0.1:")


@pytest.mark.parametrize("status", [301, 400, 500])
def test_another_answer_than_success_is_a_failure(status: int):
    with receiver() as there:
        there.answers = [status]
        with pytest.raises(DeliveryFailed, match=f"answered {status}"):
            HERE.deliver(Parcel(there.url, {}, b"{}"))


def test_nobody_there_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(DeliveryFailed, match="cannot be reached"):
        HERE.deliver(Parcel(f"http://127.0.0.1:{port}/", {}, b"{}"))


def test_one_who_never_answers_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        parcel = Parcel(f"http://127.0.0.1:{silent.getsockname()[1]}/", {}, b"{}", timeout_s=0.05)
        with pytest.raises(DeliveryFailed, match="cannot be reached: timed out"):
            HERE.deliver(parcel)


def test_a_failure_tells_no_secret():
    uri = "http://user:secret@127.0.0.1:1/path?token=secret"
    with pytest.raises(DeliveryFailed) as failed:
        HERE.deliver(Parcel(uri, {}, b"{}"))
    assert "secret" not in str(failed.value)


def test_an_inner_address_is_not_called():
    with receiver() as there:
        with pytest.raises(DeliveryFailed, match="inner address"):
            Courier(Targets()).deliver(Parcel(there.url, {}, b"{}"))
        assert there.quiet
