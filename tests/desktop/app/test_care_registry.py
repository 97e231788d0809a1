"""The manager's registry on its way to a real hub: register, assign, give out, consent, refusals."""

from __future__ import annotations

import pytest

from desktop.app.care_registry import RegistryWiring
from desktop.bridge.area_desk import AreaDesk
from desktop.models.area_models import AreaModels
from desktop.models.care_drafts import ConsentDraft, WithdrawalDraft
from desktop.models.care_registry import Enrolment
from desktop.models.connection import Connection
from desktop.models.person import Entry
from tests.desktop.real_hub import RealHub
from tests.desktop.small_area import Clock, small_area

OF, OTHER = "p-" + "c" * 26, "p-" + "d" * 26
STRAP = "heart-resident-a"  # of the hub's own area
PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    served = RealHub(tmp_path_factory.mktemp("hub"), {"boss": "manager", "hana": "caregiver"})
    yield served
    served.stop()


@pytest.fixture
def registry(qapp, hub):  # noqa: ARG001  # an application must exist
    clock = Clock()
    models = AreaModels(small_area(), Connection(clock), clock)
    desk = AreaDesk(hub.url, hub.keys["manager"])
    RegistryWiring(desk, models)
    models.person.become("boss", "manager", Entry.KEY)
    models.registry.told, models.registry.speak = [], models.set_language
    models.registry.failed.connect(models.registry.told.append)
    models.registry.person = models.person
    yield models.registry
    desk.close()


def until(qtbot, true):
    qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE_MS)


def test_a_manager_registers_assigns_gives_out_and_records_consent(registry, qtbot):
    registry.refresh()
    until(qtbot, lambda: registry.heard)
    registry.enrolment_wanted.emit(Enrolment(OF, "C"))
    until(qtbot, lambda: registry.resident)
    assert [(one.id, one.ticked) for one in registry.carers()] == [("hana", False)]
    registry.carers_wanted.emit(OF, ("hana",))
    until(qtbot, lambda: registry.resident.caregivers == ("hana",))
    registry.wearables_wanted.emit(OF, (STRAP,))
    until(qtbot, lambda: registry.resident.wearables == (STRAP,))
    registry.consent_wanted.emit(ConsentDraft(OF, ("wearable",), "2026-04", "2026-04-01", "self"))
    until(qtbot, lambda: registry.consents)
    previews = []
    registry.preview_came.connect(previews.append)
    registry.preview_wanted.emit(WithdrawalDraft(OF, ("wearable",)))
    until(qtbot, lambda: previews)
    assert previews[0].deleted == {"entries": 0}  # and not how many falls there were
    registry.withdrawal_wanted.emit(WithdrawalDraft(OF, ("wearable",)))
    until(qtbot, lambda: registry.consents[-1].withdrawn_us)
    assert registry.told == []
    refused_in_both_languages(registry, qtbot)


def refused_in_both_languages(registry, qtbot):
    registry.enrolment_wanted.emit(Enrolment(OTHER, "D"))
    until(qtbot, lambda: registry.chosen == OTHER)  # two workers ask: the next one may be quicker
    for language, words in (("ja", "別の入居者が使っています"), ("en", "worn by another resident")):
        registry.speak(language)
        registry.wearables_wanted.emit(OTHER, (STRAP,))
        until(qtbot, lambda words=words: any(words in one for one in registry.told))


def test_nobody_else_is_answered(registry, qtbot):
    registry.refresh()
    until(qtbot, lambda: registry.heard)
    registry.person.become("hana", "caregiver", Entry.PERSON)
    assert (registry.residents, registry.heard, registry.chosen) == ((), False, "")
    asked = []
    registry.list_wanted.connect(lambda: asked.append(1))
    registry.refresh()
    qtbot.wait(50)
    assert asked == [1]
    assert not registry.heard
