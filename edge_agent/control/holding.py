"""Holding: the demand controller at work: each second it measures, decides, tells assets, says why.

It needs the gateway's own readings and its clock, nothing else: hub and console may be gone.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from area_configs.domain.readings import Reading
from edge_agent.control.assets import POWER
from edge_agent.control.demand import DemandController, Why
from edge_agent.control.gate import Request, Result

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from edge_agent.clock import Clock
    from edge_agent.control.assets import Asset
    from edge_agent.control.audit import AuditTrail
    from edge_agent.control.board import Board
    from edge_agent.control.demand import Ask
    from edge_agent.control.execution import Gate, Outcome
    from edge_agent.control.levers import LeverState
    from edge_agent.control.overruns import Overrun
    from edge_agent.control.plan_shelf import PlanShelf

_log = logging.getLogger(__name__)

BY = "demand control"
HANDS_OFF_S = 900.0  # an asset that a person told something is left to that person so long
_FAILED_S = 60.0  # an asset that did not do as told is tried again then
_NEW_S = 3.0  # a measurement older than this is none: meters are read each second or two
_TELL_EVERY = 2  # seconds, of the controller's own series
_FAILURES = (Result.REFUSED, Result.NO_EFFECT, Result.TIMEOUT)


class Site(NamedTuple):
    """Where the demand is held: the meter, the mean without a plan, and what may be moved."""

    meter: str
    target_kw: float
    assets: Sequence[Asset]


class Means(NamedTuple):
    """What holding works with."""

    gate: Gate
    board: Board
    shelf: PlanShelf
    trail: AuditTrail
    deliver: Callable[[Sequence[Reading]], Awaitable[None]]


class Holding:
    """Holds the 30-minute demand of one site at the plan's target, or at its own."""

    def __init__(self, site: Site, means: Means, clock: Clock) -> None:
        self._site = site
        self._means = means
        self._clock = clock
        self._assets = {asset.device: asset for asset in site.assets}
        self._controller = DemandController([asset.lever for asset in site.assets])
        self._wanted: dict[str, tuple[float, str]] = {}
        self._carrying: dict[str, asyncio.Task[None]] = {}
        self._going: set[asyncio.Task[None]] = set()
        self._aside_s: dict[str, float] = {}
        self._usable: set[str] = set()
        self._seconds = 0
        self._status: dict[str, Any] = {}
        self._trail_trouble = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Hold until `stop`; commands under way are given up then, what was told stays told."""
        try:
            while not await self._clock.pause(1.0, stop):
                await self.second()
        finally:
            tasks = [*self._carrying.values(), *self._going]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def hands_off(self, device: str) -> None:
        """Leave an asset to the person who has just told it something."""
        self._aside_s[device] = self._clock.monotonic() + HANDS_OFF_S

    def status(self) -> dict[str, Any]:
        """Return the newest second in plain values; empty before the first."""
        return self._status

    async def second(self) -> None:
        """Measure, decide and tell, once."""
        now_s = self._clock.now_us() / 1e6
        seen = self._means.board.seen(self._site.meter, POWER, _NEW_S)
        states = {name: self._state(asset) for name, asset in self._assets.items()}
        self._forget_returned(states)
        plan = self._means.shelf.current(self._clock.now_us())
        target_kw = plan.target_peak_w / 1000 if plan else self._site.target_kw
        schedule = {name: self._scheduled(asset) for name, asset in self._assets.items()}
        import_kw = seen.value / 1000 if seen else None
        asks = self._controller.step(now_s, import_kw, states, target_kw, schedule)
        for ask in asks:
            await self._act(ask)
        if self._controller.overrun:
            await self._explain(self._controller.overrun)
        self._status = {
            "meter": self._site.meter,
            "plan": plan.id if plan else "",
            "plan_version": plan.version if plan else 0,
            "import_kw": import_kw,
            "target_kw": target_kw,
            **self._figures(now_s, import_kw, target_kw),
            "stage": self._stage(schedule),
            "assets": {name: self._asset_status(name, schedule[name]) for name in self._assets},
        }
        self._seconds += 1
        if self._seconds % _TELL_EVERY == 0:
            await self._means.deliver(self._series())

    def _state(self, asset: Asset) -> LeverState:
        now_s = self._clock.monotonic()
        state = asset.state(self._means.board, now_s)
        if self._aside_s.get(asset.device, now_s) > now_s:
            return type(state)(state.relief_kw, state.relief_kw, state.relief_kw, available=False)
        return state

    def _forget_returned(self, states: dict[str, LeverState]) -> None:
        """Go by the measurement where an asset was away: others may have moved it meanwhile."""
        usable = {name for name, state in states.items() if state.available}
        for name in usable - self._usable:
            self._controller.forget(name)
        self._usable = usable

    def _scheduled(self, asset: Asset) -> float:
        plan = self._means.shelf.current(self._clock.now_us())
        power_w = plan.power_of(asset.device, self._clock.now_us()) if plan else None
        return asset.idle_kw(self._means.board) if power_w is None else power_w / 1000

    async def _act(self, ask: Ask) -> None:
        """Note an action with its reason, and have it carried out."""
        reason = (
            f"{ask.why}: {ask.from_kw:.1f} to {ask.to_kw:.1f} kW, allowed {ask.allowed_kw:.1f} kW"
        )
        await self._note({**asdict(ask), "why": ask.why.value})
        if ask.why is Why.METER_STALE:
            _log.warning("no new reading of %s: %s holds %s", self._site.meter, ask.lever, reason)
        self._wanted[ask.lever] = (ask.to_kw, reason)
        if ask.lever not in self._carrying:
            carry = asyncio.create_task(self._carry(ask.lever), name=f"control {ask.lever}")
            self._carrying[ask.lever] = carry

    async def _explain(self, over: Overrun) -> None:
        """Say why a half hour was above its target, or may have been where nobody measured."""
        await self._note({"event": "over target", **asdict(over)})
        words = "was" if over.certain else "may have been"
        _log.warning(
            "the half hour %s %.1f kW, above its target of %.1f kW: %s",
            words,
            over.mean_kw,
            over.target_kw,
            "; ".join(over.reasons) or "the load rose faster than it was measured",
        )

    async def _note(self, entry: dict[str, Any]) -> None:
        try:
            await asyncio.to_thread(
                self._means.trail.note, {"at_us": self._clock.now_us(), **entry}
            )
        except OSError as error:
            if str(error) != self._trail_trouble:
                _log.error("the actions of the demand control cannot be noted: %s", error)
            self._trail_trouble = str(error)

    async def _carry(self, lever: str) -> None:
        """Tell one asset the newest that is wanted of it, as often as it may be told."""
        asset = self._assets[lever]
        every_s = asset.profile.command(asset.quantity).min_interval_s
        never = asyncio.Event()
        try:
            while lever in self._wanted:
                since = self._means.gate.since_last_s(lever, asset.quantity)
                if since is not None and since < every_s:
                    await self._clock.pause(every_s - since, never)
                relief_kw, reason = self._wanted.pop(lever)
                task = asyncio.create_task(self._tell(asset, relief_kw, reason))
                self._going.add(task)
                task.add_done_callback(self._going.discard)
                await asyncio.sleep(0)  # it is on its way to the line before the next is looked at
        finally:
            del self._carrying[lever]

    async def _tell(self, asset: Asset, relief_kw: float, reason: str) -> None:
        value = asset.told(relief_kw, self._clock.monotonic())
        request = Request(asset.device, asset.quantity, value, BY, reason)
        outcome = await self._means.gate.execute(request)
        if outcome.result in _FAILURES:
            self._put_aside(asset, outcome)

    def _put_aside(self, asset: Asset, outcome: Outcome) -> None:
        _log.warning("%s: %s: %s", asset.device, outcome.result, outcome.words)
        self._controller.forget(asset.lever.id)
        asset.undone()
        until = self._clock.monotonic() + _FAILED_S
        self._aside_s[asset.device] = max(self._aside_s.get(asset.device, until), until)

    def _figures(self, now_s: float, import_kw: float | None, target_kw: float) -> dict[str, Any]:
        interval = self._controller.interval
        last_s = self._controller.tuning.last_s
        predicted = None
        if import_kw is not None:
            predicted = interval.predicted_kw(target_kw, now_s, import_kw)
        return {
            "predicted_kw": predicted,
            "allowed_kw": interval.allowed_kw(target_kw, now_s, last_s),
            "measured_s": interval.known_s,
            "last_mean_kw": self._controller.last_mean_kw,
            "interval_begins_us": round(interval.begins_s * 1e6),
        }

    def _stage(self, schedule: dict[str, float]) -> int:
        """Return the highest stage that gives more than its schedule wants, 0 where none does."""
        return max(
            (
                self._assets[name].lever.stage
                for name, (kw, _) in self._controller.asked().items()
                if kw > schedule[name] + self._controller.tuning.worth_kw
            ),
            default=0,
        )

    def _asset_status(self, name: str, scheduled_kw: float) -> dict[str, Any]:
        asked_kw, why = self._controller.asked().get(name, (None, ""))
        return {
            "available": name in self._usable,
            "scheduled_kw": scheduled_kw,
            "asked_kw": asked_kw,
            "why": str(why),
        }

    def _series(self) -> list[Reading]:
        """Return the controller's own series, told of its meter: in watts, and the stage."""
        status, at_us = self._status, self._clock.now_us()
        watts = {
            f"demand_{name}": None if status[key] is None else 1000 * status[key]
            for name, key in (
                ("predicted", "predicted_kw"),
                ("target", "target_kw"),
                ("allowed", "allowed_kw"),
            )
        }
        plain = {"demand_measured": status["measured_s"], "demand_stage": float(status["stage"])}
        values = {**watts, **plain}
        return [
            Reading(self._site.meter, quantity, at_us, value)
            for quantity, value in values.items()
            if value is not None
        ]
