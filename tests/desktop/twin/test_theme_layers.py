"""Layers over the model district: what they draw, and what they say of it in both languages."""

from __future__ import annotations

import pytest

from area_configs.domain.names import Name
from area_configs.domain.quality import GOOD
from area_configs.domain.readings import Reading
from desktop.app import application_of_this_process
from desktop.twin.registry import THEMES
from tests.desktop.twin.layer_bench import NOON_US, Bench, readings

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def bench(qapp):  # noqa: ARG001  # an application must exist
    application_of_this_process()
    benches = []

    def make(**look):
        benches.append(Bench(**look))
        return benches[-1]

    yield make
    for one in benches:
        one.close()


def row(facts, text):
    return next(line for line in facts.rows if text in line[0])


def actors(bench):
    return bench.twin._scene.actors


def test_every_layer_names_itself_in_both_languages():
    for kind in THEMES:
        for name in (kind.info.name, kind.info.about, *(o.name for o in kind.info.options)):
            assert isinstance(name, Name)
            assert name.ja
            assert name.en
    assert len({kind.info.key for kind in THEMES}) == len(THEMES)


@pytest.mark.parametrize("key", [kind.info.key for kind in THEMES])
def test_a_layer_states_legend_source_and_time_and_leaves_nothing_behind(bench, key):
    desk = bench()
    before = actors(desk)
    facts = desk.switch(key)
    assert facts.steps
    assert facts.source
    assert "2026" in facts.when
    assert not facts.working
    assert all(len(line) == len(facts.headers) for line in facts.rows)
    desk.models.layers.switch(key, False)
    desk.desk.refresh()
    assert actors(desk) == before


@pytest.mark.parametrize("key", [kind.info.key for kind in THEMES])
def test_nothing_is_drawn_again_while_nothing_changes(bench, key):
    desk = bench()
    desk.switch(key)
    assert desk.twin._scene.themes._layers[key].changed
    desk.desk.refresh()
    assert not desk.twin._scene.themes._layers[key].changed


@pytest.mark.parametrize("key", [kind.info.key for kind in THEMES])
def test_a_layer_speaks_the_other_language_too(bench, key):
    english, japanese = bench().switch(key), bench(language="ja").switch(key)
    assert english.source != japanese.source
    assert english.headers != japanese.headers or not english.headers


def test_energy_is_power_over_floor_area_and_silence_is_unknown(bench):
    desk = bench()
    facts = desk.switch("energy")
    school = row(facts, "小中学校")
    area = float(school[3].split()[0].replace(",", ""))
    assert float(school[1]) == pytest.approx(42_000 / area, abs=0.01)
    assert area == pytest.approx(17_660, rel=0.01)  # 2,943 m2 footprint, 6 storeys
    tower = row(facts, "タワーA")
    assert tower[2] == "42.6 kW"  # common meter and one flat
    desk.models.take([Reading("meter-school", "active_power", NOON_US + 1, None, GOOD)])
    desk.desk.refresh()
    assert row(desk.models.layers.facts("energy"), "小中学校")[1] == "—"


def test_alarms_stand_where_they_are_and_carry_the_action(bench):
    desk = bench()
    calm = desk.switch("alarms")
    assert calm.notes == ("Nothing is abnormal.",)
    desk.models.take(list(readings(NOON_US + 1, river_level=3.4)))
    desk.desk.refresh()
    facts = desk.models.layers.facts("alarms")
    assert facts.notes == ()
    assert facts.rows[0][2] == "Critical"
    assert facts.rows[0][4].startswith("Close pier")
    tag = desk.twin._scene.themes.tags[0]
    gauge = desk.twin._frame.local(35.654003, 139.774285)
    assert tag.place[:2] == pytest.approx(gauge, abs=0.1)


def test_links_count_who_is_silent(bench):
    desk = bench()
    assert all(line[4] == "0" for line in desk.switch("links").rows)
    desk.clock.now_us += 600_000_000
    desk.models.tick()
    desk.desk.refresh()
    rows = desk.models.layers.facts("links").rows
    assert any("River" in line[4] or "gauge" in line[4] for line in rows)


def test_hydrogen_flows_from_maker_to_store_to_user(bench):
    desk = bench()
    facts = desk.switch("hydrogen")
    assert {line[0] for line in facts.rows} == {
        "PEM fuel cell",
        "PEM electrolyser",
        "Hydrogen station, bank",
    }
    assert row(facts, "electrolyser")[2] == "0.600 g/s"
    desk.models.take(list(readings(NOON_US + 1, hydrogen_flow=0.0)))
    desk.desk.refresh()
    assert desk.twin._scene.themes._layers["hydrogen"].changed


def test_the_panel_switches_shows_and_tells(bench):
    desk = bench()
    card = desk.page.layers.cards["energy"]
    card.switch.click()
    assert desk.models.layers.is_on("energy")
    desk.desk.refresh()
    assert "W/m²" in card.said.text
    assert card.said.table.rowCount() == 8
    assert card.said.table.accessibleName()
    desk.models.layers.switch("energy", False)
    assert not card.switch.isChecked()


def test_choosing_a_device_turns_from_layers_to_the_device(bench):
    desk = bench()
    desk.page.show_layers()
    assert desk.page.beside.currentWidget() is desk.page.layers
    desk.models.selection.choose("pv-school")
    assert desk.page.beside.currentWidget() is desk.page.card
