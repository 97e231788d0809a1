"""Watching: who looks at the agent while it runs: monitors, the service manager, the leak guard."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from edge_agent.health import metrics
from edge_agent.health.endpoint import Endpoint, Page
from edge_agent.health.footprint import LeakGuard, bounds
from edge_agent.health.verdict import verdict
from platform_hub.wire.metrics_text import MEDIA_TYPE

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from edge_agent.clock import Clock
    from edge_agent.health.footprint import Footprint
    from edge_agent.health.progress import Progress
    from edge_agent.health.service_manager import ServiceManager

    Task = Callable[[asyncio.Event], Awaitable[None]]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 60.0


class Watching:
    """Shows the last status, feeds the watchdog while there is progress, looks for leaks."""

    def __init__(
        self,
        clock: Clock,
        progress: Progress,
        manager: ServiceManager,
        measure: Callable[[], Footprint],
    ) -> None:
        self.status: dict[str, Any] = {}
        self.port = 0
        self.worn_out: Callable[[], None] = lambda: None
        self.is_worn_out = False
        self._clock = clock
        self._progress = progress
        self._manager = manager
        self._measure = measure
        self._guard = LeakGuard(bounds())
        self._said = ""

    def tasks(self, restart_links: Callable[[str], None]) -> dict[str, Task]:
        """Return the tasks to run, by name."""

        async def look_for_leaks(stop: asyncio.Event) -> None:
            while not await self._clock.pause(_LOOK_EVERY_S, stop):
                self._look(restart_links)

        tasks: dict[str, Task] = {"leak guard": look_for_leaks, "monitor": self._serve}
        if self._manager.watchdog_every_s:
            tasks["watchdog"] = self._feed
        return tasks

    def begin_anew(self, why: str) -> None:
        """End the agent in order, for the service manager to start it again."""
        _log.error("%s: the agent ends, to be started anew", why)
        self.is_worn_out = True
        self.worn_out()

    async def _serve(self, stop: asyncio.Event) -> None:
        """Serve at the port of now; whoever changes it renews this task."""
        if not self.port:
            await stop.wait()
            return
        pages = {"/health": self._health, "/metrics": self._metrics}
        await Endpoint(self.port, pages, self._clock).serve(stop)

    async def _feed(self, stop: asyncio.Event) -> None:
        every_s = self._manager.watchdog_every_s or 0.0
        self._sign_of_life()
        while not await self._clock.pause(every_s, stop):
            self._sign_of_life()

    def _sign_of_life(self) -> None:
        """Feed the watchdog only while every part gets on."""
        overdue = ", ".join(self._progress.overdue())
        if not overdue:
            self._manager.alive()
        elif overdue != self._said:
            _log.error("no progress: %s; the watchdog is not fed any more", overdue)
            self._manager.says(f"no progress: {overdue}")
        self._said = overdue

    def _look(self, restart_links: Callable[[str], None]) -> None:
        remedy, excess = self._guard.look(self._measure())
        if remedy == "restart links":
            _log.warning("the agent holds %s: every link is restarted", excess)
            restart_links(f"the agent holds {excess}")
        elif remedy == "restart process":
            self.begin_anew(f"the agent still holds {excess}")

    def _health(self) -> Page:
        found = verdict(self.status, self._progress.overdue())
        failing = found["status"] == "failing"
        status = HTTPStatus.SERVICE_UNAVAILABLE if failing else HTTPStatus.OK
        return Page(status, "application/json", json.dumps(found, ensure_ascii=False) + "\n")

    def _metrics(self) -> Page:
        return Page(HTTPStatus.OK, MEDIA_TYPE, metrics.text(self.status))
