"""A dressed application and a window on the small area."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel  # noqa: TID251  # stands in for the twin

from desktop.models.area_models import AreaModels
from desktop.models.connection import Connection
from desktop.models.person import Entry
from desktop.views.languages import Languages
from desktop.views.main_window import MainWindow
from desktop.views.theme import Theme, body_font, load_fonts
from tests.desktop.care_samples import OVERVIEW, PAGE
from tests.desktop.small_area import Clock, small_area


@pytest.fixture(scope="session")
def dressed(qapp):
    qapp.setStyle("Fusion")
    load_fonts()
    qapp.setFont(body_font())
    Theme().choose("light", qapp)
    return qapp


@pytest.fixture
def area_alarms():
    """More alarm rules for the small area; a module may say its own."""
    return []


@pytest.fixture
def area_profiles():
    """Other profiles for the small area; a module may say its own."""
    return {}


@pytest.fixture
def console(dressed, area_alarms, area_profiles):
    """A window in English with models fed by hand; the twin is a plain label."""
    clock = Clock()
    area = small_area()
    profiles = area.profiles | area_profiles
    area = replace(area, alarms=(*area.alarms, *area_alarms), profiles=profiles)
    theme, languages, connection = Theme(), Languages(), Connection(clock)
    models = AreaModels(area, connection, clock)
    models.set_language("en")
    languages.changed.connect(models.set_language)
    window = MainWindow(connection, languages, theme)
    twin = QLabel("twin")
    window.open_area(models, twin)
    window.show()
    yield SimpleNamespace(
        application=dressed,
        clock=clock,
        connection=connection,
        languages=languages,
        models=models,
        theme=theme,
        twin=twin,
        window=window,
    )
    languages.choose("en")
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


@pytest.fixture
def care(console):
    console.care = console.models.care
    console.page = console.window.page("care")
    console.models.person.become("hana", "caregiver", Entry.PERSON)
    console.window.show_page("care")
    return console


@pytest.fixture
def filled(care):
    care.care.take_overview(OVERVIEW)
    care.care.take_page(PAGE)
    return care
