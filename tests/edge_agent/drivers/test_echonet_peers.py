"""ECHONET Lite against what others wrote: npm's echonet-lite as a node, pychonet as a controller."""

from __future__ import annotations

import asyncio

import pytest
from pychonet import ECHONETAPIClient, EchonetInstance
from pychonet.lib.udpserver import UDPServer

from area_configs.domain.areas import Link
from area_configs.loader import load_profile
from edge_agent.drivers.base import Station, WriteRefused
from edge_agent.drivers.echonet_lite import EchonetDriver, Timing
from tests.edge_agent.drivers.echonet_town import FAST, SET_MODE, town
from tests.peers import npm_echonet

PATIENT = Timing(answer_s=2.0, discovery_s=1.0)


@pytest.fixture(scope="module")
def node():
    with npm_echonet.node() as process:
        yield process


@pytest.mark.slow
class TestAgainstNpm:
    @pytest.fixture
    async def driver(self, node, clock):  # noqa: ARG002 - it runs as long as the module
        link = Link("lan", "echonet_udp", interface=npm_echonet.OURS)
        stations = [
            Station(name, 0, load_profile(f"echonet_{name}"), f"{npm_echonet.THEIRS}/{eoj}")
            for name, eoj in (
                ("storage_battery", "027D01"),
                ("fuel_cell", "027C01"),
                ("photovoltaic", "027901"),
            )
        ]
        driver = EchonetDriver(link, stations, clock, PATIENT)
        await driver.open()
        yield driver
        await driver.close()

    async def test_every_value_is_read(self, driver):
        said = {}
        for device in ("storage_battery", "fuel_cell", "photovoltaic"):
            points = load_profile(f"echonet_{device}").points
            for reading in await driver.read(device, points):
                said[device, reading.quantity] = (reading.value, reading.quality.reason.value)
        assert said["storage_battery", "active_power"] == (1000.0, "ok")
        assert said["storage_battery", "state_of_charge"] == (80.0, "ok")
        assert said["storage_battery", "energy_export"] == (1000.0, "ok")
        assert said["storage_battery", "operating_state"] == (4.0, "ok")
        assert said["fuel_cell", "active_power"] == (700.0, "ok")
        assert said["fuel_cell", "energy_generated"] == (127.908, "ok")
        assert said["fuel_cell", "gas_total"] == (None, "not_supported")
        assert said["photovoltaic", "energy_generated"] == (4567.89, "ok")

    async def test_a_set_is_read_back_announced_and_confirmed(self, driver, node):
        heard = asyncio.Queue()
        listening = asyncio.create_task(driver.listen(heard.put))
        await driver.write("storage_battery", SET_MODE, 1)
        announced = await asyncio.wait_for(heard.get(), 5)
        mode = [p for p in load_profile("echonet_storage_battery").points if p.source.epc == 0xDA]
        read_back = await driver.read("storage_battery", mode)
        line = await asyncio.to_thread(node.stdout.readline)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        assert [(r.quantity, r.value) for r in announced] == [("charge_mode", 1.0)]
        assert [(r.quantity, r.value) for r in read_back] == [("charge_mode", 1.0)]
        assert line.strip() == "confirmed"

    async def test_it_is_discovered_by_multicast(self, driver):
        found = {candidate.address: candidate.words async for candidate in driver.discover()}
        assert found == {
            f"{npm_echonet.THEIRS}/027D01": "storage battery",
            f"{npm_echonet.THEIRS}/027C01": "fuel cell",
            f"{npm_echonet.THEIRS}/027901": "photovoltaic",
        }
        identity = await driver.identify(f"{npm_echonet.THEIRS}/027D01")
        assert (identity.maker, identity.firmware) == ("000077", "00005200")

    async def test_what_may_not_be_set_is_refused(self, driver):
        with pytest.raises(WriteRefused):
            await driver.write("photovoltaic", SET_MODE, 1)


@pytest.mark.slow
async def test_pychonet_reads_and_sets_our_simulated_node(clock, tmp_path):
    async with town(tmp_path, clock, ("echonet_storage_battery", 20), timing=FAST) as one:
        host, own = f"{one.network}.20", f"{one.network}.2"
        loop = asyncio.get_running_loop()
        server = UDPServer(local_ip=own)
        server.run(own, 3610, loop)
        try:
            client = ECHONETAPIClient(server)
            client._logger = lambda *_: None
            assert await client.discover(host)
            async with asyncio.timeout(10):
                while not client._state[host].get("discovered"):  # noqa: ASYNC110 - it has no event
                    await asyncio.sleep(0.01)
            assert 0x7D in client._state[host]["instances"][0x02]
            await client.getAllPropertyMaps(host, 0x02, 0x7D, 0x01)
            battery = EchonetInstance(host, 0x02, 0x7D, 0x01, client)
            assert await battery.update(0xE4) is not None
            assert await battery.setMessage(0xDA, 0x42)
            assert one.hosts[host].objects[b"\x02\x7d\x01"].read(0xDA, 0) == b"\x42"
            # Asked for what the node does not have, pychonet sends a frame without properties.
            request = asyncio.ensure_future(battery.update(0xF5))
            await asyncio.sleep(0.05)
            request.cancel()
            await asyncio.gather(request, return_exceptions=True)
            assert await battery.update(0xE4) is not None
        finally:
            server.close()
        points = one.profile("storage_battery").points
        readings = {r.quantity: r.value for r in await one.driver.read("storage_battery", points)}
    assert readings["charge_mode"] == 1.0
