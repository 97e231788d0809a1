"""The devices of an area as other brokers know them: entities with an id, a type and a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from area_configs.domain.areas import Area, Position

_UNKNOWN = "Device"


@dataclass(frozen=True, slots=True)
class Thing:
    """One entity; `position` is None where the area does not know the device."""

    id: str
    type: str
    position: Position | None = None

    @property
    def point(self) -> dict[str, object] | None:
        """Return its place as a GeoJSON point (RFC 7946: longitude first)."""
        if self.position is None:
            return None
        place = [self.position.longitude, self.position.latitude]
        return {"type": "Point", "coordinates": place}


class Things:
    """Every entity by the device that it stands for."""

    def __init__(self, area: Area) -> None:
        self._area = area.id
        self._known = {
            device.id: Thing(
                ngsi_ld.entity_id(area.id, device.id),
                area.profile_of(device).entity_type,
                device.position,
            )
            for device in area.devices
        }

    def of(self, device: str) -> Thing:
        """Return the entity of a device; one that the area does not name is a plain Device."""
        return self._known.get(device) or Thing(ngsi_ld.entity_id(self._area, device), _UNKNOWN)
