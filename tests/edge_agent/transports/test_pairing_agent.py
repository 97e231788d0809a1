"""The pairing agent against bluezoo, which plays BlueZ and shares no code with it."""

from __future__ import annotations

import contextlib

import pytest
from bleak.exc import BleakError

from edge_agent.transports.pairing_agent import PairingAgent, Refused, consenting
from tests.peers.bluezoo import GATEWAY, OTHER, WORN, bluezoo

DEVICE = "org.bluez.Device1"
HEART_RATE = "0000180d-0000-1000-8000-00805f9b34fb"
PATH = f"/org/bluez/hci0/dev_{WORN.replace(':', '_')}"


def _agent(may=True, pin=""):
    return PairingAgent(WORN, lambda: may, pin)


async def _paired(peer, device):
    """Ask for a pairing; a refusal is an error with BlueZ, and with bluezoo no pairing."""
    with contextlib.suppress(RuntimeError):
        await peer.call(device, DEVICE, "Pair")


async def test_the_device_pairs_while_the_window_is_open_and_no_longer(tmp_path):
    async with bluezoo(tmp_path) as peer:
        worn = await peer.seen(WORN)
        assert not (await peer.objects())["/org/bluez/hci0"]["org.bluez.Adapter1"]["Pairable"].value
        await _paired(peer, worn)
        assert not (await peer.objects())[worn][DEVICE]["Paired"].value  # nobody consents
        async with consenting(_agent(), peer.address):
            assert (await peer.objects())["/org/bluez/hci0"]["org.bluez.Adapter1"]["Pairable"].value
            await _paired(peer, worn)
        assert (await peer.objects())[worn][DEVICE]["Paired"].value
        other = await peer.seen(OTHER)
        await _paired(peer, other)
        assert not (await peer.objects())[other][DEVICE]["Paired"].value


async def test_bluez_asks_it_and_only_the_named_device_is_let_in(tmp_path):
    """Somebody near connects to the gateway by itself: BlueZ asks our agent about them."""
    async with bluezoo(tmp_path) as peer:
        agent = PairingAgent(GATEWAY, lambda: True)  # the path is that of the asked adapter
        async with consenting(agent, peer.address):
            from_worn = await peer.seen(GATEWAY, by=1)
            await peer.call(from_worn, DEVICE, "ConnectProfile", "s", [HEART_RATE])
        assert agent.refused == []
    stranger = PairingAgent(OTHER, lambda: True)
    folder = tmp_path / "again"
    folder.mkdir()
    async with bluezoo(folder) as peer, consenting(stranger, peer.address):
        from_worn = await peer.seen(GATEWAY, by=1)
        with pytest.raises(RuntimeError, match="no operator lets this device pair"):
            await peer.call(from_worn, DEVICE, "ConnectProfile", "s", [HEART_RATE])
        assert stranger.refused == [from_worn]


async def test_without_a_bus_or_bluez_it_is_one_sentence(tmp_path):
    nowhere = f"unix:path={tmp_path / 'nobody'}"
    with pytest.raises(BleakError, match="takes no pairing agent"):
        async with consenting(_agent(), nowhere):
            pass


def test_a_window_that_closed_meanwhile_refuses():
    agent = _agent(may=False)
    with pytest.raises(Refused):
        agent.answer("RequestAuthorization", PATH)
    assert agent.refused == [PATH]
    assert _agent().answer("RequestAuthorization", PATH) == ("", [])


def test_a_passkey_is_given_to_its_device_only():
    agent = _agent(pin="004711")
    assert agent.capability == "KeyboardOnly"
    assert agent.answer("RequestPasskey", PATH) == ("u", [4711])
    assert agent.answer("RequestPinCode", PATH) == ("s", ["004711"])
    for stranger in (PATH[:-1] + "9", "/org/bluez/hci0", ""):
        with pytest.raises(Refused):
            agent.answer("RequestPasskey", stranger)


@pytest.mark.parametrize(
    "request_", ["RequestPasskey", "RequestPinCode", "RequestConfirmation", "DisplayPasskey", "X"]
)
def test_what_nobody_can_look_at_is_not_answered(request_):
    agent = _agent()
    assert agent.capability == "NoInputNoOutput"
    with pytest.raises(Refused, match=request_):
        agent.answer(request_, PATH)


@pytest.mark.parametrize("notice", ["Release", "Cancel"])
def test_notices_are_taken(notice):
    assert _agent(may=False).answer(notice, "") == ("", [])
