"""Questions to the hub: asked in other threads, answered in this one, ended promptly."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QObject, Signal

from area_configs.domain.errors import HubRejected, HubUnavailable
from desktop.bridge.hub_session import HubSession


class FakeClient:
    """Answers, fails, or hangs until it is closed."""

    def __init__(self):
        self.closed = threading.Event()

    def hang(self):
        self.closed.wait()
        raise HubUnavailable("closed")

    def close(self):
        self.closed.set()


@pytest.fixture
def session(qapp):  # noqa: ARG001  # an application must exist
    session = HubSession(FakeClient)
    yield session
    session.close()


def test_an_answer_comes_with_its_name_in_this_thread(session, qtbot):
    threads = []
    session.answered.connect(lambda *_: threads.append(threading.current_thread()))
    with qtbot.waitSignal(session.answered) as answer:
        session.ask("thread", lambda _: threading.current_thread().name)
    name, value = answer.args
    assert name == "thread"
    assert value.startswith("hub-")
    assert threads == [threading.main_thread()]


def test_a_hub_that_is_away_is_told_as_lost(session, qtbot):
    def away(_):
        raise HubUnavailable("refused")

    reached = []
    session.reached.connect(lambda *args: reached.append(args))
    with qtbot.waitSignal(session.failed):
        session.ask("pack", away)
    assert reached == [(False, "refused")]


def test_a_refusal_is_no_loss(session, qtbot):
    reached = []
    session.reached.connect(lambda *args: reached.append(args))

    def refuse(_):
        raise HubRejected("no key", 401)

    with qtbot.waitSignal(session.failed) as told:
        session.ask("pack", refuse)
    assert told.args[1].status == 401
    assert reached == []


@pytest.mark.usefixtures("qapp")
def test_closing_breaks_off_what_hangs_and_drops_what_waits():
    session = HubSession(FakeClient, workers=1)
    asked = []
    session.ask("hang", FakeClient.hang)
    session.ask("never", asked.append)
    session.close()
    assert asked == []


class Speaker(QObject):
    said = Signal(bool)


@pytest.mark.usefixtures("qapp")
def test_emitting_keeps_the_count_of_true():
    """PySide6 6.12.0 loses a reference to True at each emit and aborts Python 3.11."""
    speaker, heard = Speaker(), []
    speaker.said.connect(heard.append)
    before = sys.getrefcount(True)
    for _ in range(100):
        speaker.said.emit(True)
    heard.clear()
    assert sys.getrefcount(True) > before - 50
