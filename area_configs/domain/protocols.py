"""Protocols and links: which source a protocol reads from and what a link of each kind needs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Protocol = Literal[
    "b_route", "modbus", "sunspec", "dsmr_p1", "pulse", "echonet_lite", "ble", "opc_ua"
]
LinkKind = Literal[
    "b_route",
    "modbus_rtu",
    "modbus_tcp",
    "p1_serial",
    "pulse_input",
    "echonet_udp",
    "ble",
    "opc_ua",
]
Addressing = Literal["none", "unit", "address"]


@dataclass(frozen=True, slots=True)
class ProtocolRule:
    """What a protocol asks of profiles and areas.

    Attributes:
        source: the key under which a point of a profile says where its number stands.
        links: kinds of link that carry it.
    """

    source: str
    links: tuple[LinkKind, ...]


@dataclass(frozen=True, slots=True)
class LinkRule:
    """What a link of one kind needs.

    Attributes:
        needs: keys that must be given.
        may: keys that may be given; all others do not belong.
        devices: how its devices are told apart: one device only, by unit, or by address.
        baudrate: speed of a serial link out of the box.
        tcp_port: the protocol's usual port.
        address: regular expression of its devices' addresses, empty where any text will do.
        address_words: what such an address looks like.
    """

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    devices: Addressing = "address"
    baudrate: int = 9600
    tcp_port: int = 0
    address: str = ""
    address_words: str = "the device's address on the link"


PROTOCOLS: Mapping[Protocol, ProtocolRule] = MappingProxyType(
    {
        "b_route": ProtocolRule("echonet", ("b_route",)),
        "modbus": ProtocolRule("modbus", ("modbus_rtu", "modbus_tcp")),
        "sunspec": ProtocolRule("sunspec", ("modbus_rtu", "modbus_tcp")),
        "dsmr_p1": ProtocolRule("telegram", ("p1_serial",)),
        "pulse": ProtocolRule("pulse", ("pulse_input",)),
        "echonet_lite": ProtocolRule("echonet", ("echonet_udp",)),
        "ble": ProtocolRule("ble", ("ble",)),
        "opc_ua": ProtocolRule("opc_ua", ("opc_ua",)),
    }
)
SOURCE_KEYS = tuple(dict.fromkeys(rule.source for rule in PROTOCOLS.values()))

_MAC = "[0-9A-F]{2}(?::[0-9A-F]{2}){5}"
_BEACON = r"ibeacon:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/\d{1,5}/\d{1,5}"
_SERIAL = ("baudrate", "parity")
_ECHONET_ADDRESS = r"(\d{1,3}\.){3}\d{1,3}/[0-9A-F]{6}(/[0-9A-F]{34})?"
# Wi-SUN dongles speak 115200 8N1 out of the box, DSMR 5 ports too; RS-485 meters mostly 9600.
LINKS: Mapping[LinkKind, LinkRule] = MappingProxyType(
    {
        "b_route": LinkRule(("port",), _SERIAL, "none", baudrate=115200),
        "modbus_rtu": LinkRule(("port",), _SERIAL, "unit"),
        "modbus_tcp": LinkRule(("host",), ("tcp_port",), "unit", tcp_port=502),
        "p1_serial": LinkRule(("port",), _SERIAL, "none", baudrate=115200),
        "pulse_input": LinkRule(("port",), (), "unit"),
        "echonet_udp": LinkRule(
            (),
            ("interface",),
            "address",
            address=_ECHONET_ADDRESS,
            address_words="IP/EOJ such as 192.168.1.20/027D01, and /ID to bind it to one device",
        ),
        "ble": LinkRule(
            (),
            ("adapter",),
            "address",
            address=rf"{_MAC}|{_BEACON}",
            address_words="an address such as C4:7C:8D:00:00:01, or ibeacon:UUID/major/minor",
        ),
        "opc_ua": LinkRule(("url",), ("security", "trust"), "address", tcp_port=4840),
    }
)
