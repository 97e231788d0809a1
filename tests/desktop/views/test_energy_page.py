"""The energy page as a person uses it: plots, gauge, numbers, one confirmation, taking back, scenarios."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox  # noqa: TID251  # the question is one

from area_configs.domain.names import Name
from desktop.views.energy_page import EnergyPage
from desktop.views.languages import Languages
from desktop.views.theme import Theme
from energy_planner.errors import Conflict, InfeasiblePlan, PlanCancelled, PlanInputError
from energy_planner.scenario import Scenario
from tests.desktop.energy_samples import planned, proposal, standing, tell_demand

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window


@pytest.fixture
def shown(dressed):
    """The page in English with a plan; what it wants is noted."""
    theme, languages = Theme(), Languages()
    hindrances = []
    board = planned(why_not=lambda: hindrances[0] if hindrances else None)
    languages.changed.connect(board.set_language)
    wants = SimpleNamespace(plans=[], applied=[], revoked=[], reports=[], cancelled=[])
    board.plan_wanted.connect(wants.plans.append)
    board.apply_wanted.connect(wants.applied.append)
    board.revoke_wanted.connect(wants.revoked.append)
    board.report_wanted.connect(lambda *asked: wants.reports.append(asked))
    board.cancel_wanted.connect(lambda: wants.cancelled.append(True))
    page = EnergyPage(board, theme)
    page.resize(1340, 760)
    page.show()
    yield SimpleNamespace(
        page=page,
        board=board,
        wants=wants,
        theme=theme,
        languages=languages,
        app=dressed,
        hindrances=hindrances,
    )
    languages.choose("en")
    page.close()
    page.deleteLater()
    QCoreApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)


def test_four_plots_with_their_legends(shown) -> None:
    load, storage, dispatch, grid = shown.page.plots.text.splitlines()
    assert "Forecast at midnight" in load
    assert "Contract" in load
    assert "Energy centre, battery" in storage
    assert "PEM fuel cell" in dispatch
    assert grid.startswith("Do nothing, Proposed, Measured")
    shown.languages.choose("ja")
    assert "朝の予測" in shown.page.plots.text


def test_the_numbers_stand_side_by_side_and_unknown_is_a_dash(shown) -> None:
    peak, _, _, demand, total, _ = shown.page.numbers.text.splitlines()
    assert peak.startswith("Highest, kW")
    assert "—" in peak
    assert demand.startswith("Demand, 12 months")
    assert "<b>" in total


def test_names_have_room_beside_a_years_charge_in_full(shown) -> None:
    numbers = shown.page.numbers
    for cells in numbers._cells:
        for cell in cells:
            cell.setText("<b>12,863,364</b>")
    shown.app.processEvents()
    for name in numbers._names:
        assert name.width() >= name.sizeHint().width(), name.text()


def test_arrow_keys_and_clicks_choose_the_step_that_is_explained(shown) -> None:
    before = shown.page.reasons.text
    QTest.keyClick(shown.page.plots, Qt.Key.Key_Right)
    assert shown.board.step == 1
    assert shown.page.reasons.text != before
    QTest.keyClick(shown.page.plots, Qt.Key.Key_Left)
    QTest.keyClick(shown.page.plots, Qt.Key.Key_Left)
    assert shown.board.step == 0
    plots = shown.page.plots
    middle = plots._plots[3].sceneBoundingRect().center()
    plots._clicked(SimpleNamespace(scenePos=lambda: QPointF(middle)))
    assert shown.board.step > 5


def test_the_gauge_says_what_the_half_hour_ends_with(shown) -> None:
    assert "told nothing yet" in shown.page.gauge.text
    tell_demand(shown.board, 441.0, stage=2)
    shown.page.gauge.refresh()
    assert "441.0 kW" in shown.page.gauge.text
    assert "stage 2 acts" in shown.page.gauge.text
    assert shown.page.gauge.accessibleName() == shown.page.gauge.text
    assert shown.page.gauge.grab().toImage().width() > 100
    shown.board.clock.advance(30)
    shown.page.gauge.refresh()
    assert "silent for 30 s" in shown.page.gauge.text


def test_the_gauge_says_how_much_of_the_half_hour_was_measured(shown) -> None:
    gauge = shown.page.gauge
    tell_demand(shown.board, 441.0)
    gauge.refresh()
    whole = gauge.sizeHint().height()
    assert "Measured" not in gauge.text
    shown.board.clock.advance(1)
    tell_demand(shown.board, 441.0, measured_s=185.0)
    gauge.refresh()
    assert "Measured 3 of 10 minutes" in gauge.text
    assert gauge.sizeHint().height() > whole


def question(page) -> QMessageBox:
    (box,) = page.findChildren(QMessageBox)
    return box


def test_applying_asks_once_and_names_what_will_happen(shown) -> None:
    shown.page.deeds.apply.click()
    box = question(shown.page)
    assert "Energy centre, battery" in box.text()
    assert "Without the hub" in box.text()
    yes = next(b for b in box.buttons() if box.buttonRole(b) is QMessageBox.ButtonRole.AcceptRole)
    yes.click()
    assert shown.wants.applied == [shown.board.order()]


def test_saying_no_sends_nothing(shown) -> None:
    shown.page.deeds.apply.click()
    box = question(shown.page)
    no = next(b for b in box.buttons() if box.buttonRole(b) is QMessageBox.ButtonRole.RejectRole)
    no.click()
    assert shown.wants.applied == []


def test_the_life_of_a_plan_is_visible_and_taking_back_is_one_click(shown) -> None:
    deeds, board = shown.page.deeds, shown.board
    assert "No plan was ever sent" in deeds.standing.text()
    assert not deeds.revoke.isEnabled()
    board.take_standing(standing(board, "delivered"))
    assert "gw-energy: delivered" in deeds.standing.text()
    board.take_standing(standing(board))
    deeds.revoke.click()
    assert shown.wants.revoked == [board.order().id]
    board.take_standing(standing(board, revoked=True))
    assert "was taken back" in deeds.standing.text()
    assert not deeds.revoke.isEnabled()


def test_who_may_not_is_told_why(shown) -> None:
    shown.hindrances.append(Name("再生中", "Not while a replay is shown"))
    shown.board.take_standing(standing(shown.board))
    deeds = shown.page.deeds
    assert not deeds.apply.isEnabled()
    assert not deeds.revoke.isEnabled()
    assert "Not while a replay is shown" in deeds.hindrance.text()


def test_progress_is_shown_and_can_be_stopped(shown) -> None:
    deeds, board = shown.page.deeds, shown.board
    board.take_progress("search", 0.5)
    assert deeds.stage.text() == "Searching the best plan"
    assert (deeds.progress.value(), deeds.apply.isEnabled()) == (50, False)
    deeds.stop.click()
    assert shown.wants.cancelled == [True]
    board.take_progress("", 0.0)
    assert not deeds.stop.isEnabled()
    assert deeds.apply.isEnabled()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PlanCancelled("x"), "Planning was stopped."),
        (PlanInputError(("a forecast needs 2 days of history, there is 1",)), "2 days of history"),
        (InfeasiblePlan((Conflict("grid", "import_limit", 2, 40.0, "kW"),)), "import limit of Grid"),
    ],
)  # fmt: skip
def test_why_there_is_no_plan_is_said(shown, error: Exception, words: str) -> None:
    shown.board.take_failure(error)
    assert words in shown.page.reasons.text


def test_where_the_past_comes_from_is_said(shown) -> None:
    shown.board.older_name, shown.board.older_simulated = "past.csv", True
    shown.board.changed.emit()
    assert "SIMULATED" in shown.page.reasons.text
    assert not shown.page.deeds.notice.isHidden()
    assert "half hours above the contract" in shown.page.reasons.text


def test_a_scenario_is_compared_and_put_back(shown) -> None:
    editor = shown.page.scenario
    editor.contract.setValue(420)
    editor.factors["sun"].setValue(50)
    editor.present["battery-main"].setChecked(False)
    editor.compare.click()
    absent = frozenset({"battery-main"})
    assert shown.wants.plans == [Scenario(contract_kw=420.0, sun=0.5, absent=absent)]
    shown.board.take_proposal(shown.wants.plans[0], proposal(1.6), final=True)
    assert [head.isHidden() for head in shown.page.numbers._heads] == [False, True, False, False]
    editor.reset.click()
    assert shown.wants.plans[-1] == Scenario()
    assert editor.scenario().is_plain


def test_a_month_is_asked_for_by_name(shown) -> None:
    month = shown.page.month
    assert month.month.itemText(0) == "2026-10"
    month.write("/somewhere/energy.pdf")
    assert shown.wants.reports == [(2026, 10, "/somewhere/energy.pdf")]


def test_it_follows_the_theme_and_draws_in_both(shown) -> None:
    light = shown.page.grab().toImage()
    shown.theme.choose("dark", shown.app)
    dark = shown.page.grab().toImage()
    shown.theme.choose("light", shown.app)
    assert light != dark
