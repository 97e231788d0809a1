"""Planning off the GUI thread: gathers what the hub knows, plans, tells its progress, stops when asked."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from area_configs.domain.errors import HubUnavailable, SmartAreaError
from energy_planner.errors import PlanCancelled
from energy_planner.optimiser.cancel import Cancel
from energy_planner.scenario import Scenario, applied
from platform_hub.client.energy_source import EnergySource

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.areas import Area
    from area_configs.domain.energy import EnergySite
    from area_configs.domain.plans import EnergyPlan
    from energy_planner.forecast.history import History
    from energy_planner.gathering import Gathered
    from energy_planner.proposal import Proposal
    from platform_hub.client import HubClient


_STOPPED = "planning was stopped before there was a plan"


@dataclass(frozen=True, slots=True)
class PlanAsk:
    """What is to be planned.

    Attributes:
        scenario: what differs from the area as it is.
        in_force: the plan that gateways follow now, to compare with.
        hours: how far ahead.
    """

    scenario: Scenario = field(default_factory=Scenario)
    in_force: EnergyPlan | None = None
    hours: float = 36.0


class Planning(QObject):
    """Plans one thing at a time in a thread of its own; a new question ends the one before."""

    progressed = Signal(str, float)  # stage, share of the work
    gathered = Signal(object)  # Gathered
    proposed = Signal(object, object, bool)  # PlanAsk, Proposal, whether it is the last word
    failed = Signal(object, object)  # PlanAsk, the SmartAreaError; PlanCancelled after `cancel`

    def __init__(
        self,
        area: Area,
        make_client: Callable[[], HubClient],
        older: Callable[[], History | None],
        clock: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        """Begin to wait for questions.

        Args:
            area: with an energy side.
            make_client: gives a client of the hub.
            older: reads a past from elsewhere; called once, in the thread.
            clock: now in microseconds UTC.
            parent: as in Qt.
        """
        super().__init__(parent)
        self._area, self._clock, self._older = area, clock, older
        self._zone = ZoneInfo(area.timezone)
        self._make_client = make_client
        self._asking: HubClient | None = None  # the client while it gathers
        self._asks: queue.SimpleQueue[tuple[PlanAsk, Cancel] | None] = queue.SimpleQueue()
        self._running = Cancel()
        self._thread = threading.Thread(target=self._work, name="planning")
        self._thread.start()

    def ask(self, ask: PlanAsk) -> None:
        """Plan; `proposed` comes once quickly and once for good, or `failed`."""
        self.cancel()
        self._running = Cancel()
        self._asks.put((ask, self._running))

    def cancel(self) -> None:
        """Stop what is being planned, in whatever stage it is.

        `failed` comes with PlanCancelled, or what was found until then as the last word.
        """
        self._running.ask()
        if client := self._asking:
            client.close()  # a question in flight fails at once

    def close(self) -> None:
        """End the thread; a question in flight is broken off."""
        self.cancel()
        self._asks.put(None)
        self._thread.join()

    def _work(self) -> None:
        older: History | None = None
        read = False
        while (job := self._asks.get()) is not None:
            ask, stop = job
            try:
                if not read:
                    older, read = self._older(), True
                self._plan(ask, older, stop)
            except SmartAreaError as error:
                self.failed.emit(ask, error)
            finally:
                self.progressed.emit("", 0.0)

    def _plan(self, ask: PlanAsk, older: History | None, stop: Cancel) -> None:
        # The solver costs a third of a second to import: not at the console's start.
        from energy_planner.day_plan import Request  # noqa: PLC0415 - see above
        from energy_planner.proposal import propose  # noqa: PLC0415 - see above

        site = self._area.energy
        if site is None:
            raise PlanCancelled("this area has no energy side")
        self.progressed.emit("gather", 0.0)
        now = datetime.fromtimestamp(self._clock() / 1e6, self._zone)
        found = self._gather(site, now, older, stop)
        if stop.asked:
            raise PlanCancelled(_STOPPED)
        self.gathered.emit(found)
        request = applied(Request(site, found.known, now, ask.hours, found.state), ask.scenario)

        def first(made: Proposal) -> None:
            self.proposed.emit(ask, made, False)

        made = propose(request, ask.in_force, progress=self._progress, first=first, cancel=stop)
        self.proposed.emit(ask, made, True)

    def _gather(
        self, site: EnergySite, now: datetime, older: History | None, stop: Cancel
    ) -> Gathered:
        from energy_planner.gathering import gather  # noqa: PLC0415 - as for the solver

        with self._make_client() as client:
            self._asking = client
            try:
                if stop.asked:  # before anybody could close the client
                    raise PlanCancelled(_STOPPED)
                source = EnergySource(client, self._area.id)
                return gather(source, site, self._zone, now, older)
            except HubUnavailable as error:
                if stop.asked:
                    raise PlanCancelled(_STOPPED) from error
                raise
            finally:
                self._asking = None

    def _progress(self, stage: str, share: float) -> None:
        self.progressed.emit(stage, share)
