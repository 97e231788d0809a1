"""The frame around the twin."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel  # noqa: TID251  # stands in for the twin

from desktop.views.twin_frame import TwinFrame

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def frame(dressed, qtbot):  # noqa: ARG001  # fonts and style
    frame = TwinFrame()
    qtbot.addWidget(frame)
    frame.show()
    return frame


def test_it_waits_for_the_twin_and_then_shows_it(frame):
    assert frame.findChild(QLabel, "muted").isVisible()
    twin = QLabel("twin")
    frame.show_twin(twin)
    assert twin.isVisible()
    assert not frame.findChild(QLabel, "muted").isVisible()


def test_reading_is_told_and_may_be_stopped(frame, qtbot):
    assert not frame.reading.isVisible()
    frame.reading.show_progress(1, 3)
    assert frame.reading.isVisible()
    with qtbot.waitSignal(frame.stop_wanted):
        frame.reading.stop.click()
    frame.reading.show_progress(3, 3)
    assert not frame.reading.isVisible()
