"""What a report needs of the hub: half hours of power, and the journal of alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from platform_hub.client import HubClient
from platform_hub.client.area_client import AreaClient
from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_hub.client.credentials import Credential
    from platform_hub.client.temporal import Amount
    from platform_hub.wire.alarms import AlarmLine

_HALF_HOUR_S = 1_800
_POWER = "active_power"
_PAGE = 1_000


class Material(NamedTuple):
    """Half hours of active power by device, in watts, and the journal within the time, newest first."""

    powers: dict[str, list[Amount]]
    journal: list[AlarmLine]


def fetch(
    url: str, key: str | Credential, area: str, devices: Iterable[str], span_us: tuple[int, int]
) -> Material:
    """Ask a hub.

    Raises:
        HubUnavailable: it does not answer.
        HubRejected: it refuses, with the reason.
    """
    with HubClient(url, key, answer_s=60.0) as client:
        powers = {device: _power(client, area, device, span_us) for device in devices}
    with AreaClient(url, key) as area_client:
        return Material(powers, _journal(area_client, span_us[0]))


def _power(client: HubClient, area: str, device: str, span_us: tuple[int, int]) -> list[Amount]:
    entity = ngsi_ld.entity_id(area, device)
    return client.amounts(entity, (_POWER,), span_us, _HALF_HOUR_S).get(_POWER, [])


def _journal(client: AreaClient, begins_us: int) -> list[AlarmLine]:
    found: list[AlarmLine] = []
    while page := client.alarm_journal(found[-1].seq if found else 0, _PAGE):
        found += page
        if len(page) < _PAGE or page[-1].at_us < begins_us:
            break
    return found
