"""ECHONET Lite devices of any class: what an object holds by its profile, and what it announces."""

from __future__ import annotations

from dataclasses import dataclass, field
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

if TYPE_CHECKING:
    from area_configs.domain.areas import Device
    from area_configs.domain.devices import DeviceProfile, Point
    from edge_agent.simulators.speaker import Speaker

MAKER = bytes.fromhex("000077")
NODE = bytes.fromhex("0EF001")

_ON, _NO_FAULT = b"\x30", b"\x42"
_ANNOUNCED = {0x80, 0x88}


@dataclass(slots=True)
class EchonetObject:
    """One object of a node: properties by its profile, settable where a command writes.

    Attributes:
        speaker: gives the value of a point at an instant, None for "no measurement".
        changed: properties that were set, and are to be announced.
    """

    device: Device
    profile: DeviceProfile
    speaker: Speaker
    changed: list[int] = field(default_factory=list)
    _set: dict[int, bytes] = field(default_factory=dict)

    @property
    def eoj(self) -> bytes:
        """Return class and instance, three bytes."""
        return bytes.fromhex(self.device.address.split("/")[1])

    @property
    def states(self) -> list[int]:
        """Return the properties that carry states; such are announced when they change."""
        return [s.epc for _, s in self._sources() if s.codes]

    def answer(self, request: Frame, at_us: int) -> tuple[Frame | None, list[Said]]:
        """Answer a request, with what the answer means; None where an object stays silent."""
        if request.esv in (GET, INF_REQ):
            found = [(p.epc, self.read(p.epc, at_us)) for p in request.properties]
            answer = answered(request, self.eoj, found)
            return answer, self.meaning(answer)
        if request.esv in (SET_C, SET_I):
            return self._written(request), []
        return None, []

    def read(self, epc: int, at_us: int) -> bytes | None:
        """Return a property's data, None where the object does not have it."""
        if epc in self._set:
            return self._set[epc]
        sources = [(point, source) for point, source in self._sources() if source.epc == epc]
        if not sources:
            return self._about_itself().get(epc)
        edt = bytearray(max(end_of(source) for _, source in sources))
        for point, source in sources:
            number = _bytes(self.speaker(point, at_us), source)
            edt[source.offset : end_of(source)] = number
        return bytes(edt)

    def meaning(self, frame: Frame) -> list[Said]:
        """Say what each profile point that lies wholly inside a frame means."""
        data = {p.epc: p.edt for p in frame.properties}
        return [
            Said(self.device.id, point.quantity, value_of(source, data[source.epc]))
            for point, source in self._sources()
            if end_of(source) <= len(data.get(source.epc, b""))
        ]

    def _written(self, request: Frame) -> Frame | None:
        """Set what may be set; a refusal gives the refused data back."""
        targets = self._settable()
        good = [p.epc in targets and _fits(p.edt, targets[p.epc]) for p in request.properties]
        for prop, ok in zip(request.properties, good, strict=True):
            if ok:
                self._set[prop.epc] = prop.edt
                self.changed.append(prop.epc)
        done = bool(good) and all(good)
        if done and request.esv == SET_I:  # a set that wants no answer
            return None
        esv = SET_RES if done else request.esv - REFUSED
        back = [
            Property(p.epc) if ok else p for p, ok in zip(request.properties, good, strict=True)
        ]
        return Frame(request.tid, self.eoj, request.source, esv, tuple(back))

    def _sources(self) -> list[tuple[Point, EchonetSource]]:
        return [(p, p.source) for p in self.profile.points if isinstance(p.source, EchonetSource)]

    def _settable(self) -> dict[int, EchonetSource]:
        targets = [command.target for command in self.profile.commands]
        return {t.epc: t for t in targets if isinstance(t, EchonetSource)}

    def _about_itself(self) -> dict[int, bytes]:
        own = {s.epc for _, s in self._sources()}
        fixed = {
            0x80: _ON,
            0x81: b"\x00",
            0x82: b"\x00\x00R\x00",  # Appendix Release R
            0x83: identity_of(self.device),
            0x88: _NO_FAULT,
            0x8A: MAKER,
            0x8C: self.profile.model.encode("ascii", "replace")[:12].ljust(12, b"\0"),
            0x8D: self.device.id.encode("ascii", "replace")[:12].ljust(12, b"\0"),
            0x9D: property_map(_ANNOUNCED | set(self.states)),
            0x9E: property_map(set(self._settable())),
        }
        return fixed | {0x9F: property_map(own | fixed.keys() | {0x9F})}


def answered(request: Frame, source: bytes, found: list[tuple[int, bytes | None]]) -> Frame:
    """Return the answer to a Get or an INF request; what is not there has no data (SNA)."""
    refused = any(edt is None for _, edt in found) or not found
    good = INF if request.esv == INF_REQ else GET_RES
    esv = request.esv - REFUSED if refused else good
    properties = tuple(Property(epc, edt or b"") for epc, edt in found)
    return Frame(request.tid, source, request.source, esv, properties)


def _fits(edt: bytes, target: EchonetSource) -> bool:
    """Tell whether data have a target's length and, where it has codes, are one of them."""
    codes = [raw for raw, _ in target.codes]
    return len(edt) == end_of(target) and (not codes or int.from_bytes(edt, "big") in codes)


def identity_of(device: Device) -> bytes:
    """Return a device's identification number: FE, maker, 13 bytes of its own."""
    return b"\xfe" + MAKER + device.id.encode("ascii", "replace")[:13].rjust(13, b"\0")


def value_of(source: EchonetSource, edt: bytes) -> float | None:
    """Return what a property's data means by a profile, None for its "no data" codes."""
    raw = int.from_bytes(edt[source.offset : end_of(source)], "big", signed=source.type[0] == "i")
    if source.codes:
        return dict(source.codes).get(raw)
    return None if raw in source.no_data else raw * source.scale


def end_of(source: EchonetSource) -> int:
    """Return where a number ends in its property's data."""
    return source.offset + int(source.type[1:]) // 8


def _bytes(value: float | None, source: EchonetSource) -> bytes:
    width, signed = int(source.type[1:]) // 8, source.type[0] == "i"
    return _raw(value, source).to_bytes(width, "big", signed=signed)


def _raw(value: float | None, source: EchonetSource) -> int:
    if source.codes:
        return next((raw for raw, meaning in source.codes if meaning == value), source.codes[0][0])
    if value is None:
        return source.no_data[0] if source.no_data else 0
    bits = 8 * (end_of(source) - source.offset)
    # The topmost numbers of each width are codes (no data, overflow): a real device stops below.
    low, high = (-(1 << bits - 1) + 2, (1 << bits - 1) - 3)
    if source.type[0] == "u":
        low, high = 0, (1 << bits) - 3
    return min(max(round(value / source.scale), low), high)
