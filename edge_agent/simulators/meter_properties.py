"""The properties of a low-voltage smart meter (ECHONET class 0288): bytes at an instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from edge_agent.simulators.echonet_frames import Property, property_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.areas import Device
    from edge_agent.simulators.behaviour import District
    from edge_agent.simulators.speaker import Speaker

MAKER = bytes.fromhex("000016")
FACTORS = {0xD3: 1.0, 0xE1: 0.1}  # what D3 and E1 below multiply a counter with

_COEFFICIENT, _UNIT_CODE, _UNIT_KWH, _DIGITS = 1, 0x01, FACTORS[0xE1], 6
_NO_POWER, _NO_ENERGY = 0x7FFFFFFE, 0xFFFFFFFE
_MODULUS = 1_000_000  # six effective digits
_HALF_HOUR = timedelta(minutes=30)
_OLDEST_DAY = 99  # E5 takes 0 to 99 days back
_ANNOUNCED = {0x80, 0x88, 0xEA, 0xEB}
_WRITABLE = {0xE5, 0xED}


class MeterProperties:
    """What one meter holds.

    Args:
        device: whose meter it is; its id is the serial number.
        district: gives currents, and counters at past instants.
        speaker: gives the present power, None for "no measurement".
    """

    def __init__(self, device: Device, district: District, speaker: Speaker) -> None:
        self._device = device
        self._district = district
        self._speaker = speaker
        self._day_back = 0
        self._from: tuple[datetime | None, int] = (None, 12)
        self._readers = self._known()

    def read(self, epc: int, at_us: int) -> bytes | None:
        """Return a property's data, None where the meter does not have it."""
        reader = self._readers.get(epc)
        return reader(at_us) if reader else None

    def write(self, prop: Property) -> bool:
        """Set E5 or ED; False for data that the meter refuses."""
        if prop.epc == 0xE5 and len(prop.edt) == 1 and prop.edt[0] <= _OLDEST_DAY:
            self._day_back = prop.edt[0]
            return True
        if prop.epc == 0xED and len(prop.edt) == 7 and 1 <= prop.edt[6] <= 12:
            return self._choose(prop.edt)
        return False

    def fixed(self, back: bool, at_us: int) -> bytes:
        """Return EA (or EB, `back`): date and time of the last half hour and the counter then."""
        local = self._district.local(at_us)
        since = timedelta(minutes=local.minute % 30, seconds=local.second)
        then = local - since - timedelta(microseconds=local.microsecond)
        return _date(then) + bytes([then.hour, then.minute, 0]) + self._energy(back, _us(then))

    def sells(self, at_us: int) -> bool:
        """Tell whether any energy was ever given back."""
        return self._count(True, at_us) > 0

    def _known(self) -> dict[int, Callable[[int], bytes]]:
        return {
            0x80: _always("30"),  # on
            0x81: _always("00"),  # no place set
            0x82: _always("00005201"),  # Appendix Release R, revision 1
            0x88: _always("42"),  # no fault
            0x8A: _always(MAKER.hex()),
            0x8D: _always(self._device.id.encode("ascii", "replace")[:12].ljust(12, b"0").hex()),
            0x97: self._clock_time,
            0x98: lambda at_us: _date(self._district.local(at_us)),
            0x9D: _always(property_map(_ANNOUNCED).hex()),
            0x9E: _always(property_map(_WRITABLE).hex()),
            0x9F: lambda _at_us: property_map(set(self._readers)),
            0xD3: _always(f"{_COEFFICIENT:08X}"),
            0xD7: _always(f"{_DIGITS:02X}"),
            0xE0: lambda at_us: self._energy(False, at_us),
            0xE1: _always(f"{_UNIT_CODE:02X}"),
            0xE2: lambda at_us: self._day(False, at_us),
            0xE3: lambda at_us: self._energy(True, at_us),
            0xE4: lambda at_us: self._day(True, at_us),
            0xE5: lambda _at_us: bytes([self._day_back]),
            0xE7: self._power,
            0xE8: self._currents,
            0xEA: lambda at_us: self.fixed(False, at_us),
            0xEB: lambda at_us: self.fixed(True, at_us),
            0xEC: self._history,
            0xED: self._chosen,
        }

    def _choose(self, edt: bytes) -> bool:
        try:
            begin = datetime(_number(edt[:2]), *edt[2:6])  # noqa: DTZ001 - the meter's wall clock
        except ValueError:
            return False
        self._from = begin, edt[6]
        return begin.minute in (0, 30)

    def _power(self, at_us: int) -> bytes:
        value = self._speaker.say("active_power", at_us)
        return (_NO_POWER if value is None else round(value)).to_bytes(4, "big", signed=True)

    def _currents(self, at_us: int) -> bytes:
        phases = (self._now("current_r", at_us), self._now("current_t", at_us))
        return b"".join(round(one * 10).to_bytes(2, "big", signed=True) for one in phases)

    def _energy(self, back: bool, at_us: int) -> bytes:
        return self._count(back, at_us).to_bytes(4, "big")

    def _count(self, back: bool, at_us: int) -> int:
        """Return a counter as its register shows it: whole units, rolling over at its digits."""
        energy = self._now("energy_export" if back else "energy_import", at_us)
        return int(energy / _UNIT_KWH / _COEFFICIENT) % _MODULUS

    def _day(self, back: bool, at_us: int) -> bytes:
        """E2, E4: the chosen day and its 48 half hours; those to come have no value yet."""
        local = self._district.local(at_us)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        begin = midnight - timedelta(days=self._day_back)
        counts = [self._past(begin + n * _HALF_HOUR, back, at_us) for n in range(48)]
        return self._day_back.to_bytes(2, "big") + b"".join(counts)

    def _history(self, at_us: int) -> bytes:
        """EC: up to 12 half hours back from the chosen one, both directions."""
        begin, count = self._from
        if begin is None:
            return b"\xff\xff" + bytes(4) + bytes([count]) + b"\xff\xff\xff\xfe" * 2 * count
        first = begin.replace(tzinfo=self._district.local(at_us).tzinfo)
        times = [first - n * _HALF_HOUR for n in range(count)]
        values = [self._past(t, back, at_us) for t in times for back in (False, True)]
        return _date(begin) + bytes([begin.hour, begin.minute, count]) + b"".join(values)

    def _chosen(self, _at_us: int) -> bytes:
        begin, count = self._from
        if begin is None:
            return b"\xff\xff\xff\xff\xff\xff" + bytes([count])
        return _date(begin) + bytes([begin.hour, begin.minute, count])

    def _past(self, then: datetime, back: bool, at_us: int) -> bytes:
        if _us(then) > at_us:
            return _NO_ENERGY.to_bytes(4, "big")
        return self._energy(back, _us(then))

    def _clock_time(self, at_us: int) -> bytes:
        local = self._district.local(at_us)
        return bytes([local.hour, local.minute])

    def _now(self, quantity: str, at_us: int) -> float:
        return self._district.value(self._device, quantity, at_us)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _date(day: datetime) -> bytes:
    return day.year.to_bytes(2, "big") + bytes([day.month, day.day])


def _us(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000


def _always(data: str) -> Callable[[int], bytes]:
    constant = bytes.fromhex(data)
    return lambda _at_us: constant
