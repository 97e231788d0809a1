"""The newest energy plan of an area as whoever plans sees it: what stands, and sending the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from platform_hub.client.errors import not_the_hub
from platform_hub.wire import plans

if TYPE_CHECKING:
    from area_configs.domain.plans import EnergyPlan
    from platform_hub.client.area_client import AreaClient


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands.

    Attributes:
        plan: its newest version.
        created_us, created_by: when it was sent and by whom.
        deliveries: state of it by gateway, such as `delivered` or `applied`.
        revocations: state of its revocation by gateway; empty where nobody revoked it.
        details: what a gateway said of its last step, by gateway.
    """

    plan: EnergyPlan
    created_us: int
    created_by: str
    deliveries: dict[str, str]
    revocations: dict[str, str]
    details: dict[str, str]

    def in_force(self, now_us: int) -> bool:
        """Tell whether gateways that have it follow it."""
        lasts = self.plan.valid_from_us <= now_us < self.plan.valid_until_us
        return lasts and not self.revocations


def newest(client: AreaClient) -> Standing | None:
    """Return the plan sent last; None where there never was one. Raises what the client raises."""
    listed = client.plans(1)
    return standing(client.plan(str(listed[0]["id"])), client) if listed else None


def standing(answer: dict[str, Any], client: AreaClient) -> Standing:
    """Return where a plan stands, from what the hub answers."""
    names = {"id", "area", "version", "validFromUs", "validUntilUs", "targetPeakW", "steps"}
    try:
        plan = plans.decode({name: answer[name] for name in names})
        sent, revoked = answer["deliveries"], answer["revocations"]
        return Standing(
            plan,
            int(answer["createdUs"]),
            str(answer["createdBy"]),
            {one["gateway"]: str(one["state"]) for one in sent},
            {one["gateway"]: str(one["state"]) for one in revoked},
            {one["gateway"]: str((one["steps"] or [{}])[-1].get("detail", "")) for one in sent},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise not_the_hub(client.url, f"its plan cannot be read: {error}") from error
