"""Pages are made when they are first wanted: one made late shows what one made at once shows."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel  # noqa: TID251  # a label stands in for the twin

from desktop.models.fleet import GatewayFacts
from desktop.models.person import Entry
from desktop.views.pages import MAKERS, PageParts
from tests.desktop.care_samples import FULL, OVERVIEW
from tests.desktop.small_area import all_well
from tests.desktop.views.test_alarms_page import RULES, STATISTICS, line, view
from tests.desktop.views.test_audit_page import entry

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
RUNS = {"hub_url": "http://hub:1", "trial_s": 60.0, "log": {"keep_days": 7.0}, "devices": {}}
FACTS = GatewayFacts("gw-a", "1.2", health="online", newest=1, running=1, settings=RUNS)
SIZE = (1300, 760)


@pytest.fixture
def area_alarms():
    return RULES[:3]


def live_through_an_hour(models):
    """Let everything happen that pages tell of."""
    models.person.become("hanako", "manager", Entry.PERSON)
    models.connection.found()
    models.take(all_well())
    models.fleet.take(FACTS)
    models.alarm_desk.take_all([view(1), view(2)])
    models.alarm_journal.take([line(9, "acknowledged", "hanako"), line(8)], 0)
    models.alarm_journal.take_statistics(STATISTICS)
    models.audit_log.take([entry(seq) for seq in (8, 9)], 0)
    models.care.take_overview(OVERVIEW)
    models.care.take_page(FULL)
    models.bench.fill("hub", "http://127.0.0.1:1")
    models.selection.choose("bank-1")
    models.tick()


def shown(page):
    page.resize(*SIZE)
    page.show()
    for _ in range(4):  # layouts settle in some rounds of events
        QApplication.processEvents()
    return page.grab().toImage()


@pytest.mark.parametrize("name", MAKERS)
def test_a_page_made_late_shows_the_same(console, name):
    parts = [PageParts(console.models, console.theme, console.languages, QLabel(t)) for t in "xx"]
    early = MAKERS[name](parts[0])
    live_through_an_hour(console.models)
    late = MAKERS[name](parts[1])
    try:
        assert shown(early) == shown(late)
    finally:
        for page in (early, late):
            page.close()
            page.deleteLater()
