"""The manager's page of residents, used by keyboard: register, assign, give out, consent, refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest

from area_configs.domain.care import Resident, Scope, Withdrawal
from area_configs.domain.devices import DeviceKind
from desktop.models.care_drafts import ConsentDraft, WithdrawalDraft
from desktop.models.care_registry import Enrolment
from desktop.models.person import Entry
from tests.desktop.care_samples import CONSENTS, SCOPES, A, B

if TYPE_CHECKING:
    from area_configs.domain.areas import Area

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window
PSEUDONYM = "p-" + "c" * 26
TAG, OTHER = "gauge", "meter-1"


def heard(signal) -> list:
    found: list = []
    signal.connect(lambda *told: found.append(told))
    return found


def carried(area: Area) -> Area:
    """Return an area whose devices can be worn, whatever they are else."""
    profiles = {k: replace(v, kind=DeviceKind.PRESENCE_TAG) for k, v in area.profiles.items()}
    return replace(area, profiles=profiles)


@pytest.fixture
def page(console):
    console.models.person.become("boss", "manager", Entry.PERSON)
    registry = console.models.registry
    registry.area = carried(registry.area)
    devices = [one.id for one in registry.area.devices]
    console.window.show_page("residents")
    residents = (
        Resident(A, "A", False, SCOPES, ("hana",), (devices[0],)),
        Resident(B, "B", True, (), ("gone",), ()),
    )
    registry.take_list(residents, ["hana", "ken"])
    registry.take_consents(A, CONSENTS)
    found = console.window.page("residents")
    found.registry, found.devices, found.console = registry, devices, console
    return found


def tick(ticks, ident):
    """Go to a row and turn it, by keyboard."""
    places = [
        n for n in range(ticks.count()) if ticks.item(n).data(Qt.ItemDataRole.UserRole) == ident
    ]
    ticks.setCurrentRow(places[0])
    QTest.keyClick(ticks, Qt.Key.Key_Space)


def test_the_list_says_who_is_registered_and_nothing_of_how_they_are(page):
    table = page.residents
    rows = [[table.text_at(row, column) for column in range(4)] for row in (0, 1)]
    assert rows[0] == [
        "A",
        "wearables, records",
        "hana",
        page.devices[0],
    ]
    assert rows[1] == ["B (invented)", "—", "gone", "—"]
    assert page.charge.heading.text() == "A"
    assert page.tabs.isTabEnabled(1)


def test_a_resident_is_registered_by_keyboard_and_a_wrong_pseudonym_is_told(page):
    asked, form = heard(page.registry.enrolment_wanted), page.enrolment
    page.enrol.click()
    QTest.keyClicks(form.label, "101")
    QTest.keyClicks(form.pseudonym, "Yamada")
    QTest.keyClick(form.pseudonym, Qt.Key.Key_Return)
    assert form.fault.text().startswith("A pseudonym is p- and 26")
    assert asked == []
    form.pseudonym.setText(PSEUDONYM)
    QTest.keyClick(form.pseudonym, Qt.Key.Key_Return)
    assert asked == [(Enrolment(PSEUDONYM, "101"),)]
    page.registry.failed.emit("there is a resident already")
    assert (form.isVisible(), form.label.text()) == (True, "101")  # to be put right
    assert page.message.text() == "there is a resident already"
    form.record()
    page.registry.take_done(PSEUDONYM)
    assert not form.isVisible()
    assert page.registry.chosen == PSEUDONYM


def test_caregivers_are_ticked_and_recorded(page):
    asked = heard(page.registry.carers_wanted)
    assert page.charge.carers.ticked() == ("hana",)
    tick(page.charge.carers, "ken")
    page.charge.assign.click()
    assert asked == [(A, ("hana", "ken"))]


def test_who_has_no_account_any_more_is_shown_and_can_be_taken_off(page):
    asked = heard(page.registry.carers_wanted)
    page.registry.choose(B)
    page.registry.take_consents(B, ())
    assert page.charge.carers.item(0).text() == "gone (no account any more)"
    tick(page.charge.carers, "gone")
    page.charge.assign.click()
    assert asked == [(B, ())]


def test_a_device_of_another_resident_cannot_be_ticked(page):
    asked = heard(page.registry.wearables_wanted)
    page.registry.choose(B)
    page.registry.take_consents(B, ())
    ticks = page.charge.wearables
    last = ticks.item(ticks.count() - 1)
    assert last.text().endswith(f"({page.devices[0]}): worn by A")
    tick(ticks, page.devices[0])
    tick(ticks, page.devices[1])
    page.charge.give.click()
    assert asked == [(B, (page.devices[1],))]


def test_what_was_ticked_and_not_recorded_outlives_news_from_the_hub(page):
    tick(page.charge.carers, "ken")
    page.registry.take_list(page.registry.residents, ["hana", "ken", "new"])
    assert page.charge.carers.ticked() == ("hana", "ken")
    page.charge.assign.click()
    page.registry.take_done()
    page.registry.take_list(page.registry.residents, ["hana", "ken", "new"])
    assert page.charge.carers.ticked() == ("hana",)


def test_a_manager_records_a_consent_and_takes_it_back_after_a_look(page):
    consents, previews, ended = (
        heard(signal)
        for signal in (
            page.registry.consent_wanted,
            page.registry.preview_wanted,
            page.registry.withdrawal_wanted,
        )
    )
    tab = page.consent
    tab.scopes[Scope.RESEARCH].setChecked(True)
    tab.policy.setText("2026-05")
    tab.given_on.setText("2026-11-20")
    tab.given_by.setText("daughter")
    tab.give.click()
    scopes = ("wearable", "records", "research")
    assert consents == [(ConsentDraft(A, scopes, "2026-05", "2026-11-20", "daughter"),)]
    tab.ended[Scope.WEARABLE].setChecked(True)
    tab.look.click()
    assert previews == [(WithdrawalDraft(A, ("wearable",)),)]
    page.registry.take_preview(Withdrawal(("wearable",), ("records",), {"entries": 12}))
    assert "12 entries in all" in tab.told.text()
    assert ended == []
    tab.withdraw.click()
    assert ended == [(WithdrawalDraft(A, ("wearable",)),)]


@pytest.mark.parametrize("role", ["caregiver", "technician", "auditor"])
def test_nobody_else_is_offered_the_page_and_what_was_shown_is_forgotten(page, role):
    page.console.models.registry.leave()  # as the wiring does when another person sits down
    page.console.models.person.become("x", role, Entry.PERSON)
    assert "residents" not in page.console.window.offered
    assert page.residents.row_total() == 0
    assert page.empty.text().startswith("Sign in as the area manager")
    assert not page.enrol.isEnabled()


def test_everything_is_said_in_the_language_that_is_chosen_later(page):
    page.console.languages.choose("ja")
    QCoreApplication.processEvents()
    assert page.enrol.text() == "入居者を登録 ..."
    assert page.tabs.tabText(0) == "担当と機器"
    assert page.residents.text_at(1, 0) == "B (架空)"
    assert page.charge.assign.text() == "担当を記録"
