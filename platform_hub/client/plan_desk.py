"""The newest energy plan of an area as whoever plans sees it: what stands, and sending the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from area_configs.domain.plans import PlanStanding
from platform_hub.client.errors import not_the_hub
from platform_hub.wire import plans

if TYPE_CHECKING:
    from platform_hub.client.area_client import AreaClient


def newest(client: AreaClient) -> PlanStanding | None:
    """Return the plan sent last; None where there never was one. Raises what the client raises."""
    listed = client.plans(1)
    return standing(client.plan(str(listed[0]["id"])), client) if listed else None


def standing(answer: dict[str, Any], client: AreaClient) -> PlanStanding:
    """Return where a plan stands, from what the hub answers."""
    names = {"id", "area", "version", "validFromUs", "validUntilUs", "targetPeakW", "steps"}
    try:
        plan = plans.decode({name: answer[name] for name in names})
        sent, revoked = answer["deliveries"], answer["revocations"]
        return PlanStanding(
            plan,
            int(answer["createdUs"]),
            str(answer["createdBy"]),
            {one["gateway"]: str(one["state"]) for one in sent},
            {one["gateway"]: str(one["state"]) for one in revoked},
            {one["gateway"]: str((one["steps"] or [{}])[-1].get("detail", "")) for one in sent},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise not_the_hub(client.url, f"its plan cannot be read: {error}") from error
