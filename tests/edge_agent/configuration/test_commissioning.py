"""Commissioning step by step: nothing is skipped, nothing forgotten; secrets lie where only we look."""

from __future__ import annotations

import json
import logging
import stat

import pytest

from edge_agent import log
from edge_agent.configuration.commissioning import (
    FILE,
    BadRecord,
    Commissioning,
    NotYet,
    Stage,
)
from edge_agent.credentials import BadSecret, SecretStore
from edge_agent.settings import read_settings

ID, PASSWORD = "0123456789ABCDEF0123456789ABCDEF", "AB0123456789"


@pytest.fixture
def record(tmp_path):
    return Commissioning(tmp_path, lambda: 5)


def test_from_discovered_to_active(record, tmp_path):
    assert record.discovered("bus", {"7": "a meter", "8": "another"}) == ["bus/7", "bus/8"]
    assert record.discovered("bus", {"7": "a meter"}) == []
    record.claim("meter", "bus", "7", "ann")
    record.secret_stored("meter", "ann")
    record.tested("meter", 5, 6, "ann")
    record.activate("meter", "ben")
    found = Commissioning(tmp_path, lambda: 6).all()
    assert found["meter"].stage is Stage.ACTIVE
    assert found["meter"].words == "a meter"
    assert found["meter"].test == {"good": 5, "points": 6, "at_us": 5}
    assert [step["stage"] for step in found["meter"].steps] == [
        "discovered",
        "claimed",
        "secrets_stored",
        "test_read",
    ]
    assert found["bus/8"].stage is Stage.DISCOVERED
    assert "bus/7" not in found


def test_no_step_is_skipped(record):
    with pytest.raises(NotYet, match="devices claim meter"):
        record.tested("meter", 1, 1, "ann")
    record.claim("meter", "bus", "7", "ann")
    with pytest.raises(NotYet, match="devices test meter"):
        record.activate("meter", "ann")
    record.tested("meter", 0, 6, "ann")
    with pytest.raises(NotYet, match="has not passed a test read yet"):
        record.activate("meter", "ann")


def test_a_damaged_record_is_told(tmp_path):
    (tmp_path / FILE).write_text('{"meter": 1}', encoding="utf-8")
    with pytest.raises(BadRecord, match="cannot be used"):
        Commissioning(tmp_path, lambda: 5)


def test_secrets_are_for_this_user_and_what_systemd_passes_on_comes_first(tmp_path):
    store = SecretStore(tmp_path / "secrets", tmp_path / "passed")
    file = store.put("wearable", "bind_key", " 0011 \n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    store.put("wearable", "pin", "123456")
    (tmp_path / "passed").mkdir()
    (tmp_path / "passed" / "wearable.pin").touch(0o400)
    (tmp_path / "passed" / "wearable.pin").chmod(0o600)
    (tmp_path / "passed" / "wearable.pin").write_text("654321")
    assert store.of("wearable") == {"bind_key": "0011", "pin": "654321"}
    assert store.of("other") == {}
    file.chmod(0o644)
    with pytest.raises(BadSecret, match="chmod 600"):
        store.of("wearable")


@pytest.mark.parametrize(("name", "text"), [("pin", ""), ("pin", "1\n2"), ("../x", "1")])
def test_what_is_no_secret_is_not_stored(tmp_path, name, text):
    with pytest.raises(BadSecret):
        SecretStore(tmp_path).put("d", name, text)


def test_a_b_route_finds_its_stored_secrets_and_no_log_shows_them(tmp_path):
    file = tmp_path / "edge.toml"
    file.write_text(
        'gateway = "gw-residence"\narea = "harumi"\ndata = "data"\n[hub]\nurl = "http://h:1"\n',
        encoding="utf-8",
    )
    store = read_settings(file).secret_store
    for link in ("wisun-a", "wisun-b"):
        store.put(link, "route_b_id", ID)
        store.put(link, "password", PASSWORD)
    store.put("meter-tower", "pin", "4711-0815")
    installation = read_settings(file).installation()
    assert installation.secrets["wisun-a"].password == PASSWORD
    assert installation.device_secrets == {"meter-tower": {"pin": "4711-0815"}}
    assert "4711" not in repr(installation)
    record = logging.LogRecord("x", logging.INFO, "", 0, "got %s %s", (PASSWORD, "4711-0815"), None)
    assert json.loads(log.JournalFormatter().format(record)[3:])["message"] == "got *** ***"
    assert log.PlainFormatter("%(message)s").format(record) == "got *** ***"
