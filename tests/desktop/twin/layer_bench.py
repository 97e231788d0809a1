"""A console's overview on the model district, with readings put in by hand, for tests of layers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication  # noqa: TID251  # a whole window stands here

from area_configs.domain.quality import GOOD
from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from desktop.app import application_of_this_process
from desktop.app.layers import LayerDesk
from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from desktop.twin import citygml
from desktop.twin.meshes import prepare
from desktop.twin.viewport import TwinViewport
from desktop.views.languages import Languages
from desktop.views.main_window import MainWindow
from desktop.views.theme import Theme
from tests.desktop.small_area import Clock

NOON_US = 1_781_146_800_000_000  # 2026-06-11 12:00 in Tokyo
_VALUES = {
    "active_power": 42_000.0,
    "hydrogen_flow": 0.6,
    "hydrogen_stored": 118.0,
    "pressure_high": 74.2,
    "pressure_mid": 41.0,
    "pressure_low": 18.5,
    "hydrogen_in_air": 0.2,
    "river_level": 2.1,
    "people_count": 640.0,
    "rain_rate": 12.0,
    "state_of_charge": 61.0,
}
_POWERS = {"meter-home-a": 640.0, "meter-home-b": 910.0, "meter-kiosk": 1_900.0}


@cache
def harumi():
    return load_area("harumi")


@cache
def harumi_city():
    area = harumi()
    frame = citygml.Frame.at(area.centre.latitude, area.centre.longitude, area.epsg)
    models = [citygml.read(p, epsg=frame.epsg, origin=frame.origin) for p in area.geometry]
    return frame, prepare(models)


def readings(at_us=NOON_US, **changed):
    """One good reading of every point, none of them in alarm; `changed` replaces by quantity."""
    for device in harumi().devices:
        for point in harumi().profile_of(device).points:
            value = _POWERS.get(device.id) if point.quantity == "active_power" else None
            value = _VALUES.get(point.quantity, 1.0) if value is None else value
            value = changed.get(point.quantity, _calm(device.id, point.quantity, value))
            yield Reading(device.id, point.quantity, at_us, value, GOOD)


def _calm(device, quantity, value):
    rules = [r for r in harumi().alarms if (r.device, r.quantity) == (device, quantity)]
    return next(v for v in (value, 0.0, 95.0) if not any(rule.holds(v) for rule in rules))


class Now:
    """Answers every question at once, so that a test sees the whole picture."""

    busy = False

    def answer(self, _question, work):
        return work()


class Bench(QObject):
    """Models, twin and layers, in a window where `window` is asked; `close` gives all back."""

    def __init__(self, *, language="en", theme="light", size=(1440, 900), **changed):
        super().__init__()
        self.clock = Clock()
        self.clock.now_us = NOON_US
        self._look = (language, theme, size)
        area = replace(harumi(), **changed)
        self.models = AreaModels(area, Connection(self.clock), self.clock)
        self.models.set_language(language)
        self.twin = TwinViewport(area, self.models.selection, self.models.states)
        self.desk = LayerDesk(self.models, self.twin, self)
        self.desk.calculations.answer = Now().answer
        self.twin.show_city(harumi_city()[1])
        self.twin.set_language(language)
        self.twin.set_theme(theme == "dark")
        self.models.take(list(readings()))

    @cached_property
    def window(self):
        language, name, size = self._look
        theme, languages = Theme(), Languages()
        self._languages = languages
        theme.choose(name, application_of_this_process())
        languages.choose(language)
        window = MainWindow(self.models.connection, languages, theme)
        window.resize(*size)
        window.open_area(self.models, self.twin)
        return window

    @property
    def page(self):
        return self.window.page("overview")

    def switch(self, key, option=""):
        self.models.layers.switch(key, True)
        if option:
            self.models.layers.choose(key, option)
        self.desk.refresh()
        return self.models.layers.facts(key)

    def picture(self):
        self.page.show_layers()
        self.window.show()
        for _ in range(4):
            QApplication.processEvents()
        return self.window.grab()

    def close(self):
        self.desk.close()
        self.twin.close_graphics()
        if "window" in self.__dict__:
            self._languages.choose("en")  # its Japanese would stay with the application
            self.window.deleteLater()
        else:
            self.twin.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
