"""One raw frame read by a device profile, for a person at a desk: no device, no time.

B-route takes an ECHONET Lite frame or the `ERXUDP` line that carried it; Modbus takes an RTU
response, and the request where the profile alone does not say which registers were read; OPC UA
takes the results of a read of the profile's variables, in their order, in binary encoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import hexdigits
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import BadFrame
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.sources import EchonetSource, ModbusSource, SunSpecSource
from area_configs.loader.sunspec_models import sunspec_models
from edge_agent.decoding import (
    dsmr,
    echonet,
    modbus,
    one_ble_frame,
    opc_ua,
    pulses,
    skstack,
    sunspec,
)
from edge_agent.decoding.readings import from_properties, from_registers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.devices import DeviceProfile
    from area_configs.domain.readings import Reading

_SAYS_VALUES = {
    echonet.GET_RES: "Get_Res",
    echonet.GET_SNA: "Get_SNA",
    echonet.INF: "INF",
    echonet.INFC: "INFC",
}
_NO_OPENER = one_ble_frame.Opener()
_INSECURE = "the datagram came unencrypted: an agent drops such data"


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a frame says: its kind in words, its readings, and remarks about it."""

    profile: str
    frame: str
    readings: tuple[Reading, ...] = ()
    remarks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "profile": self.profile,
            "frame": self.frame,
            "readings": [_plain(reading) for reading in self.readings],
            "remarks": list(self.remarks),
        }

    def lines(self) -> list[str]:
        """Return one line per reading, value and unit as on screen."""
        lines = [f"{r.quantity:<20} {_shown(r):>14}  {_quality(r)}".rstrip() for r in self.readings]
        return [self.frame, *lines] if lines else [f"{self.frame}: no reading of this profile"]


def decode(
    profile: DeviceProfile,
    frame: str,
    request: str = "",
    opener: one_ble_frame.Opener = _NO_OPENER,
) -> Decoded:
    """Read a frame.

    Args:
        profile: of the device that sent it.
        frame: in hexadecimal; the modules of each protocol say what else may stand there.
        request: Modbus: the request that it answers.
        opener: Bluetooth: opens an encrypted packet.

    Raises:
        BadFrame: not hexadecimal, damaged, not of this protocol, or in need of its request.
    """
    if profile.protocol == "dsmr_p1":
        return _telegram(profile, frame)
    if profile.protocol == "pulse":
        return _pulses(profile, _hex(frame, "the records"))
    if profile.protocol == "sunspec":
        return _sunspec(profile, _hex(frame, "the frame"))
    if profile.protocol == "modbus":
        return _modbus(profile, _hex(frame, "the frame"), request)
    if profile.protocol == "ble":
        words, said = one_ble_frame.decode(profile, frame, opener, _hex)
        return Decoded(profile.id, words, tuple(said))
    return _carried(profile, frame)


def _carried(profile: DeviceProfile, frame: str) -> Decoded:
    if profile.protocol == "opc_ua":
        readings = opc_ua.from_results(profile, _hex(frame, "the frame"))
        return Decoded(profile.id, "OPC UA read results", tuple(readings))
    if not frame.lstrip().startswith("ERXUDP"):
        return _echonet(profile, _hex(frame, "the frame"), ())
    datagram = skstack.parse_erxudp(frame)
    return _echonet(profile, datagram.data, () if datagram.secured else (_INSECURE,))


def _echonet(profile: DeviceProfile, data: bytes, remarks: tuple[str, ...]) -> Decoded:
    frame = echonet.parse(data)
    service = _SAYS_VALUES.get(frame.esv)
    words = f"ECHONET Lite {service or f'service {frame.esv:02X}'} from {frame.seoj:06X}"
    if service is None or frame.seoj >> 8 != (profile.echonet_class or echonet.METER_CLASS):
        return Decoded(profile.id, words, (), remarks)
    edts = frame.edts()
    readings = tuple(from_properties(profile, edts, {}, "", 0))
    return Decoded(profile.id, words, readings, (*remarks, *_unscaled(profile, edts)))


def _unscaled(profile: DeviceProfile, edts: dict[int, bytes]) -> Iterator[str]:
    """Say which values a frame alone cannot give; an agent reads their scale once, beforehand."""
    for point in profile.points:
        if isinstance(point.source, EchonetSource) and edts.get(point.source.epc):
            for epc in point.source.factor_epcs:
                if epc not in edts and echonet.factor(epc, None) is None:
                    yield f"{point.quantity}: property {epc:02X}, its unit, is not in this frame"


def _modbus(profile: DeviceProfile, data: bytes, request: str) -> Decoded:
    response = modbus.parse_response(data)
    words = f"Modbus unit {response.unit}, function {response.function}"
    if response.exception:
        said = modbus.explain(response.exception)
        return Decoded(profile.id, f"{words}: the device answers {said}")
    address = _asked(request, response) if request else _guessed(profile, response)
    words = f"{words}, {response.table} from address {address}"
    registers = modbus.Registers(response.table, address, response.values)
    return Decoded(profile.id, words, tuple(from_registers(profile, registers, "", 0)))


