"""The virtual radio: a device whose gateway is gone is there for the next one."""

from __future__ import annotations

import asyncio

from bumble import hci, ll

from edge_agent.simulators.air import Air

STRAP, NOBODY = "C4:7C:8D:00:00:01", "F0:0D:CA:FE:00:01"


async def test_a_device_leaves_a_connection_that_no_gateway_has():
    air, left = Air(supervision_s=0.01), asyncio.Event()
    _, gateway = await asyncio.open_connection("127.0.0.1", await air.open("127.0.0.1"))
    device = air.device("strap", STRAP)
    device.on("connection", lambda made: made.on("disconnection", lambda _reason: left.set()))
    await device.power_on()
    await device.start_advertising(auto_restart=True)
    air.link.send_advertising_pdu(
        air._sender,
        ll.ConnectInd(
            initiator_address=hci.Address(NOBODY),
            advertiser_address=device.random_address,
            interval=10,
            latency=0,
            timeout=10,
        ),
    )
    try:
        async with asyncio.timeout(5):
            await left.wait()
        assert not device.connections
    finally:
        await device.power_off()
        gateway.close()
        await air.close()
