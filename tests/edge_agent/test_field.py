"""Field work on one link: a device that is not there, or says nothing, in one sentence."""

from __future__ import annotations

import os
import pty

import pytest

from area_configs.domain.areas import Link
from area_configs.domain.errors import DeviceUnavailable
from area_configs.domain.quality import GOOD, Quality, Reason
from area_configs.domain.readings import Reading
from area_configs.loader import load_profile
from edge_agent.daemon.field import Heard, read_once
from edge_agent.daemon.links import Wiring
from edge_agent.drivers.base import Station


def _station(profile):
    return Station("d", 1, load_profile(profile))


@pytest.fixture
def line():
    master, slave = pty.openpty()
    yield os.ttyname(slave)
    os.close(master)
    os.close(slave)


async def test_a_meter_that_pushes_nothing(line):
    wiring = Wiring(Link("p1", "p1_serial", port=line), (_station("dsmr_p1_meter"),), None)
    with pytest.raises(DeviceUnavailable, match=r"d sent nothing by itself within 0.1 s: wake it"):
        await read_once(wiring, "d", patience_s=0.1)


async def test_a_port_that_is_not_there(tmp_path):
    port = str(tmp_path / "none")
    wiring = Wiring(Link("p1", "p1_serial", port=port), (_station("dsmr_p1_meter"),), None)
    with pytest.raises(DeviceUnavailable, match="is not there"):
        await read_once(wiring, "d", patience_s=0.1)


async def test_everything_is_heard_once_all_but_events_came():
    heard = Heard(_station("generic_care_pendant"))
    await heard.take([Reading("other", "steps", 1, 1.0, GOOD)])
    await heard.take([Reading("d", "steps", 1, None, Quality(Reason.SILENT, "not heard"))])
    assert not heard.something.is_set()
    await heard.take([Reading("d", "steps", 1, 5.0), Reading("d", "steps", 2, 6.0)])
    assert (heard.something.is_set(), heard.everything.is_set()) == (True, False)
    await heard.take([Reading("d", "battery_level", 2, 9.0), Reading("d", "motion", 2, 0.0)])
    assert heard.everything.is_set()
    assert [r.value for r in heard.readings.values()] == [6.0, 9.0, 0.0]