def _telegram(profile: DeviceProfile, frame: str) -> Decoded:
    """Read a telegram as text, or its bytes in hexadecimal."""
    data = _telegram_bytes(frame)
    values = dsmr.parse(data)
    name = data.split(b"\r\n", 1)[0].decode("ascii", "replace")
    found = dsmr.readings(profile.points, values, "", 0)
    return Decoded(profile.id, f"P1 telegram {name}", tuple(found))


def _telegram_bytes(frame: str) -> bytes:
    text = frame.strip()
    if text.startswith("/"):
        return "\r\n".join(text.splitlines()).encode("ascii", "replace")
    return _hex(text, "the telegram")


def _pulses(profile: DeviceProfile, data: bytes) -> Decoded:
    """Read the kernel's records of edges, all of one input."""
    counter = pulses.Counter()
    for edge in pulses.edges(data):
        counter.add(edge)
    found = pulses.readings(profile.points, counter, "", 0)
    return Decoded(profile.id, f"{counter.count} pulses", tuple(found))


def _sunspec(profile: DeviceProfile, data: bytes) -> Decoded:
    """Read registers that begin with a model, or with the mark of a SunSpec map."""
    response = modbus.parse_response(data)
    words = f"SunSpec over Modbus unit {response.unit}"
    if response.exception:
        said = modbus.explain(response.exception)
        return Decoded(profile.id, f"{words}: the device answers {said}")
    layout = sunspec.layout_of(response.values, 0)
    words += f", models {', '.join(map(str, layout.models))}"
    here = [
        point
        for point in profile.points
        if isinstance(point.source, SunSpecSource)
        and set(point.source.models) & layout.models.keys()
    ]
    registers = dict(enumerate(response.values))
    found = layout, sunspec_models()
    return Decoded(profile.id, words, tuple(sunspec.readings(here, found, registers, "", 0)))


def _asked(request: str, response: modbus.Response) -> int:
    asked = modbus.parse_request(_hex(request, "the request"))
    if (asked.unit, asked.function) != (response.unit, response.function):
        raise BadFrame(
            f"byte 0: the request goes to unit {asked.unit} with function {asked.function}, the "
            f"answer is of unit {response.unit} and function {response.function}: they do not belong "
            f"together"
        )
    bits = asked.function in (1, 2)
    expected = -(-asked.count // 8) * 8 if bits else asked.count
    if expected != len(response.values):
        raise BadFrame(
            f"byte 2: the request asks for {asked.count} values, the answer has "
            f"{len(response.values)}: they do not belong together"
        )
    return asked.address


def _guessed(profile: DeviceProfile, response: modbus.Response) -> int:
    """Return the one address at which an answer of this length begins and ends with a point."""
    spans = list(_spans(profile, response))
    ends = {end for _, end in spans}
    count = len(response.values)
    fits = sorted({begin for begin, _ in spans if begin + count in ends})
    if len(fits) == 1:
        return fits[0]
    found = f"could begin at {', '.join(map(str, fits))}" if fits else "fits no run of its points"
    raise BadFrame(
        f"the answer has {count} values of table {response.table}, which in profile {profile.id} "
        f"{found}: give the request too, with --request HEX"
    )


def _spans(profile: DeviceProfile, response: modbus.Response) -> Iterator[tuple[int, int]]:
    for point in profile.points:
        source = point.source
        if isinstance(source, ModbusSource) and source.table == response.table:
            yield source.address, source.address + modbus.size(source.table, source.type)


def _hex(text: str, what: str) -> bytes:
    plain = "".join(text.split()).removeprefix("0x")
    if not plain:
        raise BadFrame(f"{what} is empty: give its bytes in hexadecimal")
    if wrong := next((c for c in plain if c not in hexdigits), ""):
        raise BadFrame(f"{what} is not hexadecimal: it has {wrong!r} in it")
    if len(plain) % 2:
        raise BadFrame(
            f"{what} has {len(plain)} hexadecimal digits: a byte takes two, one is missing"
        )
    return bytes.fromhex(plain)


def _plain(reading: Reading) -> dict[str, Any]:
    quality = reading.quality
    return {
        "quantity": reading.quantity,
        "value": reading.value,
        "unit": QUANTITIES[reading.quantity].unit,
        "quality": {
            "level": quality.level.name.lower(),
            "reason": quality.reason.value,
            "raw": quality.raw,
        },
    }


def _shown(reading: Reading) -> str:
    quantity = QUANTITIES[reading.quantity]
    if reading.value is None:
        return "no value"
    if reading.value in quantity.states:
        return f"{reading.value:g} {quantity.states[int(reading.value)].en}"
    return f"{reading.value:.{quantity.decimals}f} {quantity.symbol}".rstrip()


def _quality(reading: Reading) -> str:
    quality = reading.quality
    if quality.reason.value == "ok":
        return "good"
    raw = f", raw {quality.raw}" if quality.raw else ""
    return f"{quality.level.name.lower()}: {quality.reason.value}{raw}"
