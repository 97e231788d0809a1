"""The draft of a gateway's configuration: edits, undo, differences, mistakes, and its survival."""

from __future__ import annotations

import pytest

from area_configs.domain.names import Name
from desktop.models.configuration_draft import ConfigurationDraft
from desktop.models.settings_fields import device_fields, gateway_fields, mistakes

RUNS = {
    "hub_url": "http://hub:1",
    "trial_s": 60.0,
    "control": {"demand": False, "target_kw": None},
    "log": {"keep_days": 7.0},
    "devices": {},
}
PERIOD = ("devices", "meter-1", "period_s")


@pytest.fixture
def draft(qapp):  # noqa: ARG001  # an application must exist
    made = ConfigurationDraft("gw-a", ("meter-1", "battery-1"))
    made.take_applied(1, RUNS)
    return made


def test_typing_a_number_is_one_step_of_undo(draft):
    for value in (1, 15, 150):
        draft.set(PERIOD, value)
    assert draft.document["devices"] == {"meter-1": {"period_s": 150}}
    draft.undo.undo()
    assert not draft.dirty
    assert draft.undo.isClean()
    assert "devices" not in draft.document
    draft.undo.redo()
    assert draft.value(PERIOD) == 150


def test_typing_back_to_what_was_leaves_nothing_to_undo(draft):
    draft.set(("trial_s",), 61)
    draft.set(("trial_s",), 60.0)
    assert not draft.undo.canUndo()
    assert not draft.dirty


def test_two_fields_are_two_steps_and_many_together_are_one(draft):
    draft.set(("trial_s",), 90)
    draft.set_many({PERIOD: 9, ("devices", "battery-1", "polled"): False}, Name("一括", "bulk"))
    draft.undo.undo()
    assert [one.path for one in draft.differences()] == [("trial_s",)]
    draft.undo.undo()
    assert not draft.dirty


def test_differences_say_before_and_after_in_the_order_of_the_form(draft):
    draft.set(PERIOD, 9)
    draft.set(("log", "keep_days"), 30)
    told = [(one.path, one.before, one.after) for one in draft.differences()]
    assert told == [(("log", "keep_days"), 7.0, 30), (PERIOD, None, 9)]


def test_every_mistake_stands_at_its_field_in_both_languages(draft):
    draft.set(PERIOD, 0.5)
    draft.set(("hub_url",), "ftp://x")
    draft.set(("log", "keep_days"), "soon")
    draft.set(("devices", "lamp-9", "period_s"), 5)
    found = draft.mistakes()
    assert found.keys() == {PERIOD, ("hub_url",), ("log", "keep_days"), ("devices", "lamp-9")}
    assert (found[PERIOD].ja, found[PERIOD].en) == ("1 以上にしてください", "At least 1")
    assert found["log", "keep_days"].en == "Enter a number"


def test_what_a_gateway_runs_replaces_a_clean_draft_and_not_a_begun_one(draft):
    draft.take_applied(2, RUNS | {"trial_s": 90.0})
    assert draft.value(("trial_s",)) == 90.0
    draft.set(PERIOD, 9)
    draft.take_applied(3, RUNS | {"trial_s": 120.0})
    assert draft.behind
    assert draft.value(PERIOD) == 9
    assert draft.applied(("trial_s",)) == 120.0


def test_once_the_gateway_runs_the_draft_it_is_clean(draft):
    draft.set(PERIOD, 9)
    draft.take_applied(2, draft.document)
    assert not draft.dirty
    assert draft.content() is None
    assert not draft.undo.canUndo()


def test_a_kept_draft_is_taken_up_again(draft, qapp):  # noqa: ARG001  # a fixture that has to be there
    draft.set(PERIOD, 9)
    other = ConfigurationDraft("gw-a", ("meter-1", "battery-1"))
    other.restore(draft.content())
    other.take_applied(1, RUNS)
    assert other.document == draft.document
    assert not other.behind
    other.discard()
    assert not other.dirty


def test_the_form_has_every_field_of_the_schema_with_its_limits():
    fields = {field.path: field for field in gateway_fields()}
    assert fields["trial_s",].minimum == 5
    assert fields["log", "when_full"].choices == ("refuse", "drop-oldest")
    assert fields["control", "target_kw"].above == 0
    assert fields["control", "target_kw"].optional
    assert fields["log", "most_mib"].kind == "whole"
    assert [field.key for field in device_fields("meter-1")] == ["period_s", "polled"]
    assert fields["log", "keep_days"].unit().ja == "日"


def test_the_bundled_defaults_are_right():
    assert mistakes({}, ()) == {}
