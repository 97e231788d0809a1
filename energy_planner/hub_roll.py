"""The rolling re-plan against a hub: ask what is known, plan, send where that is worth it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from area_configs.domain.errors import HubUnavailable
from energy_planner.day_plan import Request
from energy_planner.errors import InfeasiblePlan, PlanInputError
from energy_planner.gathering import gather
from energy_planner.orders import energy_plan, for_gateways
from energy_planner.proposal import propose
from energy_planner.rolling import seconds_to_next, why_send
from platform_hub.client import HubClient, plan_desk
from platform_hub.client.area_client import AreaClient
from platform_hub.client.energy_source import EnergySource

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.areas import Area
    from area_configs.domain.energy import EnergySite
    from energy_planner.forecast.history import History

_AGAIN_S = 60.0  # after a plan that could not be made or sent: what is in force lasts for hours


@dataclass(frozen=True, slots=True)
class HubRoll:
    """What a roll is told.

    Attributes:
        area: whose energy side is planned.
        site: that side.
        url: address of the hub.
        key: of somebody who may send plans.
        hours: how far ahead.
        older: a past from elsewhere, where the hub is young.
        now: gives the instant in seconds since 1970 UTC.
    """

    area: Area
    site: EnergySite
    url: str
    key: str
    hours: float = 36.0
    older: History | None = None
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        """Refuse an address that is none before anything is planned.

        Raises:
            PlanInputError: it is none, or a key would travel there unprotected.
        """
        try:
            AreaClient(self.url, self.key).close()
        except ValueError as error:
            raise PlanInputError((f"--hub: {error}",)) from error

    def once(self) -> str:
        """Plan once and send the plan where it is worth it; return a sentence about it.

        Raises:
            PlanInputError: there is too little to plan from.
            InfeasiblePlan: no plan keeps every limit.
            HubUnavailable, HubRejected: as the client says.
        """
        with AreaClient(self.url, self.key) as desk, HubClient(self.url, self.key) as client:
            standing = plan_desk.newest(desk)
            now_us = round(self.now() * 1e6)
            if standing and standing.revocations and now_us < standing.plan.valid_until_us:
                return f"{standing.plan.id} was revoked: nothing is sent before it would have ended"
            zone = ZoneInfo(self.area.timezone)
            begins = datetime.fromtimestamp(self.now(), zone)
            source = EnergySource(client, self.area.id)
            found = gather(source, self.site, zone, begins, self.older)
            made = propose(Request(self.site, found.known, begins, self.hours, found.state))
            new = for_gateways(energy_plan(self.area.id, 0, made.made), self.area)
            old = standing.plan if standing and standing.in_force(now_us) else None
            if not (why := why_send(new, old, now_us)):
                return f"{old.id if old else 'nothing'} stays: the new plan hardly differs"
            sent = desk.send_plan(new)
            words = "".join(f"; {conflict.text()}" for conflict in made.over)
            hold = f"hold {made.made.target_kw:.1f} kW{words}"
            return f"{sent['id']} version {sent['version']} sent, {why}: {hold}"


def follow(
    roll: HubRoll,
    say: Callable[[str], None],
    *,
    once: bool,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Plan at every half hour, or once; a trouble that time may heal is said and tried again.

    Raises:
        HubRejected: the key may not send plans.
        HubUnavailable, PlanInputError, InfeasiblePlan: with `once`.
    """
    while True:
        try:
            say(roll.once())
            wait_s = seconds_to_next(datetime.fromtimestamp(roll.now(), ZoneInfo("UTC")))
        except (HubUnavailable, PlanInputError, InfeasiblePlan) as error:
            if once:
                raise
            say(f"{error}; trying again in {_AGAIN_S:.0f} s")
            wait_s = _AGAIN_S
        if once:
            return
        sleep(wait_s)
