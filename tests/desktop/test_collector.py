"""Python's collector is let loose between two events of the GUI thread only."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from desktop.app.collector import Collector, collect_due

PATIENCE_MS = 20_000


class Knot:
    """Holds itself: only the collector frees it."""

    def __init__(self):
        self.myself = self


@pytest.fixture
def collector(qapp):  # noqa: ARG001  # timers need an application
    made = Collector()
    yield made
    made.deleteLater()


def let_go():
    """Leave a knot behind and make so many others that Python would collect."""
    knot = weakref.ref(Knot())
    kept = [[] for _ in range(10 * gc.get_threshold()[0])]
    assert knot() is not None, "it was collected while objects were made"
    return knot, kept


def test_nothing_is_collected_while_objects_are_made_in_any_thread(collector):  # noqa: ARG001  # it is at work
    thread = threading.Thread(target=let_go)
    thread.start()
    thread.join()
    let_go()


def test_the_young_are_freed_a_moment_later(collector, qtbot):  # noqa: ARG001  # it is at work
    knot, _kept = let_go()
    qtbot.waitUntil(lambda: knot() is None, timeout=PATIENCE_MS)


def test_the_old_are_freed_once_enough_was_collected(collector):  # noqa: ARG001  # it is at work
    knot, _kept = let_go()
    gc.collect(0)
    gc.collect(1)
    for _ in range(200):
        held = [[] for _ in range(2 * gc.get_threshold()[0])]
        collect_due()
        del held
        if knot() is None:
            return
    pytest.fail("what is old is never looked at")


def test_what_stands_is_left_out(collector, qtbot):
    gc.collect()  # what is left out stays so in this process
    before = gc.get_freeze_count()
    kept = [[] for _ in range(1000)]
    collector.settle(0)
    qtbot.waitUntil(lambda: gc.get_freeze_count() >= before + len(kept), timeout=PATIENCE_MS)
