"""Following: where the meter of the site is at another gateway, assets here do what the plan says."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge_agent.control.gate import Request, Result

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from edge_agent.clock import Clock
    from edge_agent.control.assets import Asset
    from edge_agent.control.board import Board
    from edge_agent.control.execution import Gate
    from edge_agent.control.plan_shelf import PlanShelf

_log = logging.getLogger(__name__)

BY = "energy plan"
_HANDS_OFF_S = 900.0
_AGAIN_S = 60.0  # an asset that did not do as told is tried again then
_WORTH_KW = 0.5
_DONE = (Result.ACCEPTED, Result.APPLIED, Result.VERIFIED)


class Following:
    """Tells each asset what the plan asks of it, and its own rule once the plan is silent."""

    def __init__(
        self, assets: Sequence[Asset], gate: Gate, shelf: PlanShelf, board: Board, clock: Clock
    ) -> None:
        self._assets, self._gate, self._shelf = assets, gate, shelf
        self._board, self._clock = board, clock
        self._told: dict[str, float] = {}
        self._planned: set[str] = set()
        self._later_s: dict[str, float] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until `stop`; what was told stays told."""
        while not await self._clock.pause(1.0, stop):
            await self.second()

    def hands_off(self, device: str) -> None:
        """Leave an asset to the person who has just told it something."""
        self._later_s[device] = self._clock.monotonic() + _HANDS_OFF_S
        self._told.pop(device, None)

    async def second(self) -> None:
        """Tell each asset what has changed, once."""
        now_s = self._clock.monotonic()
        for asset in self._assets:
            wanted = self._wanted(asset, now_s)
            late = now_s < self._later_s.get(asset.device, now_s)
            if wanted is not None and not late and self._differs(asset.device, wanted):
                await self._tell(asset, wanted, now_s)

    def _wanted(self, asset: Asset, now_s: float) -> float | None:
        """Return the relief that is wanted; None where nothing is known or nobody asked for any."""
        now_us = self._clock.now_us()
        plan = self._shelf.current(now_us)
        power_w = plan.power_of(asset.device, now_us) if plan else None
        if power_w is None and asset.device not in self._planned:
            return None
        state = asset.state(self._board, now_s)
        if not state.available:
            return None
        self._planned.add(asset.device)
        relief = asset.idle_kw(self._board) if power_w is None else power_w / 1000
        return min(max(relief, state.least_kw), state.most_kw)

    def _differs(self, device: str, wanted: float) -> bool:
        before = self._told.get(device)
        return before is None or abs(before - wanted) >= (1e-9 if wanted == 0 else _WORTH_KW)

    async def _tell(self, asset: Asset, relief_kw: float, now_s: float) -> None:
        reason = f"the plan asks for {relief_kw:.1f} kW"
        value = asset.told(relief_kw, now_s)
        outcome = await self._gate.execute(Request(asset.device, asset.quantity, value, BY, reason))
        if outcome.result in _DONE:
            self._told[asset.device] = relief_kw
            return
        asset.undone()
        self._later_s[asset.device] = now_s + _AGAIN_S
        if outcome.result is not Result.REPLACED:
            _log.warning("%s: %s: %s", asset.device, outcome.result, outcome.words)
