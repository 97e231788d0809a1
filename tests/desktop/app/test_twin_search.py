"""Searching buildings, and the card of the chosen one."""

from __future__ import annotations

import pytest

from desktop.app.twin_search import TwinSearch
from desktop.views.twin_frame import TwinFrame
from tests.desktop.twin.layer_bench import Bench
from tests.desktop.views.conftest import dressed  # noqa: F401  # fixture

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PATIENCE_MS = 60_000
SCHOOL = "bldg_harumi_school"


@pytest.fixture
def desk(dressed):  # noqa: ARG001, F811  # the fixture: fonts and style
    bench, frame = Bench(), TwinFrame()
    search = TwinSearch(bench.twin, frame, bench)
    search.set_language("en")
    search.show_city()
    bench.search, bench.frame = search, frame
    frame.show()
    yield bench
    search.close()
    frame.deleteLater()
    bench.close()


def found(desk, qtbot, text):
    seen = []
    field = desk.frame.bar.search
    show, field.show_found = field.show_found, lambda *said: seen.append(said)
    desk.search.ask(text)
    qtbot.waitUntil(lambda: any(hits is not None for _, hits in seen), timeout=PATIENCE_MS)
    field.show_found = show
    return next(hits for _, hits in seen if hits is not None)


def test_buildings_are_found_by_name_and_use_and_nothing_by_nothing(desk, qtbot):
    hits = found(desk, qtbot, "みなと小中学校")
    assert hits[0][0].startswith(SCHOOL)
    assert "晴海みなと小中学校" in hits[0][1]
    assert found(desk, qtbot, "no such building anywhere") == []


def test_a_chosen_building_has_a_card_in_both_languages_until_it_is_closed(desk):
    assert desk.twin.fly_to_building(SCHOOL)
    card = desk.frame.card
    assert not card.isHidden()
    cells = {card.table.item(n, 0).text() for n in range(card.table.rowCount())}
    assert len(cells) > 2
    desk.search.set_language("ja")
    japanese = {card.table.item(n, 0).text() for n in range(card.table.rowCount())}
    assert japanese != cells
    card.closed.emit()
    assert card.isHidden()
    assert desk.twin.chosen_building == ""


def test_the_card_goes_with_the_city(desk):
    desk.twin.fly_to_building(SCHOOL)
    desk.search.show_city()
    assert desk.frame.card.isHidden()
    assert not desk.twin.fly_to_building("nothing")
