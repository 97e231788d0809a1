"""Layers over the model district: what they draw, and what they say of it in both languages."""

from __future__ import annotations

import pytest

from area_configs.domain.names import Name
from area_configs.domain.quality import GOOD
from area_configs.domain.readings import Reading
from desktop.twin.registry import THEMES
from tests.desktop.twin.layer_bench import NOON_US, Bench, readings

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def bench(qapp):  # noqa: ARG001  # an application must exist
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
def test_a_layer_states_what_it_shows_draws_once_and_leaves_nothing_behind(bench, key):
    desk = bench()
    before = actors(desk)
    facts = desk.switch(key)
    assert facts.steps
    assert facts.source
    assert "2026" in facts.when
    assert not facts.working
    assert all(len(line) == len(facts.headers) for line in facts.rows)
    drawn = desk.twin._scene.themes._layers[key]
    assert drawn.changed
    desk.desk.refresh()
    assert not drawn.changed, "drawn again although nothing changed"
    desk.models.set_language("ja")
    desk.desk.refresh()
    japanese = desk.models.layers.facts(key)
    assert japanese.source != facts.source
    assert japanese.headers != facts.headers or not facts.headers
    desk.models.layers.switch(key, False)
    desk.desk.refresh()
    assert actors(desk) == before


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
        "Hydrogen dispenser 1",
        "Hydrogen dispenser 2",
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


# ---------------------------------------------------------------- sunlight


def test_sunlight_at_night_is_said_and_all_is_shade(bench):
    desk = bench()
    desk.clock.now_us = NOON_US + 11 * 3_600_000_000
    facts = desk.switch("sunlight")
    assert facts.notes[0] == "The sun is below the horizon."


def test_sunlight_counts_hours_by_facade_and_south_gets_most_in_winter(bench):
    facts = bench().switch("sunlight", "winter")
    assert facts.scenario.startswith("winter solstice")
    assert "2026-12-22, 07:39 to 15:39" in facts.when
    name, roof, north, _, south, _ = row(facts, "客船ターミナル")
    hours = [float(text.split()[0]) for text in (roof, north, south)]
    assert hours[1] < 0.5
    assert 5 < hours[2] <= 8
    assert hours[0] <= 8, name


def test_while_it_is_worked_out_the_layer_says_so(bench):
    desk = bench()
    desk.desk.calculations.answer = lambda _question, _work: None
    facts = desk.switch("sunlight", "day")
    assert facts.working
    assert facts.steps


# ---------------------------------------------------------------- people and flood


def counts(desk, begin, end, minutes=10):
    """Let the plaza's counters grow evenly over the minutes before now."""
    for quantity in ("people_in", "people_out"):
        desk.models.take_history(
            [
                Reading(
                    "people-plaza",
                    quantity,
                    desk.clock.now_us - (minutes - n) * 60_000_000,
                    begin + (end - begin) * n / minutes,
                    GOOD,
                )
                for n in range(minutes)
            ]
        )


def fed(bench):
    """A bench whose counters hold nothing but what a test puts in."""
    desk = bench()
    desk.models.series._lines.clear()
    return desk


def test_people_flow_stay_and_wait(bench):
    desk = fed(bench)
    counts(desk, 1000, 1200)
    facts = desk.switch("people")
    plaza = row(facts, "plaza")
    assert plaza[1:5] == ("640 people", "20.0/min", "20.0/min", "32 min")
    desk.models.layers.choose("people", "desks4")
    desk.desk.refresh()
    assert row(desk.models.layers.facts("people"), "plaza")[5].startswith("more come")
    assert "4 desks" in desk.models.layers.facts("people").scenario


def test_small_groups_are_never_told(bench):
    desk = fed(bench)
    counts(desk, 1000, 1006)
    desk.models.take(list(readings(NOON_US + 1, people_count=7.0, people_in=1.0, people_out=1.0)))
    facts = desk.switch("people")
    plaza = row(facts, "plaza")
    assert plaza[1:5] == ("below 10", "—", "—", "—")
    assert "7" not in "".join(tag.text for tag in desk.twin._scene.themes.tags)


def test_the_river_comes_ashore_and_the_gate_is_advised_with_reasons(bench):
    desk = bench()
    desk.models.take(list(readings(NOON_US + 1, river_level=3.6)))
    facts = desk.switch("flood")
    assert facts.notes[0].startswith("Water gate: close (level is at the danger limit of 3.2 m")
    assert facts.notes[1].startswith("Advice only")
    assert desk.twin._scene.themes._layers["flood"]._actors
    desk.models.take(list(readings(NOON_US + 2, river_level=1.0)))
    desk.desk.refresh()
    facts = desk.models.layers.facts("flood")
    assert facts.notes[0].startswith("Water gate: may stay open")
    assert not desk.twin._scene.themes._layers["flood"]._actors


