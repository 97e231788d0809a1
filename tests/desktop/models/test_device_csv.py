"""Settings of devices as CSV: out and in again, every change and every mistake."""

from __future__ import annotations

import pytest

from desktop.models import device_csv
from desktop.models.configuration_draft import ConfigurationDraft
from tests.desktop.small_area import small_area

AREA = small_area()
HEAD = "gateway,device,period_s,polled\n"


@pytest.fixture
def drafts(qapp):  # noqa: ARG001  # an application must exist
    made = {}
    for gateway in ("gw-a", "gw-b"):
        ids = tuple(device.id for device in AREA.devices_of(gateway))
        made[gateway] = ConfigurationDraft(gateway, ids)
        made[gateway].take_applied(1, {"devices": {}})
    made["gw-a"].set(("devices", "meter-1", "period_s"), 10)
    return made


def test_what_is_written_reads_back_as_no_change(drafts):
    text = device_csv.written(AREA, drafts)
    assert text.splitlines()[1] == "gw-a,meter-1,集会所の電力計,Community hall meter,meter,10,"
    assert device_csv.read(device_csv.BOM + text, AREA, drafts) == device_csv.Reading((), ())


def test_changes_are_listed_with_what_stands_there_now(drafts):
    text = HEAD + "gw-a,meter-1,,\n,battery-1,2.5,no\n"
    found = device_csv.read(text, AREA, drafts)
    told = [(c.gateway, c.device, c.key, c.before, c.after) for c in found.changes]
    assert told == [
        ("gw-a", "meter-1", "period_s", 10, None),
        ("gw-a", "battery-1", "period_s", None, 2.5),
        ("gw-a", "battery-1", "polled", None, False),
    ]


def test_every_mistake_is_told_with_its_line(drafts):
    text = HEAD + (
        "gw-a,lamp-9,5,\ngw-b,meter-1,5,\ngw-a,battery-1,0,maybe\n,bank-1,soon,\n,bank-1,5,\n"
    )
    found = device_csv.read(text, AREA, drafts)
    told = [(m.line, m.column, m.words.en) for m in found.mistakes]
    assert told == [
        (2, "device", "No device 'lamp-9'"),
        (3, "gateway", "It belongs to gw-a"),
        (4, "period_s", "At least 1"),
        (4, "polled", "Enter true or false"),
        (5, "period_s", "Enter a number"),
        (6, "device", "The device stands here twice"),
    ]


@pytest.mark.parametrize("header", ["", "gateway,period_s", "device,colour"])
def test_a_file_of_another_kind_is_told_in_one_line(drafts, header):
    found = device_csv.read(header + "\nx,1\n", AREA, drafts)
    assert found.changes == ()
    assert {mistake.line for mistake in found.mistakes} == {1}


def test_a_column_that_is_not_there_changes_nothing(drafts):
    found = device_csv.read("device,polled\nmeter-1,true\n", AREA, drafts)
    assert found == device_csv.Reading((), ())
