"""Four hours of live data at speed: the console holds no more memory at the end than after the first.

Every point of the model district speaks at its own period through the models into an open window;
alarms come and go, pages are turned and painted, colours and language change. After an hour every
plot holds the hour that it may draw: from then on the memory stands still.
"""

from __future__ import annotations

import gc
import json
import math
import os
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel  # noqa: TID251  # stands in for the twin

from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from desktop.app.collector import Collector
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from desktop.models.person import Entry
from desktop.views.languages import Languages
from desktop.views.main_window import PAGES, MainWindow
from desktop.views.theme import Theme
from platform_hub.wire.alarms import AlarmState, AlarmView
from tests.desktop.small_area import Clock
from tests.desktop.views.conftest import dressed  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.soak,
]
HOURS, HOUR_S = 4, 3600
GROWTH = 1.05
TICK_S, PAINT_S, TURN_S, ALARM_S = 5, 60, 120, 90


class Day:
    """A window on the model district, and the values that its points say second by second."""

    def __init__(self, application):
        self.application, self.clock = application, Clock()
        self.connection, self.languages, self.theme = Connection(self.clock), Languages(), Theme()
        self.models = AreaModels(load_area("harumi"), self.connection, self.clock)
        self.window = MainWindow(self.connection, self.languages, self.theme)
        self.window.open_area(self.models, QLabel("twin"))
        self.window.offer(PAGES)
        self.models.person.become("sato", "manager", Entry.PERSON)
        self.models.alarm_desk.take_all([])
        self.models.wide_trend.show(self.models.overview_series())
        self.points = [
            (device.id, point.quantity, max(1, round(point.period_s)))
            for device in self.models.area.devices
            for point in self.models.area.profile_of(device).points
        ]
        self.window.show()
        self.connection.found()

    def pass_second(self, second):
        self.clock.advance(1)
        now_us = self.clock()
        due = [p for p in self.points if second % p[2] == 0]
        value = 20.0 + math.sin(second / 300)
        self.models.take([Reading(*point[:2], now_us, value) for point in due])
        if second % TICK_S == 0:
            self.models.tick()
            self.window.tick()
        if second % ALARM_S == 0:
            self.models.alarm_desk.take([self.alarm(second // ALARM_S)])
        if second % TURN_S == 0:
            self.window.show_page(PAGES[second // TURN_S % len(PAGES)])
        if second % PAINT_S == 0:
            QCoreApplication.processEvents()
            # only a running event loop does this by itself
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def alarm(self, number):
        rule = self.models.area.alarms[0]
        begins = number % 2 == 0
        state = AlarmState.UNACKED_ACTIVE if begins else AlarmState.NORMAL
        facts = (rule.id, rule.device, rule.quantity, "critical", state)
        return AlarmView(
            *facts,
            active=begins,
            acknowledged=not begins,
            raised_us=self.clock(),
            revision=number + 1,
        )

    def close(self):
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete)


@pytest.fixture
def day(dressed):  # noqa: F811  # the fixture
    made = Day(dressed)
    Collector(made.window)
    yield made
    made.close()


def held_bytes():
    gc.collect()
    return psutil.Process().memory_info().rss


@pytest.mark.timeout(0)
def test_four_hours_hold_no_more_than_the_first(day):
    held = [held_bytes()]
    for hour in range(HOURS):
        for second in range(hour * HOUR_S, (hour + 1) * HOUR_S):
            day.pass_second(second)
        held.append(held_bytes())
        tell(day, held)
    assert held[-1] <= GROWTH * held[1], held


def tell(day, held):
    """Write the figures so far: a run that is cut short has told what it saw."""
    folder = Path(os.environ.get("SOAK_OUTPUT", "soak-output"))
    folder.mkdir(parents=True, exist_ok=True)
    megabytes = [round(one / 1e6, 1) for one in held]
    figures = {"hours": len(held) - 1, "points": len(day.points), "held_mb": megabytes}
    (folder / "console_memory.json").write_text(json.dumps(figures) + "\n", encoding="utf-8")
