"""Configuration by order: what is taken, what is refused, and how an interrupted one goes on."""

from __future__ import annotations

import asyncio

import pytest

from edge_agent.configuration.trial import TrialFiles
from edge_agent.daemon.ordered_configuration import FILE, OrderedConfiguration, held
from tests.edge_agent.manual_clock import ManualClock
from tests.edge_agent.real_site import Site

GATEWAY = "gw-energy"


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path, GATEWAY)
    text = made.settings.read_text().replace(f'links = "sim/{GATEWAY}/links.toml"\n', "")
    made.settings.write_text(text)
    made.data.mkdir()
    return made


def _taker(site):
    return OrderedConfiguration(GATEWAY, site.settings, site.data, ManualClock())


def _body(version, settings, gateway=GATEWAY):
    return {"version": version, "document": {"gateway": gateway, "settings": settings}}


async def test_a_document_goes_on_trial_and_its_end_is_told(site):
    taker, stop = _taker(site), asyncio.Event()
    stop.set()  # as at the end of the agent: nobody waits for the end of the trial
    assert await taker.take("o1", _body(1, {"log": {"keep_days": 3.0}}), stop) is None
    assert "keep_days = 3.0" in site.settings.read_text()
    files = TrialFiles(site.settings)
    assert files.place(files.read()) == "on trial"
    files.confirm(files.read(), "the platform answers", 1)
    again = await _taker(site).take("o1", _body(1, {"log": {"keep_days": 3.0}}), stop)
    assert (again.state, again.detail) == ("applied", "the platform answers")
    assert _taker(site).version == 1


async def test_what_is_taken_back_has_failed_with_the_reason(site):
    taker, stop = _taker(site), asyncio.Event()
    stop.set()
    await taker.take("o1", _body(1, {"monitor": {"port": 9999}}), stop)
    files = TrialFiles(site.settings)
    files.roll_back(files.read(), "the platform did not answer", 1)
    found = await taker.take("o1", _body(1, {}), stop)
    assert (found.state, found.detail) == ("failed", "the platform did not answer")
    assert "9999" not in site.settings.read_text()


async def test_nothing_differs_is_applied_at_once(site):
    found = await _taker(site).take("o1", _body(4, {}), asyncio.Event())
    assert (found.state, found.detail) == ("applied", "nothing differs")
    assert held(site.data / FILE).version == 4


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (_body(2, {}, "gw-other"), "not this one"),
        (_body(1, {}), "not newer than 1"),
        (_body(2, {"hub": {"url": "http://evil"}}), "tables of these names"),
        (_body(2, {"log": {"keep_days": "many"}}), "keep_days"),
        ({"version": "2"}, "no version"),
    ],
)
async def test_what_must_not_be_taken_changes_nothing(site, body, why):
    taker = _taker(site)
    await taker.take("o1", _body(1, {}), asyncio.Event())
    before = site.settings.read_bytes()
    found = await taker.take("o2", body, asyncio.Event())
    assert found.state == "failed"
    assert why in found.detail
    assert site.settings.read_bytes() == before
