"""One Bluetooth value read by a device profile, for a person at a desk.

`CHARACTERISTIC:HEX` is a characteristic's value, `FCD2:HEX` the service data of a BTHome packet,
`004C:HEX` the manufacturer data of an iBeacon; `@-67` at the end says how strong it was heard. The
name before the colon may be left out where only one part of the profile can read the bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from area_configs.domain.errors import BadFrame
from area_configs.domain.gatt import short_uuid
from area_configs.domain.sources import BleSource
from edge_agent.decoding import bthome, ibeacon
from edge_agent.decoding.ble_readings import from_characteristic, from_packet, from_signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.devices import DeviceProfile
    from area_configs.domain.readings import Reading

    Hex = Callable[[str, str], bytes]

_BEACON = "004c"


class Opener(NamedTuple):
    """What opens an encrypted packet: its sender's address, and its bind key."""

    address: str = ""
    key: bytes = b""


def opener_of(address: str, key: str) -> Opener:
    """Return the opener of an address and a key in hexadecimal, or none.

    Raises:
        BadFrame: it is no key; the sentence does not repeat it.
    """
    try:
        return Opener(address, bytes.fromhex(key))
    except ValueError:
        raise BadFrame("the bind key is not hexadecimal: expected 32 digits") from None


def decode(
    profile: DeviceProfile, frame: str, opener: Opener, to_bytes: Hex
) -> tuple[str, list[Reading]]:
    """Return in words what a value is, and its readings.

    Args:
        profile: of a Bluetooth device.
        frame: the value as the module says.
        opener: for an encrypted packet.
        to_bytes: reads hexadecimal; raises BadFrame.

    Raises:
        BadFrame: the value is damaged, or it is not clear what it is.
    """
    body, _, strength = frame.partition("@")
    name, colon, digits = body.rpartition(":")
    data = to_bytes(digits if colon else body, "the frame")
    if colon:
        return _named(profile, short_uuid(name.strip()), data, (opener, strength))
    fits = []
    for candidate in _names(profile):
        try:
            fits.append(_named(profile, candidate, data, (opener, strength)))
        except bthome.BadKey:
            raise
        except BadFrame:
            continue
    if len(fits) == 1:
        return fits[0]
    names = ", ".join(name.upper() for name in _names(profile))
    raise BadFrame(f"say which part of the profile sent this, as NAME:HEX; it has {names}")


def _named(
    profile: DeviceProfile, name: str, data: bytes, heard: tuple[Opener, str]
) -> tuple[str, list[Reading]]:
    opener, strength = heard
    if name == bthome.SERVICE:
        packet = bthome.parse(data, opener.key, opener.address)
        sealed = "" if packet.counter is None else f", encrypted, counter {packet.counter}"
        return f"BTHome packet{sealed}", from_packet(profile, packet, "", 0)
    if name == _BEACON:
        beacon = ibeacon.parse(data)
        signal = {"presence": 1.0, **({"rssi": _dbm(strength)} if strength else {})}
        return f"iBeacon {beacon.address}", from_signal(profile, signal, "", 0)
    if name not in _names(profile):
        raise BadFrame(f"profile {profile.id} has no characteristic {name!r}")
    words = f"characteristic {name.upper()}"
    return words, from_characteristic(profile, name, data, ("", "UTC"), _EVER_US)


_EVER_US = 253_402_300_799_000_000  # the end of year 9999: a time stamp in the frame is kept


def _names(profile: DeviceProfile) -> list[str]:
    """Return what a profile reads: characteristics, BTHome, iBeacon."""
    found: dict[str, None] = {}
    for point in profile.points:
        source = point.source
        if not isinstance(source, BleSource):
            continue
        if source.characteristic:
            found[source.characteristic] = None
        elif source.advertisement == "ibeacon":
            found[_BEACON] = None
        elif source.advertisement.startswith("bthome"):
            found[bthome.SERVICE] = None
    return list(found)


def _dbm(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadFrame(f"{text!r} is no signal strength in dBm") from None
