"""The agent as a process: its data folder, its signals, its log and its ways to the hub."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from typing import TYPE_CHECKING

from area_configs.domain.errors import SettingsError
from edge_agent.clock import SystemClock, boot_id
from edge_agent.configuration.joining import claimed_by
from edge_agent.configuration.trial import (
    CannotChange,
    Instant,
    TrialFiles,
    settle_at_start,
)
from edge_agent.daemon.agent import Agent
from edge_agent.daemon.configuring import load
from edge_agent.daemon.hub_clients import area_client, hub_client
from edge_agent.health.data_folder import FolderLock
from edge_agent.settings import read_settings
from edge_agent.store import ClockWait, DeviceMemory, Policy, ReadingLog, Retention
from edge_agent.sync import sync_of
from platform_hub.client.announcing import announced

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from edge_agent.configuration.trial import Trial
    from edge_agent.daemon.configuring import Configuration
    from edge_agent.settings import Settings
    from edge_agent.settings.choices import LogLimits
    from edge_agent.sync import Sync

_log = logging.getLogger(__name__)

_INTERRUPTED = 130
_BEGIN_ANEW = 75  # EX_TEMPFAIL of sysexits.h: the service manager starts the agent again


def run(config: Path, version: str) -> int:
    """Run the agent of a gateway until SIGTERM or SIGINT; return its exit status.

    Raises:
        SmartAreaError: it cannot start; nothing was changed then.
    """
    files = TrialFiles(config)
    with FolderLock(_settings(config, files).data):
        trial = _settled(config, files)
        configuration = load(read_settings(config))
        with _announced(configuration.settings, version):
            worn_out = asyncio.run(_run(configuration, trial, version))
    return _BEGIN_ANEW if worn_out else 0


def _announced(settings: Settings, version: str) -> AbstractContextManager[None]:
    """Announce a gateway that a technician claimed; one that was set up by hand keeps quiet."""
    if not claimed_by(settings.data).get("claimed_us"):
        return contextlib.nullcontext()
    return announced(settings.gateway, "claimed", settings.monitor_port or 1, version)


def _settings(config: Path, files: TrialFiles) -> Settings:
    """Return the settings, or where they are wrong and on trial, those of before."""
    try:
        return read_settings(config)
    except SettingsError:
        if files.place(files.read()) != "on trial":
            raise
        return read_settings(files.previous, config.absolute().parent)


def _settled(config: Path, files: TrialFiles) -> Trial | None:
    clock = SystemClock()
    now = Instant(boot_id(), clock.monotonic())
    try:
        return settle_at_start(files, now, clock.now_us(), lambda: load(read_settings(config)))
    except CannotChange as error:
        _log.error("%s", error)
        return None


async def _run(configuration: Configuration, trial: Trial | None, version: str) -> bool:
    settings = configuration.settings
    stop = asyncio.Event()
    _stop_on_signals(stop)
    log = ReadingLog(
        settings.log_folder,
        gateway=settings.gateway,
        retention=_retention(settings.log),
        wait=ClockWait(boot_s=settings.log.clock_wait_s),
    )

    def connect(to: Configuration) -> Sync:
        client = hub_client(to)  # the sync closes it
        return sync_of(log, client, to.installation.area, to.sinks)

    with contextlib.closing(log), contextlib.closing(DeviceMemory(settings.data)) as memory:
        agent = Agent(
            configuration,
            log,
            connect,
            version=version,
            trial=trial,
            orders_from=area_client,
            memory=memory,
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, agent.reload)
        return await agent.run(stop)


def _retention(limits: LogLimits) -> Retention:
    return Retention(
        days=limits.keep_days,
        most_bytes=limits.most_bytes,
        least_free_bytes=limits.free_bytes,
        policy=Policy(limits.when_full),
    )


def _stop_on_signals(stop: asyncio.Event) -> None:
    """Stop cleanly on the first signal; a second SIGINT ends the process at once."""

    def interrupt() -> None:
        if stop.is_set():
            os._exit(_INTERRUPTED)
        stop.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, interrupt)
