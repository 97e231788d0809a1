"""Questions are worked out in another thread, once, and the answers come back to this one."""

from __future__ import annotations

import threading

import pytest

from desktop.bridge.calculations import Calculations


@pytest.fixture
def desk(qapp):  # noqa: ARG001  # signals need an application
    calculations = Calculations()
    yield calculations
    calculations.close()


def test_an_answer_comes_from_another_thread_and_is_kept(desk, qtbot):
    threads = []

    def work():
        threads.append(threading.current_thread())
        return 42

    with qtbot.waitSignal(desk.arrived):
        assert desk.answer("life", work) is None
        assert desk.answer("life", work) is None
        assert desk.busy
    assert desk.answer("life", work) == 42
    assert not desk.busy
    assert len(threads) == 1
    assert threads[0] is not threading.current_thread()


def test_a_bug_in_the_work_is_raised_here(desk, qtbot):
    with qtbot.captureExceptions() as raised, qtbot.waitSignal(desk.failed):
        desk.answer("bad", lambda: 1 / 0)
    assert raised[0][0] is ZeroDivisionError
    assert not desk.busy


def test_closing_drops_what_waits(qapp):  # noqa: ARG001  # a fixture that has to be there
    calculations = Calculations()
    begun, go = threading.Event(), threading.Event()

    def slow():
        begun.set()
        go.wait(5)

    calculations.answer("slow", slow)
    calculations.answer("never", lambda: pytest.fail("was worked out after closing"))
    assert begun.wait(5)
    calculations._closed.set()
    go.set()
    calculations.close()
    assert calculations.answer("late", lambda: 1) is None
