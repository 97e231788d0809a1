"""A small ECHONET Lite network of simulated devices on loopback, for tests of the driver."""

from __future__ import annotations

from contextlib import asynccontextmanager

from area_configs.domain.areas import Area, Device, Gateway, Link, Position
from area_configs.domain.commands import Command
from area_configs.domain.names import Name
from area_configs.domain.sources import EchonetSource
from area_configs.loader import load_profile
from edge_agent.drivers.base import Station
from edge_agent.drivers.echonet_lite import EchonetDriver, Timing
from edge_agent.simulators.behaviour import District
from edge_agent.simulators.echonet_network import NodeHost, free_network
from edge_agent.simulators.echonet_node import EchonetObject
from edge_agent.simulators.ledger import Ledger
from edge_agent.simulators.speaker import Speaker

NOON_US = 1_781_578_800_000_000  # 16 June 2026, 12:00 in Tokyo
HERE = Position(35.652, 139.777)
MODE = EchonetSource(0xDA, "u8", codes=((0x44, 0), (0x42, 1), (0x43, 2), (0x46, 3)))
SET_MODE = Command("mode", Name("モード", "Mode"), "charge_mode", MODE, 0, 3)
FAST = Timing(answer_s=0.15, discovery_s=0.3)


class Town:
    """Nodes, the driver that reads them, and what they said."""

    def __init__(self, folder, clock, *devices, timing=FAST):
        self.network = free_network()
        self.faults = {}
        self.ledger = Ledger(folder / "ledger.jsonl")
        self._profiles = {profile: load_profile(profile) for profile, _ in devices}
        self.devices = [self._device(*one) for one in devices]
        name = Name("試験", "Test")
        link = Link("lan", "echonet_udp", interface=f"{self.network}.1")
        gateway = Gateway("gw", name, HERE, (link,))
        self.area = Area("t", name, HERE, 6677, "Asia/Tokyo", True, name, (gateway,),
                         tuple(self.devices), self._profiles)  # fmt: skip
        stations = [Station(d.id, 0, self._profiles[d.profile], d.address) for d in self.devices]
        self.driver = EchonetDriver(link, stations, clock, timing)
        self.hosts = self._hosts()

    def profile(self, device: str):
        return self.area.profile_of(self.area.device(device))

    def said(self, host):
        return self.hosts[host].objects

    def _device(self, profile, host):
        eoj = f"{self._profiles[profile].echonet_class:04X}01"
        address = f"{self.network}.{host}/{eoj}"
        return Device(profile.removeprefix("echonet_"), Name("機器", "Device"), profile, "gw",
                      "lan", HERE, address=address)  # fmt: skip

    def _hosts(self):
        district = District(self.area)
        hosts = {}
        for device in self.devices:
            profile = self.area.profile_of(device)
            speaker = Speaker(district, device, profile, 0)
            one = EchonetObject(device, profile, speaker)
            host = device.address.split("/")[0]
            hosts.setdefault(host, {})[one.eoj] = one
        clock = lambda: NOON_US  # noqa: E731 - the simulated wall clock stands
        return {h: NodeHost(h, o, self.ledger, clock, self.faults) for h, o in hosts.items()}


@asynccontextmanager
async def town(folder, clock, *devices, timing=FAST):
    """Open a network of (profile, last number of the address) and its driver."""
    built = Town(folder, clock, *devices, timing=timing)
    try:
        for host in built.hosts.values():
            await host.open()
        await built.driver.open()
        yield built
    finally:
        await built.driver.close()
        for host in built.hosts.values():
            host.close()
        built.ledger.close()
