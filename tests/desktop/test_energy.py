"""The energy page against a real hub: planned from its measurements, applied, taken back, reported."""

from __future__ import annotations

import csv
import socket
import time
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from area_configs.domain.errors import HubUnavailable
from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from desktop import app
from desktop.bridge.planning import PlanAsk, Planning
from desktop.settings import ConsoleSettings
from edge_agent.simulators.past_days import COLUMNS, past_rows
from energy_planner.errors import PlanCancelled, PlanInputError
from energy_planner.past import needed
from energy_planner.scenario import Scenario
from platform_hub.client import HubClient
from platform_hub.client.energy_source import EnergySource
from tests.desktop.real_hub import RealHub

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.slow,
]
PATIENCE_MS = 20_000
MINUTE_US = 60_000_000
HALF_US = 30 * MINUTE_US
AREA = load_area("harumi")


@pytest.fixture(scope="module")
def now_us():
    return time.time_ns() // 1000


@pytest.fixture(scope="module")
def hub(tmp_path_factory, now_us):
    """A hub that has heard the energy side once a minute for two and a half hours."""
    hub = RealHub(tmp_path_factory.mktemp("hub"))
    begins = now_us // HALF_US * HALF_US - 4 * HALF_US + 7 * MINUTE_US + 12_345_678
    values = {"feeder-main": 300e3, "pv-school": 20e3, "pv-energy": 10e3, "battery-main": 12e3}
    readings = [
        Reading(
            device, quantity, at, 60.0 if quantity != "active_power" else values.get(device, 0.0)
        )
        for at in range(begins, now_us, MINUTE_US)
        for device, quantities in needed(AREA.energy).items()
        for quantity in quantities
    ]
    hub.take(readings)
    yield hub
    hub.stop()


@pytest.fixture(scope="module")
def past_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("past") / "past.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(past_rows(AREA, AREA.energy, datetime.now(tz=UTC), 9, seed=1))
    return path


@pytest.fixture
def console(hub, past_file, qapp, monkeypatch, tmp_path):  # noqa: ARG001  # an application must exist
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    settings = ConsoleSettings(hub=hub.url, language="en", page="energy", history=past_file)
    console = app.Console(settings, app.application_of_this_process())
    console.start()
    yield console
    console.close()
    console.languages.choose("en")
    console.window.deleteLater()
    QCoreApplication.sendPostedEvents(console.window, QEvent.Type.DeferredDelete)


def test_half_hours_are_clocked_however_the_readings_begin(hub, now_us) -> None:
    last = now_us // HALF_US * HALF_US
    with HubClient(hub.url) as client:
        source = EnergySource(client, "harumi")
        found = source.averages("feeder-main", ("active_power",), (last - 20 * HALF_US, last))
        nobody = source.averages("never-heard", ("active_power",), (last - HALF_US, last))
    halves = found["active_power"]
    assert sorted(halves) == [last - n * HALF_US for n in (4, 3, 2, 1)]
    assert set(halves.values()) == {300_000.0}
    assert nobody == {}


def test_the_page_plans_applies_takes_back_and_reports(console, qtbot, tmp_path) -> None:
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    board = console.models.energy
    qtbot.waitUntil(lambda: board.base_is_final, timeout=PATIENCE_MS)
    page = console.window.page("energy")
    assert board.base.made.target_kw <= AREA.energy.contract_kw + 1e-6
    assert board.gathered.since is not None
    assert "SIMULATED" in page.reasons.text

    said = []
    board.said.connect(said.append)
    board.apply_wanted.emit(board.order())
    qtbot.waitUntil(lambda: board.in_force is not None, timeout=PATIENCE_MS)
    assert "gw-energy: sent" in page.deeds.standing.text()
    assert said == ["The plan was sent to the gateways."]

    board.ask_plan()
    qtbot.waitUntil(lambda: board.base.current is not None, timeout=PATIENCE_MS)
    board.revoke_wanted.emit(board.in_force.id)
    qtbot.waitUntil(lambda: board.in_force is None, timeout=PATIENCE_MS)
    assert "was taken back" in page.deeds.standing.text()

    path = tmp_path / "month.pdf"
    page.month.write(str(path))
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: said[-1] == f"Written: {path}", timeout=PATIENCE_MS)
    page.month.write(str(tmp_path / "nowhere" / "month.xlsx"))
    qtbot.waitUntil(lambda: "No such file" in said[-1], timeout=PATIENCE_MS)


@pytest.fixture
def planning(hub, past_file, qapp):  # noqa: ARG001  # signals need an application
    from energy_planner import files  # noqa: PLC0415 - only here
    from energy_planner.forecast.history import history  # noqa: PLC0415 - as above
    from tests.energy_planner.site_samples import TOKYO  # noqa: PLC0415 - as above

    def older():
        return history(files.rows(past_file), TOKYO)

    made = Planning(AREA, lambda: HubClient(hub.url), older, lambda: time.time_ns() // 1000)
    yield made
    made.close()


def test_the_quick_plan_comes_first_and_progress_ends_with_nothing(planning, qtbot) -> None:
    told, stages = [], []
    planning.proposed.connect(lambda _ask, _made, final: told.append(final))
    planning.progressed.connect(lambda stage, share: stages.append((stage, share)))
    planning.ask(PlanAsk())
    qtbot.waitUntil(lambda: told == [False, True] and stages[-1] == ("", 0.0), timeout=PATIENCE_MS)
    shares = [share for stage, share in stages if stage]
    assert shares == sorted(shares)
    assert [stage for stage, _ in stages[:2]] == ["gather", "forecast"]


def test_a_new_question_ends_the_one_before(planning, qtbot) -> None:
    failed, told = [], []
    planning.failed.connect(lambda _ask, error: failed.append(error))
    planning.proposed.connect(lambda ask, _made, final: told.append(ask) if final else None)
    second = PlanAsk(Scenario(sun=0.5))
    planning.ask(PlanAsk())
    planning.ask(second)
    qtbot.waitUntil(lambda: second in told, timeout=PATIENCE_MS)
    assert all(isinstance(error, PlanCancelled) for error in failed)


def test_stopping_says_so(planning, qtbot) -> None:
    with qtbot.waitSignal(planning.failed, timeout=PATIENCE_MS) as said:
        planning.ask(PlanAsk())
        planning.cancel()
    assert isinstance(said.args[1], PlanCancelled)


def test_stopping_does_not_wait_for_a_hub_that_is_slow(qapp, qtbot) -> None:  # noqa: ARG001  # as above
    """The hub takes the question and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        made = Planning(
            AREA,
            lambda: HubClient(url, answer_s=60.0),
            lambda: None,
            lambda: time.time_ns() // 1000,
        )
        try:
            made.ask(PlanAsk())
            taken, _ = silent.accept()
            with taken, qtbot.waitSignal(made.failed, timeout=5000) as said:
                taken.recv(1)
                made.cancel()
            assert isinstance(said.args[1], PlanCancelled)
        finally:
            made.close()


def test_without_a_hub_or_a_past_the_reason_is_told(hub, qapp, qtbot) -> None:  # noqa: ARG001  # as above
    for url, kind in (("http://127.0.0.1:9", HubUnavailable), (hub.url, PlanInputError)):
        made = Planning(
            AREA, lambda url=url: HubClient(url), lambda: None, lambda: time.time_ns() // 1000
        )
        try:
            with qtbot.waitSignal(made.failed, timeout=PATIENCE_MS) as said:
                made.ask(PlanAsk())
            assert isinstance(said.args[1], kind)
        finally:
            made.close()
