"""The agent as a process: its data folder, its signals, its log and its ways to the hub."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from edge_agent.daemon.agent import Agent
from edge_agent.health.data_folder import FolderLock
from edge_agent.store import ReadingLog
from edge_agent.sync import HubSync
from platform_hub.client import HubClient

if TYPE_CHECKING:
    from edge_agent.settings import Installation, Settings

LOG_FOLDER = "log"
_INTERRUPTED = 130
_BEGIN_ANEW = 75  # EX_TEMPFAIL of sysexits.h: the service manager starts the agent again


def run(settings: Settings, version: str) -> int:
    """Run the agent of a gateway until SIGTERM or SIGINT; return its exit status.

    Raises:
        SmartAreaError: it cannot start; nothing was changed then.
    """
    installation, key = settings.installation(), settings.hub_key()
    with FolderLock(settings.data):
        worn_out = asyncio.run(_run(settings, installation, key, version))
    return _BEGIN_ANEW if worn_out else 0


async def _run(settings: Settings, installation: Installation, key: str, version: str) -> bool:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    log = ReadingLog(settings.data / LOG_FOLDER, gateway=settings.gateway)
    try:
        sync = HubSync(log, HubClient(settings.hub_url, key=key))  # it closes the client
        return await Agent(settings, installation, log, sync, version=version).run(stop)
    finally:
        log.close()


def _stop_on_signals(stop: asyncio.Event) -> None:
    """Stop cleanly on the first signal; a second SIGINT ends the process at once."""

    def interrupt() -> None:
        if stop.is_set():
            os._exit(_INTERRUPTED)
        stop.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, interrupt)
