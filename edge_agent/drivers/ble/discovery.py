"""Discovery: which of the models that the suite knows a Bluetooth device could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain import gatt as adopted
from area_configs.domain.errors import BadFrame
from area_configs.domain.sources import BleSource
from edge_agent.decoding import bthome, ibeacon
from edge_agent.drivers.base import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bleak.backends.scanner import AdvertisementData

    from area_configs.domain.devices import DeviceProfile

# Services by which devices are heard of, with the characteristics that they hold.
_SERVICES = {
    "180d": (adopted.HEART_RATE,),
    "1822": (adopted.SPOT_OXIMETRY, adopted.CONTINUOUS_OXIMETRY),
    "1809": (adopted.THERMOMETER,),
    "1810": (adopted.BLOOD_PRESSURE,),
    "181d": (adopted.WEIGHT,),
    "1814": (adopted.RUNNING,),
}


def beacon_of(said: AdvertisementData) -> ibeacon.Beacon | None:
    """Return the beacon that an advertisement is, None where it is none."""
    data = said.manufacturer_data.get(ibeacon.COMPANY)
    try:
        return None if data is None else ibeacon.parse(bytes(data))
    except BadFrame:
        return None


def candidate(
    address: str, said: AdvertisementData, profiles: Iterable[DeviceProfile]
) -> Candidate:
    """Return what was found, with the profiles that fit, those first that fit in most points."""
    beacon = beacon_of(said)
    fits = {profile.id: _fit(profile, said, beacon is not None) for profile in profiles}
    best = sorted((id_ for id_ in fits if fits[id_]), key=lambda id_: (-fits[id_], id_))
    words = [said.local_name or "", *map(adopted.short_uuid, said.service_uuids)]
    words += ["BTHome"] if _packet(said) is not None else []
    shown = beacon.address if beacon else address
    return Candidate(shown, " ".join(filter(None, words)), tuple(best), said.rssi)


def _fit(profile: DeviceProfile, said: AdvertisementData, is_beacon: bool) -> int:
    """Return how many points of a profile an advertisement speaks for."""
    held = {c for uuid in said.service_uuids for c in _SERVICES.get(adopted.short_uuid(uuid), ())}
    packet = _packet(said)
    sources = [point.source for point in profile.points if isinstance(point.source, BleSource)]
    return sum(
        source.characteristic in held
        or (source.advertisement == "ibeacon" and is_beacon)
        or (packet is not None and _broadcasts(source, packet))
        for source in sources
    )


def _packet(said: AdvertisementData) -> bytes | None:
    data = said.service_data.get(adopted.long_uuid(bthome.SERVICE))
    return None if data is None else bytes(data)


def _broadcasts(source: BleSource, data: bytes) -> bool:
    if bthome.is_encrypted(data):
        return source.advertisement == "bthome_encrypted"
    try:
        packet = bthome.parse(data)
    except BadFrame:
        return False
    known = source.object is not None and packet.value(source.object, source.index) is not None
    return source.advertisement == "bthome" and known
