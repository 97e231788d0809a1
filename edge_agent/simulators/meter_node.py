"""The smart meter as an ECHONET Lite node: its answers, announcements, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.sources import EchonetSource
from edge_agent.simulators.echonet_frames import (
    GET,
    GET_RES,
    INF,
    INF_REQ,
    REFUSED,
    SET_C,
    SET_I,
    SET_RES,
    Frame,
    Property,
    property_map,
)
from edge_agent.simulators.ledger import Said
from edge_agent.simulators.meter_properties import FACTORS, MAKER, MeterProperties

if TYPE_CHECKING:
    from area_configs.domain.areas import Device
    from area_configs.domain.devices import DeviceProfile

METER = bytes.fromhex("028801")
NODE = bytes.fromhex("0EF001")
CONTROLLER = bytes.fromhex("05FF01")

_COUNTERS = {0xEA: 0xE0, 0xEB: 0xE3}  # what a fixed value is a past value of
_DATE_AND_TIME = 7
_HEARD_AS = (METER, METER[:2] + b"\0", NODE)  # instance 00 addresses every meter of the node


class MeterNode:
    """A node with one meter object."""

    def __init__(self, device: Device, profile: DeviceProfile, properties: MeterProperties) -> None:
        self.device = device
        self._profile = profile
        self._properties = properties
        self._told = 0

    def answer(self, request: Frame, at_us: int) -> tuple[Frame | None, list[Said]]:
        """Answer a request, with what the answer means; None where a node stays silent."""
        if request.destination not in _HEARD_AS:
            return None, []
        if request.esv in (GET, INF_REQ):
            esv, properties = self._get(request, at_us)
        elif request.esv in (SET_C, SET_I):
            esv, properties = self._set(request)
        else:
            return None, []
        if esv == SET_RES and request.esv == SET_I:  # a set that wants no answer
            return None, []
        source = NODE if request.destination == NODE else METER
        answer = Frame(request.tid, source, request.source, esv, tuple(properties))
        return answer, self._meaning(answer) if source == METER else []

    def instance_list(self) -> Frame:
        """Return what a node announces after joining: the list of its objects (D5)."""
        return self._tell(NODE, NODE, Property(0xD5, b"\x01" + METER))

    def half_hour(self, at_us: int) -> tuple[Frame, list[Said]]:
        """Return what a meter announces at :00 and :30, EA, and EB where it sells; and its meaning."""
        properties = [Property(0xEA, self._properties.fixed(False, at_us))]
        if self._properties.sells(at_us):
            properties.append(Property(0xEB, self._properties.fixed(True, at_us)))
        frame = self._tell(METER, CONTROLLER, *properties)
        counters = {_COUNTERS[p.epc]: p.edt[_DATE_AND_TIME:] for p in properties}
        return frame, self._meant(counters)

    def _tell(self, source: bytes, destination: bytes, *properties: Property) -> Frame:
        self._told = (self._told + 1) & 0xFFFF
        return Frame(self._told.to_bytes(2, "big"), source, destination, INF, properties)

    def _get(self, request: Frame, at_us: int) -> tuple[int, list[Property]]:
        own = request.destination == NODE
        found = [
            (p.epc, _NODE_PROPERTIES.get(p.epc) if own else self._properties.read(p.epc, at_us))
            for p in request.properties
        ]
        refused = any(edt is None for _, edt in found) or not found
        good = INF if request.esv == INF_REQ else GET_RES
        esv = request.esv - REFUSED if refused else good
        return esv, [Property(epc, edt or b"") for epc, edt in found]

    def _set(self, request: Frame) -> tuple[int, list[Property]]:
        """Set what the meter lets be set; a refusal gives the refused data back."""
        meter = request.destination != NODE
        done = [meter and self._properties.write(p) for p in request.properties]
        answers = zip(request.properties, done, strict=True)
        esv = SET_RES if done and all(done) else request.esv - REFUSED
        return esv, [Property(p.epc) if ok else p for p, ok in answers]

    def _meaning(self, answer: Frame) -> list[Said]:
        """Say what each profile point that lies wholly inside an answer means."""
        return self._meant({p.epc: p.edt for p in answer.properties})

    def _meant(self, data: dict[int, bytes]) -> list[Said]:
        return [
            Said(self.device.id, point.quantity, value_of(point.source, data[point.source.epc]))
            for point in self._profile.points
            if isinstance(point.source, EchonetSource)
            and _end(point.source) <= len(data.get(point.source.epc, b""))
        ]


def value_of(source: EchonetSource, edt: bytes) -> float | None:
    """Return what a property's data means by a profile, None for its "no data" codes."""
    signed = source.type.startswith("i")
    raw = int.from_bytes(edt[source.offset : _end(source)], "big", signed=signed)
    if raw in source.no_data:
        return None
    value = raw * source.scale
    for epc in source.factor_epcs:
        value *= FACTORS[epc]
    return value


def _end(source: EchonetSource) -> int:
    return source.offset + int(source.type[1:]) // 8


_NODE_PROPERTIES = {
    0x80: b"\x30",
    0x82: b"\x01\x0d\x01\x00",  # ECHONET Lite 1.13, format 1
    0x83: b"\xfe" + MAKER + bytes(13),
    0x8A: MAKER,
    0xD3: b"\x00\x00\x01",
    0xD4: b"\x00\x02",
    0xD5: b"\x01" + METER,
    0xD6: b"\x01" + METER,
    0xD7: b"\x01\x02\x88",
    0x9D: property_map({0x80, 0xD5}),
    0x9E: property_map(set()),
    0x9F: property_map({0x80, 0x82, 0x83, 0x8A, 0x9D, 0x9E, 0x9F, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7}),
}
