"""The shelf: the energy plan that this gateway follows, on disk, with its validity; and what was revoked."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError
from platform_hub.wire import plans

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from area_configs.domain.plans import EnergyPlan

_log = logging.getLogger(__name__)

FILE = "plan.json"
_REVOKED_KEPT = 100


class BadPlan(SmartAreaError):
    """Send another plan: this one cannot be followed here; says why."""


class PlanShelf:
    """Holds one plan; outside its validity it says nothing, and control goes by its own rules."""

    def __init__(self, folder: Path, area: str, save: Callable[[Path, bytes], None]) -> None:
        """Read what is there.

        Args:
            folder: where it lies.
            area: of this gateway.
            save: replaces a file so that a power cut leaves the old or the new one.
        """
        self._file = folder / FILE
        self._area = area
        self._save = save
        self._plan: EnergyPlan | None = None
        self._revoked: list[str] = []
        self._read()

    @property
    def held(self) -> EnergyPlan | None:
        """Return the plan that lies here, in force or not."""
        return self._plan

    def current(self, now_us: int) -> EnergyPlan | None:
        """Return the plan that is in force."""
        plan = self._plan
        return plan if plan and plan.valid_from_us <= now_us < plan.valid_until_us else None

    def put(self, body: dict[str, Any], powers_kw: Mapping[str, float], now_us: int) -> EnergyPlan:
        """Check a plan and keep it in the place of the one before; it is durable then.

        Args:
            body: as the hub signed it.
            powers_kw: what each asset of this gateway can do.
            now_us: the time.

        Raises:
            BadPlan: it cannot be followed; the one before stands.
            OSError: the disk does not take it.
        """
        plan = self._checked(body, powers_kw, now_us)
        self._write(body)
        self._plan = plan
        return plan

    def revoke(self, ident: str, version: int) -> bool:
        """Never follow a version of a plan, or one before it, again; return whether it was held.

        Raises:
            OSError: the disk does not take it; it is not followed all the same.
        """
        self._revoked = [*self._revoked[-_REVOKED_KEPT:], f"{ident}:{version}"]
        plan = self._plan
        held = plan is not None and plan.id == ident and plan.version <= version
        if held:
            self._plan = None
        self._write(None if held or plan is None else plans.encode(plan))
        return held

    def _checked(
        self, body: dict[str, Any], powers_kw: Mapping[str, float], now_us: int
    ) -> EnergyPlan:
        try:
            plan = plans.decode(body)
        except ValueError as error:
            raise BadPlan(str(error)) from error
        reason = self._wrong_time(plan, now_us) or self._replaced(plan) or _unfit(plan, powers_kw)
        if reason:
            raise BadPlan(f"plan {plan.id} version {plan.version}: {reason}")
        return plan

    def _wrong_time(self, plan: EnergyPlan, now_us: int) -> str:
        if plan.area != self._area:
            return f"it is for area {plan.area}, not for {self._area}"
        if plan.valid_from_us >= plan.valid_until_us or plan.valid_until_us <= now_us:
            return "its validity is over"
        return ""

    def _replaced(self, plan: EnergyPlan) -> str:
        for one in self._revoked:
            ident, _, version = one.rpartition(":")
            if plan.id == ident and plan.version <= int(version):
                return "it was revoked"
        held = self._plan
        if held and held.id == plan.id and held.version > plan.version:
            return f"version {held.version} is there already"
        return ""

    def _read(self) -> None:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            self._revoked = [str(one) for one in found["revoked"]]
            body = found["plan"]
            self._plan = plans.decode(body) if body else None
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.error("%s cannot be used, no plan is followed: %s", self._file, error)

    def _write(self, body: dict[str, Any] | None) -> None:
        content = {"plan": body, "revoked": self._revoked}
        self._save(self._file, json.dumps(content).encode())


def _unfit(plan: EnergyPlan, powers: Mapping[str, float]) -> str:
    for step in plan.steps:
        if step.device not in powers:
            return f"{step.device} is no asset that this gateway can command"
        if abs(step.power_w) > 1000 * powers[step.device] * 1.001:
            most = powers[step.device]
            return f"{step.device} is asked for {step.power_w / 1000:g} kW, it can do {most:g} kW"
    return ""
