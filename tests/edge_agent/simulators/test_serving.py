"""Serving a whole area: what appears, what is told, and that nothing is left."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

import pytest
import serial

from area_configs.domain.errors import AreaFileError, SettingsError
from area_configs.domain.protocols import LINKS
from edge_agent.simulators import serve

FDS = Path("/proc/self/fd")


async def _serve(area, directory, use=None, **options):
    told, stop = [], asyncio.Event()

    def ready(state):
        told.append(state)
        if use:
            use()
        stop.set()

    await serve(area, directory, ready=ready, stop=stop, **options)
    return told


def test_every_gateway_gets_its_links_and_secrets(harumi, tmp_path):
    seen = {}

    def look():
        for gateway in harumi.gateways:
            path = tmp_path / gateway.id / "links.toml"
            seen[gateway.id] = tomllib.loads(path.read_text("utf-8"))
            assert path.stat().st_mode & 0o077 == 0
            for link in gateway.links:
                port = tmp_path / gateway.id / link.id
                assert (port.is_symlink() or port.is_fifo()) == ("port" in LINKS[link.kind].needs)

    told = asyncio.run(_serve(harumi, tmp_path, look))
    ledger = str(tmp_path / "ledger.jsonl")
    links = sum(len(g.links) for g in harumi.gateways)
    assert told == [
        {"ready": True, "links": links, "devices": len(harumi.devices), "ledger": ledger}
    ]
    for gateway in harumi.gateways:
        assert set(seen[gateway.id]["links"]) == {link.id for link in gateway.links}
        secrets = {link.id for link in gateway.links if link.kind == "b_route"}
        assert set(seen[gateway.id].get("secrets", {})) == secrets
    secret = seen["gw-residence"]["secrets"]["wisun-a"]
    assert (len(secret["route_b_id"]), len(secret["password"])) == (32, 12)


def test_after_a_stop_no_port_link_or_descriptor_is_left(harumi, tmp_path):
    before = set(FDS.iterdir())
    asyncio.run(_serve(harumi, tmp_path))
    assert [p for p in tmp_path.rglob("*") if p.is_symlink()] == []
    assert set(FDS.iterdir()) <= before


def test_one_gateway_alone(harumi, tmp_path):
    told = asyncio.run(_serve(harumi, tmp_path, gateways=frozenset({"gw-waterfront"})))
    assert told[0]["devices"] == len(harumi.devices_of("gw-waterfront"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["gw-waterfront", "ledger.jsonl"]


def test_a_stale_link_of_a_killed_simulator_is_replaced(harumi, tmp_path):
    stale = tmp_path / "gw-waterfront" / "rs485-waterfront"
    stale.parent.mkdir()
    stale.symlink_to("/dev/pts/no-such-line")

    def use():
        serial.Serial(str(stale)).close()

    asyncio.run(_serve(harumi, tmp_path, use, gateways=frozenset({"gw-waterfront"})))
    assert not stale.is_symlink()


def test_an_unknown_gateway_is_one_sentence_that_names_the_known_ones(harumi, tmp_path):
    with pytest.raises(AreaFileError) as caught:
        asyncio.run(_serve(harumi, tmp_path, gateways=frozenset({"gw-moon"})))
    assert str(caught.value) == (
        "harumi: gateways: there is no gateway gw-moon; "
        "the area has gw-residence, gw-energy, gw-waterfront"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_used_is_one_sentence_and_opens_nothing(harumi, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError) as caught:
        asyncio.run(_serve(harumi, tmp_path / "file" / "deeper"))
    assert "cannot be used for the simulators (Not a directory)" in str(caught.value)
    assert str(tmp_path / "file") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_in_the_place_of_a_link_stays_and_everything_else_is_closed(harumi, tmp_path):
    own = tmp_path / "gw-waterfront" / "rs485-waterfront"
    own.parent.mkdir()
    own.write_text("mine")
    with pytest.raises(SettingsError, match="File exists"):
        asyncio.run(_serve(harumi, tmp_path))
    assert own.read_text() == "mine"
    assert [p for p in tmp_path.rglob("*") if p.is_symlink()] == []


def test_the_ledger_is_continued(harumi, tmp_path):
    (tmp_path / "ledger.jsonl").write_text('{"device": "earlier"}\n')
    asyncio.run(_serve(harumi, tmp_path))
    assert (tmp_path / "ledger.jsonl").read_text() == '{"device": "earlier"}\n'