def test_the_forecast_needs_an_hour_of_levels(bench):
    desk = bench()
    assert "too few levels" in desk.switch("flood", "soon").notes[-1]
    minutes = range(60)
    rising = [
        Reading("river-gauge", "river_level", NOON_US - (60 - n) * 60_000_000, 1.5 + n / 100, GOOD)
        for n in minutes
    ]
    desk.models.take_history(rising)
    desk.desk.refresh()
    facts = desk.models.layers.facts("flood")
    assert "trend +0.6" in facts.notes[-1]
    assert "13:00" in facts.when


def test_a_silent_gauge_gives_no_advice(bench):
    desk = bench()
    desk.switch("flood")
    desk.clock.now_us += 3_600_000_000
    desk.models.tick()
    desk.desk.refresh()
    assert desk.models.layers.facts("flood").notes[0].startswith("Water gate: cannot be told")


def test_assumed_floods_name_scenario_and_source_and_what_gets_wet(bench):
    desk = bench()
    worst = desk.switch("flood", "river_l2")
    assert worst.scenario.startswith("L2")
    assert "架空" in worst.source
    charger = row(worst, "EV charger")
    assert charger[1:] == ("0.75 m", "1.0 m", "Wet below")
    assert row(worst, "客船ターミナル, entrance")[3] == "Flooded"
    desk.models.layers.choose("flood", "tsunami")
    desk.desk.refresh()
    none = desk.models.layers.facts("flood")
    assert none.notes == ("The area's files hold no such zone.",)
    assert none.rows == ()


def test_layers_that_look_back_ask_for_the_past_once(bench):
    desk = bench()
    asked = []
    desk.desk.needs_history.connect(lambda *given: asked.append(given))
    desk.switch("flood")
    desk.desk.refresh()
    assert [(device, quantities) for device, quantities, _, _ in asked] == [
        ("river-gauge", ["river_level"]),
        ("rain-gauge", ["rain_rate"]),
    ]
    assert asked[0][3] - asked[0][2] == 3_600_000_000
    desk.clock.now_us += 3_600_000_000
    desk.desk.refresh()
    assert len(asked) == 4


def test_layers_follow_the_shown_time_and_say_which_kind_it_is(bench):
    desk = bench()
    desk.switch("sunlight")
    desk.switch("links")
    desk.models.time.go_to(NOON_US + 6 * 3_600_000_000)
    desk.desk.refresh()
    sun = desk.models.layers.facts("sunlight")
    assert sun.when == "At 2026-06-11 18:00 [forecast]"
    assert "elevation 9." in sun.notes[0]
    links = desk.models.layers.facts("links")
    assert all(line[4] != "0" for line in links.rows), "no reading is known of the future"
    desk.models.time.go_live()
    desk.desk.refresh()
    assert desk.models.layers.facts("links").when == "At 2026-06-11 12:00"


# ---------------------------------------------------------------- barrier-free


def test_facilities_stand_in_three_states_with_a_table(bench):
    facts = bench().switch("barrier_free", "ostomate")
    assert row(facts, "マルシェ")[1:4] == ("Yes", "—", "Yes")
    assert [step.text for step in facts.steps] == ["Yes", "No", "Unknown (blank)"]
    assert "barrier_free.csv" in facts.source


def test_the_way_starts_at_the_chosen_device_and_keeps_out_of_the_water(bench):
    desk = bench()
    facts = desk.switch("barrier_free", "route")
    assert facts.notes[0].startswith("the area's centre to 中央広場公衆トイレ: 1")
    desk.models.selection.choose("meter-terminal")
    desk.desk.refresh()
    note = desk.models.layers.facts("barrier_free").notes[0]
    assert note.startswith("Cruise terminal, smart meter to 桟橋待合所トイレ")
    desk.models.take(list(readings(NOON_US + 1, river_level=5.4)))
    desk.desk.refresh()
    flooded = desk.models.layers.facts("barrier_free").notes[0]
    assert flooded.startswith("No wheelchair-accessible facility")


def test_scenarios_are_compared_and_a_row_is_the_building_on_the_map(bench):
    desk = bench()
    facts = desk.switch("development", "floor_area")
    market = row(facts, "埠頭市場")
    assert market[1:4] == ("5,200 (2026)", "21,400 (2035)", "+16,200")
    assert row(facts, "図書館")[2:4] == ("Unknown", "Unknown")
    assert "Of 6 buildings 1 have unknown values" in facts.notes[0]
    assert "Redevelopment" in facts.scenario
    assert "invented" in facts.source
    assert facts.buildings[facts.rows.index(market)] == "bldg_harumi_quay_market"


def test_an_area_without_a_table_says_so(bench):
    desk = bench(comparisons=())
    facts = desk.switch("development")
    assert facts.notes[0].startswith("The area file names no table")
    assert facts.rows == ()
