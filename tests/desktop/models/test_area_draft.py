"""The area's draft: fields, what follows them, undo, mistakes, what is kept."""

from __future__ import annotations

import pytest

from area_configs.area_edit import CannotEdit
from area_configs.domain.names import Name
from desktop.models import area_moves
from desktop.models.area_draft import AreaDraft
from desktop.models.area_field_words import mistake_words
from desktop.models.area_fields import groups_of
from desktop.models.area_moves import Spot
from tests.desktop.area_samples import SAMPLE, sample_area

WHAT = Name("変更", "Change")
BUS_DEVICE = {"profile": "eastron_sdm120", "gateway": "gw-1", "link": "bus", "unit": 3}


@pytest.fixture
def draft(tmp_path, qapp):  # noqa: ARG001  # an application must exist
    made = AreaDraft()
    made.open(sample_area(tmp_path / "area"), '"one"')
    return made


def keys(draft, part):
    groups = groups_of(draft.state, part, draft.catalogue)
    return [field.key for group in groups for field in group.fields]


def test_what_is_typed_is_one_step_and_its_undo_gives_the_very_same_text(draft):
    path = ("devices", 0, "name", "en")
    for text in ("M", "Ma", "Mai", "Main"):
        draft.set(path, text)
    assert draft.undo.count() == 1
    assert draft.dirty
    draft.undo.undo()
    assert draft.state.text == SAMPLE
    assert not draft.dirty
    draft.undo.redo()
    assert draft.state.value(path) == "Main"


def test_typing_back_what_was_there_leaves_no_step(draft):
    draft.set(("energy", "contract_kw"), 45)
    draft.set(("energy", "contract_kw"), 450)
    assert not draft.dirty
    assert not draft.undo.canUndo()


def test_an_added_device_is_chosen_and_drawn_and_goes_with_undo(draft):
    table = {"id": "m3", "name": {"ja": "三", "en": "Three"}, **BUS_DEVICE}
    place = draft.add(
        ("devices",), table | {"position": {"latitude": 35.6, "longitude": 139.7}}, WHAT
    )
    assert (draft.chosen, draft.mistakes) == (place, ())
    assert draft.area.device("m3").unit == 3
    assert "# measured" in draft.state.text
    draft.undo.undo()
    assert (draft.chosen, draft.state.text) == ((), SAMPLE)


def test_a_gateway_brings_the_link_that_fits_and_the_right_kind_of_call(draft):
    draft.set(("devices", 1, "profile"), "ble_thermometer")
    assert draft.mistakes_at(("devices", 1, "link"))[0].path == "devices[1].link"
    draft.set(("devices", 1, "gateway"), "gw-2")
    assert draft.state.value(("devices", 1, "link")) == "radio"
    assert draft.state.value(("devices", 1, "unit")) is None
    assert "address" in keys(draft, ("devices", 1))
    draft.set(("devices", 1, "address"), "C4:7C:8D:00:00:01")
    assert draft.mistakes == ()


def test_a_device_that_moves_to_a_bus_gets_a_free_unit(draft):
    draft.set(("devices", 1, "gateway"), "gw-2")  # has no bus: its link stays, and is a mistake
    assert draft.mistakes
    draft.set(("devices", 1, "unit"), 1)
    draft.set(("devices", 1, "gateway"), "gw-1")
    assert draft.state.value(("devices", 1, "unit")) == 2
    assert draft.mistakes == ()


def test_mistakes_stand_at_their_fields_in_both_languages(draft):
    draft.set(("devices", 1, "unit"), 1)
    draft.set(("energy", "contract_kw"), "much")
    (taken,) = draft.mistakes_at(("devices", 1, "unit"))
    assert mistake_words(taken).ja == "接続「bus」のユニット 1 は使用中です"
    assert mistake_words(taken).en == "unit 1 on link 'bus' is taken by devices[0]"
    (much,) = draft.mistakes_at(("energy", "contract_kw"))
    assert mistake_words(much).ja.startswith("数値を入力してください")
    assert len(draft.mistakes_of(("devices", 1))) == 1
    assert draft.mistakes_of(("devices", 0)) == ()


def test_with_a_mistake_everything_is_still_drawn(draft):
    draft.set(("devices", 1, "unit"), 1)
    draft.move(("devices", 0), Spot(35.66, 139.78, 3.0))
    assert draft.area.device("meter-1").position.latitude == 35.66
    assert len(draft.area.gateways) == 2
    draft.set(("devices", 0, "position", "latitude"), "north")
    assert [one.id for one in draft.area.devices] == ["meter-2"]


