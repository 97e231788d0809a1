"""A hub as planning sees it: means of half hours and newest values, by device."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from area_configs.domain.errors import HubRejected
from platform_hub.wire import events, ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_hub.client.hub_client import HubClient


class EnergySource:
    """Asks one hub of one area; raises what the client raises."""

    def __init__(self, client: HubClient, area: str) -> None:
        self._client, self._area = client, area

    def averages(
        self, device: str, quantities: Sequence[str], window_us: tuple[int, int]
    ) -> dict[str, dict[int, float]]:
        """Return the mean of each half hour by quantity; nothing of a device that never spoke."""
        entity = ngsi_ld.entity_id(self._area, device)
        try:
            return self._client.averages(entity, quantities, window_us)
        except HubRejected as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return {}
            raise

    def latest(self) -> dict[tuple[str, str], float]:
        """Return the newest value by (device, quantity); what has none is not there."""
        return {
            (reading.device, reading.quantity): reading.value
            for entity in self._client.entities()
            for reading in events.readings_in(entity)
            if reading.value is not None
        }
