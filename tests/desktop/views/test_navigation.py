"""The rail of pages."""

from __future__ import annotations

import pytest

from desktop.views.navigation import Navigation
from desktop.views.theme import Theme

PAGES = ("overview", "alarms", "values")


@pytest.fixture
def rail(qtbot):
    rail = Navigation(PAGES, Theme())
    qtbot.addWidget(rail)
    return rail


def test_only_offered_pages_can_be_chosen(rail, qtbot):
    rail.offer({"alarms"})
    assert [name for name, button in rail._buttons.items() if not button.isHidden()] == ["alarms"]
    with qtbot.waitSignal(rail.page_wanted) as wanted:
        rail._buttons["alarms"].click()
    assert wanted.args == ["alarms"]


def test_what_waits_on_a_page_is_counted_beside_its_name(rail):
    rail.count("alarms", 3)
    assert rail._buttons["alarms"].text() == "Alarms 3"
    rail.count("alarms", 0)
    assert rail._buttons["alarms"].text() == "Alarms"


def test_every_page_has_a_sign_of_its_own(rail):
    pictures = {n: b.icon().pixmap(24, 24).toImage() for n, b in rail._buttons.items()}
    assert all(
        one != other for a, one in pictures.items() for b, other in pictures.items() if a < b
    )
