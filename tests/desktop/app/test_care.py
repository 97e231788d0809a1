"""Care's way between the page and a real hub: consent, a step, NEWS2, a withdrawal, a refusal."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from area_configs.domain.care import CycleStep, PlanItem
from area_configs.domain.care_news2 import News2Set
from desktop.app.care import CareWiring
from desktop.bridge.area_desk import AreaDesk
from desktop.models.area_models import AreaModels
from desktop.models.care_drafts import ConsentDraft, News2Draft, StepDraft, WithdrawalDraft
from desktop.models.connection import Connection
from desktop.settings import ConsoleSettings
from platform_hub.client.area_client import AreaClient
from platform_hub.wire.care import ResidentBody
from tests.desktop.real_hub import RealHub
from tests.desktop.small_area import Clock, small_area

OF = "p-" + "c" * 26
PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    served = RealHub(folder, {"boss": "manager"})
    command = [sys.executable, "-m", "platform_hub.server", "key", "create", "--json"]
    command += ["--data", str(folder / "hub"), "--role", "caregiver", "--name", "hana"]
    made = subprocess.run(command, check=True, capture_output=True)
    served.care_key = json.loads(made.stdout)["key"]
    with AreaClient(served.url, served.keys["manager"]) as boss:
        boss.send("POST", "/care/residents", ResidentBody(OF, "C"), dict)
        place = f"/care/residents/{OF}/assignments"
        boss.send("PUT", place, {"caregivers": ["hana"]}, dict)
    yield served
    served.stop()


@pytest.fixture
def care(qapp, hub, qtbot):  # noqa: ARG001  # an application must exist
    clock = Clock()
    models = AreaModels(small_area(), Connection(clock), clock)
    desk = AreaDesk(hub.url)
    settings = ConsoleSettings(hub=hub.url, care_key=hub.care_key)
    wiring = CareWiring(desk, models, settings)
    models.care.told = []
    models.care.failed.connect(models.care.told.append)
    qtbot.waitUntil(lambda: models.care.page is not None, timeout=PATIENCE_MS)
    yield models
    wiring.close()
    desk.close()


def until(qtbot, true):
    qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE_MS)


def test_consent_step_and_withdrawal_go_to_the_hub_and_come_back(care, qtbot):
    desk = care.care
    step = StepDraft(
        OF, 1, CycleStep.PLAN, "2026-11-20", "Calm", (PlanItem("Walk", "day", "2026-12-01"),)
    )
    desk.step_wanted.emit(step)
    until(qtbot, lambda: desk.told)
    assert desk.told.pop() == (
        "「スコアと記録」の有効な同意がありません。先に同意を記録してください。何も保存していません"
    )
    desk.consent_wanted.emit(ConsentDraft(OF, ("records",), "2026-04", "2026-04-01", "self"))
    until(qtbot, lambda: desk.page.resident.consent == ("records",))
    desk.step_wanted.emit(step)
    until(qtbot, lambda: desk.page.cycle)
    assert desk.page.cycle[0].items == step.items
    previews = []
    desk.preview_came.connect(previews.append)
    desk.preview_wanted.emit(WithdrawalDraft(OF, ("records",)))
    until(qtbot, lambda: previews)
    assert previews[0].deleted == {"records": 1}
    desk.withdrawal_wanted.emit(WithdrawalDraft(OF, ("records",)))
    until(qtbot, lambda: desk.page.resident.consent == ())
    assert desk.page.cycle == ()
    assert desk.page.consents[0].withdrawn_us is not None


def test_a_refusal_speaks_the_language_of_the_screen(care, qtbot):
    given = News2Set(22, 95, False, 118, 92, True, 37.2)
    for language, words in (("ja", "NEWS2 は使わない設定です"), ("en", "NEWS2 is off")):
        care.set_language(language)
        care.care.news2_wanted.emit(News2Draft(OF, 1_790_000_000_000_000, given))
        until(qtbot, lambda: care.care.told)
        assert care.care.told.pop().startswith(words)


def test_what_another_desk_does_is_seen_by_watching(care, hub, qtbot):
    with AreaClient(hub.url, hub.care_key) as other:
        consent = {"scopes": ["wearable"], "policy": "2026-04", "givenOn": "2026-04-01"}
        other.send("POST", f"/care/residents/{OF}/consents", consent, dict)
    care.care.watch()
    until(qtbot, lambda: care.care.page.resident.consent == ("wearable",))


def test_a_hub_that_is_gone_is_told_in_one_sentence(care, hub, qtbot):
    hub.stop()
    care.care.watch()  # nobody asked: nobody is told
    care.care.refresh()
    until(qtbot, lambda: care.care.told)
    until(qtbot, lambda: len(care.care.told) == 2)  # who needs a look, and the page; no third
    assert set(care.care.told) == {"The hub does not answer; nothing was recorded. Try again."}