def test_what_is_dragged_is_one_step_and_names_the_building(draft):
    for latitude in (35.61, 35.62, 35.63):
        draft.move(("devices", 0), Spot(latitude, 139.7, 4.04, "bldg_1"), dragged=True)
    assert draft.undo.count() == 1
    assert draft.state.value(("devices", 0, "building")) == "bldg_1"
    assert draft.state.value(("devices", 0, "position")) == {
        "latitude": 35.63,
        "longitude": 139.7,
        "height_m": 4.0,
    }
    draft.move(("devices", 0), Spot(35.64, 139.7, 0.0))
    assert draft.state.value(("devices", 0, "building")) is None


def test_a_new_id_goes_everywhere_and_a_needed_device_stays(draft):
    draft.rename(("devices", 0), "feeder")
    assert draft.state.value(("energy", "meter")) == "feeder"
    with pytest.raises(CannotEdit, match=r"feeder is energy\.meter"):
        draft.remove(("devices", 0), WHAT)
    draft.remove(("gateways", 1), WHAT)
    assert draft.state.place("gateways", "gw-2") is None


def test_forms_have_what_belongs_to_the_kind_and_no_more(draft):
    assert "host" in keys(draft, ("gateways", 0))
    assert "baudrate" not in keys(draft, ("gateways", 0))
    assert "adapter" in keys(draft, ("gateways", 1))
    assert "unit" in keys(draft, ("devices", 0))
    assert keys(draft, ("energy",)).count("price") == 2
    assert "epsg" in keys(draft, ())
    for part in ((), ("energy",), ("gateways", 0), ("devices", 0)):
        for group in groups_of(draft.state, part, draft.catalogue):
            for field in group.fields:
                assert field.label().ja != field.key, field
                assert field.label().en != field.key, field


def test_a_tariffs_bands_come_and_go_and_comments_stay(draft):
    bands = ("energy", "tariff", "bands")
    draft.add(bands, {"begins": "12:00", "ends": "13:00", "price": 9.0}, WHAT)
    assert len(draft.state.value(bands)) == 3
    assert "# at night" in draft.state.text
    draft.remove((*bands, 2), WHAT)
    assert draft.state.text == SAMPLE


def test_the_difference_names_the_lines(draft):
    draft.set(("energy", "contract_kw"), 500)
    lines = [line for line in draft.difference() if line[:1] in "+-"]
    assert lines == ["-contract_kw = 450", "+contract_kw = 500"]


def test_a_kept_draft_comes_back_as_a_step_for_the_same_area_only(draft, tmp_path):
    assert draft.content() is None
    draft.set(("energy", "contract_kw"), 500)
    kept = draft.content()
    fresh = AreaDraft()
    fresh.open(sample_area(tmp_path / "area"))
    assert fresh.restore(kept)
    assert fresh.state.value(("energy", "contract_kw")) == 500
    fresh.undo.undo()
    assert not fresh.dirty
    assert not fresh.restore(kept | {"begun": "another area"})
    assert not fresh.dirty


def test_what_was_saved_is_no_draft_any_more(draft):
    draft.set(("energy", "contract_kw"), 500)
    draft.saved(draft.state, '"two"')
    assert (draft.dirty, draft.etag, draft.content()) == (False, '"two"', None)
    draft.undo.undo()
    assert draft.dirty


def test_free_ids_and_units(draft):
    assert area_moves.free_id(draft.state, "devices", "meter-1") == "meter-1-2"
    assert area_moves.free_id(draft.state, "devices", "new") == "new"
    assert area_moves.free_unit(draft.state, "gw-1", "bus") == 3


@pytest.fixture
def asked(draft):
    """The states that somebody else is to judge."""
    found = []
    draft.judge_elsewhere(found.append)
    return found


def test_a_verdict_that_takes_a_while_is_waited_for(draft, asked):
    draft.set(("devices", 1, "unit"), 1)
    assert draft.state.value(("devices", 1, "unit")) == 1
    assert not draft.is_judged
    assert draft.mistakes == ()
    assert draft.area.device("meter-2").name.en == "Meter 2"
    assert asked[-1].judged[1]
    draft.take_verdict(asked[-1])
    assert draft.is_judged
    assert draft.mistakes_of(("devices", 1))


def test_what_was_found_before_stands_until_other_parts_take_its_place(draft, asked):
    draft.set(("devices", 1, "unit"), 1)
    draft.take_verdict(asked[-1])
    draft.set(("devices", 1, "name", "en"), "Other")
    assert draft.mistakes_of(("devices", 1))
    table = {"id": "m3", "name": {"ja": "三", "en": "Three"}, **BUS_DEVICE}
    draft.add(("devices",), table, WHAT)
    assert draft.mistakes == ()
    assert not draft.is_judged
