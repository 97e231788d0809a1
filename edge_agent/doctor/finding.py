"""Finding: which devices answer on a link of this gateway, for the technician who installs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.errors import Mistake, SettingsError
from edge_agent.clock import SystemClock
from edge_agent.drivers import driver_of
from edge_agent.drivers.base import Discovering, Station

if TYPE_CHECKING:
    from edge_agent.drivers.base import Candidate
    from edge_agent.settings import Installation


async def find(installation: Installation, link_id: str) -> list[Candidate]:
    """Return what answers on a link, strongest first.

    Raises:
        SettingsError: there is no such link, or one cannot look for devices on it.
        DeviceUnavailable: the link cannot be opened.
    """
    gateway, area = installation.gateway, installation.area
    known = {link.id: link for link in gateway.links}
    if link_id not in known:
        words = f"gateway {gateway.id!r} has no link {link_id!r}, it has {', '.join(known)}"
        raise SettingsError((Mistake(area.id, 0, "", words),))
    link = known[link_id]
    stations = tuple(
        Station(d.id, d.unit, area.profile_of(d), d.address) for d in installation.devices_on(link)
    )
    driver = driver_of(link, stations, installation.secrets.get(link_id), SystemClock())
    if not isinstance(driver, Discovering):
        words = f"link {link_id!r} is {link.kind}: its devices cannot be looked for"
        raise SettingsError((Mistake(area.id, 0, "", words),))
    try:
        await driver.open()
        found = [candidate async for candidate in driver.discover()]
    finally:
        await driver.close()
    return sorted(found, key=lambda c: (-(c.signal_dbm or -999), c.address))
