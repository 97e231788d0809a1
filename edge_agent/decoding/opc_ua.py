"""OPC UA data values: their binary form, and the readings that follow from status, stamp and number.

Binary encoding after OPC 10000-6, 5.2.2; status codes after OPC 10000-4, 7.39. Time on the wire is
counted in 100 ns since 1601-01-01 UTC.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from area_configs.domain.errors import BadFrame
from area_configs.domain.quality import GOOD, Quality, Reason
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.quantity import Kind
from area_configs.domain.readings import Reading
from area_configs.domain.sources import OpcUaSource
from edge_agent.decoding.opc_ua_bytes import Bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from area_configs.domain.devices import DeviceProfile, Point

_CLOCK_US = 5_000_000  # stamps further apart than this come from clocks that do not agree
_LEVEL, _BAD, _UNCERTAIN = 0xC000_0000, 0x8000_0000, 0x4000_0000
_NUMBER = 0xFFFF_0000  # below stand flags: limits, overflow
_EPOCH_1601_US = 11_644_473_600_000_000
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z

_REASONS: Mapping[int, Reason] = MappingProxyType(
    {
        0x800A_0000: Reason.COMM,  # BadTimeout
        0x800B_0000: Reason.NOT_SUPPORTED,  # BadServiceUnsupported
        0x801F_0000: Reason.REJECTED,  # BadUserAccessDenied
        0x8031_0000: Reason.COMM,  # BadNoCommunication
        0x8032_0000: Reason.NO_DATA,  # BadWaitingForInitialData
        0x8033_0000: Reason.CONFIG,  # BadNodeIdInvalid
        0x8034_0000: Reason.CONFIG,  # BadNodeIdUnknown
        0x8035_0000: Reason.CONFIG,  # BadAttributeIdInvalid
        0x8036_0000: Reason.CONFIG,  # BadIndexRangeInvalid
        0x803A_0000: Reason.REJECTED,  # BadNotReadable
        0x803C_0000: Reason.OUT_OF_LIMITS,  # BadOutOfRange
        0x803D_0000: Reason.NOT_SUPPORTED,  # BadNotSupported
        0x8040_0000: Reason.NOT_IMPLEMENTED,  # BadNotImplemented
        0x806F_0000: Reason.CONFIG,  # BadNoMatch: no such browse path
        0x8074_0000: Reason.CONFIG,  # BadTypeMismatch
        0x8089_0000: Reason.CONFIG,  # BadConfigurationError
        0x808A_0000: Reason.COMM,  # BadNotConnected
        0x808B_0000: Reason.DEVICE,  # BadDeviceFailure
        0x808C_0000: Reason.DEVICE,  # BadSensorFailure
        0x808D_0000: Reason.DEVICE,  # BadOutOfService
        0x809B_0000: Reason.NO_DATA,  # BadNoData
        0x809E_0000: Reason.NO_DATA,  # BadDataUnavailable
        0x408F_0000: Reason.NO_CONTACT,  # UncertainNoCommunicationLastUsableValue
        0x4090_0000: Reason.NO_CONTACT,  # UncertainLastUsableValue
        0x4094_0000: Reason.OVER_RANGE,  # UncertainEngineeringUnitsExceeded
    }
)


@dataclass(frozen=True, slots=True)
class DataValue:
    """What a server said of one variable.

    Attributes:
        number: None where it said nothing, or nothing that is a number.
        status: its status code.
        source_us, server_us: the stamps of source and server, microseconds since 1970.
        foreign: name of the type of a value that is no number, else empty.
    """

    number: float | None
    status: int = 0
    source_us: int | None = None
    server_us: int | None = None
    foreign: str = ""


def reason_of(status: int) -> Reason:
    """Return what a status code means; OK for every good one."""
    level = status & _LEVEL
    if level not in (_BAD, _UNCERTAIN):
        return Reason.OK
    usual = Reason.DEVICE if level == _BAD else Reason.OUT_OF_LIMITS
    return _REASONS.get(status & _NUMBER, usual)


def reading(
    point: Point, value: DataValue, device: str, now_us: int, *, again: bool = False
) -> Reading:
    """Return the reading of one data value.

    A pushed value is dated by its source where that agrees with the gateway's clock within 5 s (the
    first one of a subscription within two scans, where these are longer), an event always by its
    source unless that lies in the future; everything else by the gateway. Stamps that do not agree are told as quality `clock`, with the source's stamp as raw. An old
    stamp alone is no fault: the value may not have changed since, if the server's own clock is right.

    Args:
        point: its point; its source is an OPC UA one.
        value: what the server said.
        device: id of the device.
        now_us: the gateway's clock.
        again: True where the server pushed it because it changed: an old stamp is then a wrong one.
    """
    observed_us, wrong_clock = _dated(point, value, now_us, again=again)
    number, quality = _judged(point, value)
    if quality.reason is Reason.OK and wrong_clock:
        quality = Quality(Reason.CLOCK, _iso(value.source_us or 0))
    return Reading(device, point.quantity, observed_us, number, quality)


def from_results(profile: DeviceProfile, data: bytes) -> Iterator[Reading]:
    """Yield the readings of the results of one read of all variables of a profile, in its order.

    Raises:
        BadFrame: it is no array of data values, or has more of them than the profile.
    """
    points = [p for p in profile.points if _source(p).measure == "value"]
    values = parse_results(data)
    if len(values) > len(points):
        raise BadFrame(
            f"byte 0: {len(values)} results, profile {profile.id} has {len(points)} variables"
        )
    for point, value in zip(points, values, strict=False):
        yield reading(point, value, "", value.source_us or 0)


def parse_results(data: bytes) -> list[DataValue]:
    """Return the data values of an array of them, as in the results of a read response.

    Raises:
        BadFrame: it is damaged.
    """
    reader = Bytes(data)
    count = int(reader.number("<i"))
    if not 0 <= count <= len(data):
        raise BadFrame(f"byte 0: {count} results do not fit into {len(data)} bytes")
    values = [_data_value(reader) for _ in range(count)]
    reader.require_end()
    return values


def _data_value(reader: Bytes) -> DataValue:
    mask = int(reader.number("<B"))
    number, foreign = reader.variant() if mask & 0x01 else (None, "")
    status = int(reader.number("<I")) if mask & 0x02 else 0
    source = int(reader.number("<q")) if mask & 0x04 else None
    if mask & 0x10:
        reader.number("<H")  # picoseconds
    server = int(reader.number("<q")) if mask & 0x08 else None
    if mask & 0x20:
        reader.number("<H")
    return DataValue(number, status, _from_ticks(source), _from_ticks(server), foreign)


def _from_ticks(ticks: int | None) -> int | None:
    return None if not ticks else ticks // 10 - _EPOCH_1601_US


def _dated(point: Point, value: DataValue, now_us: int, *, again: bool) -> tuple[int, bool]:
    """Return when it was observed, and whether its stamp is of a wrong clock."""
    source_us = value.source_us
    if source_us is None:
        return now_us, False
    ahead = source_us > now_us + _CLOCK_US
    if QUANTITIES[point.quantity].kind is Kind.EVENT:
        return (now_us if ahead else source_us), ahead
    # The first value of a subscription, or one that was asked for, may wait a scan or two.
    patience_us = 0 if again else int(2e6 * point.period_s)
    if not ahead and now_us - source_us <= max(_CLOCK_US, patience_us):
        return (source_us if point.pushed else now_us), False
    agrees = value.server_us is not None and abs(now_us - value.server_us) <= _CLOCK_US
    return now_us, ahead or again or not agrees


def _judged(point: Point, value: DataValue) -> tuple[float | None, Quality]:
    reason, raw = reason_of(value.status), f"{value.status:08X}"
    if value.status & _LEVEL == _BAD:
        said = "" if value.number is None else f" with {value.number:g}"
        return None, Quality(reason, raw + said)
    if value.foreign:
        return None, Quality(Reason.CONFIG, value.foreign)
    if value.number is None or math.isnan(value.number):
        return None, Quality(Reason.NO_DATA, raw if value.status else "")
    if value.number in _source(point).no_data:
        return None, Quality(Reason.NO_DATA, f"{value.number:g}")
    if math.isinf(value.number):
        return None, Quality(Reason.OVER_RANGE if value.number > 0 else Reason.UNDER_RANGE)
    return _limited(point, value.number, GOOD if reason is Reason.OK else Quality(reason, raw))


def _limited(point: Point, number: float, quality: Quality) -> tuple[float, Quality]:
    scaled = _scaled(number, _source(point))
    low = -math.inf if point.minimum is None else point.minimum
    high = math.inf if point.maximum is None else point.maximum
    if quality.reason is Reason.OK and not low <= scaled <= high:
        quality = Quality(Reason.OUT_OF_LIMITS, f"{number:g}")
    return scaled, quality


def _scaled(number: float, source: OpcUaSource) -> float:
    if source.scale == 1.0 and source.shift == 0.0:
        return float(number)
    return float(Decimal(repr(number)) * Decimal(repr(source.scale)) + Decimal(repr(source.shift)))


def _source(point: Point) -> OpcUaSource:
    if not isinstance(point.source, OpcUaSource):
        raise TypeError(f"point {point.quantity} is not read by OPC UA")
    return point.source


def _iso(at_us: int) -> str:
    """Return an instant as text; one beyond the calendar at its end."""
    second = min(max(at_us // 1_000_000, 0), _LAST_SECOND)
    return datetime.fromtimestamp(second, UTC).isoformat()
