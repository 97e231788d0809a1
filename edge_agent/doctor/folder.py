"""The data folder: whose it is, what the log in it says, and whether settings can be changed safely."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

from edge_agent.doctor.check import Check
from edge_agent.health.data_folder import is_running, owner
from edge_agent.health.endpoint import HOST
from edge_agent.store import LogUnavailable, stats_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.settings import Settings

_SLOW_S = 2.0


def checks(settings: Settings, status: dict[str, Any] | None) -> Iterator[Check]:
    """Yield a check for the lock, the log, the settings folder and the monitor's port."""
    running = is_running(settings.data)
    yield _lock(settings, status, running=running)
    yield _log(settings, status, running=running)
    yield _changes(settings)
    if settings.monitor_port and not running:
        yield _port(settings.monitor_port)


def _lock(settings: Settings, status: dict[str, Any] | None, *, running: bool) -> Check:
    if not running:
        killed = status is not None and status["state"] == "killed"
        words = "no agent runs" + ("; the last one did not stop by itself" if killed else "")
        return Check("agent", "ok", words)
    who = f"process {owner(settings.data)}"
    if status and status["state"] == "hanging":
        words = f"{who} has said nothing for {status['age_s']:.0f} s: look at its log, restart it"
        return Check("agent", "fail", words)
    restarts = sum(task["restarts"] for task in (status or {}).get("tasks", {}).values())
    if restarts:
        return Check("agent", "warn", f"{who} runs, {restarts} restarts inside: area-edge status")
    return Check("agent", "ok", f"{who} runs")


def _log(settings: Settings, status: dict[str, Any] | None, *, running: bool) -> Check:
    if not settings.log_folder.exists():
        return Check("log", "ok", "none yet: the agent makes it")
    try:
        found = stats_of(settings.log_folder)
    except LogUnavailable as error:
        return Check("log", "fail", str(error))
    log = status["log"] if status and running else {}
    if log.get("last_error"):
        return Check("log", "fail", f"{log['refused']} readings refused: {log['last_error']}")
    if log.get("waiting_s", 0.0) > _SLOW_S:
        words = f"readings wait {log['waiting_s']:.0f} s for the disk: use a faster one"
        return Check("log", "warn", words)
    waiting = found.of("hub").backlog
    words = f"{found.stored} readings stored, {waiting} wait for the hub"
    if found.damaged:
        words += f", {found.damaged} damaged: check the disk, replace an old SD card"
    elif found.dropped or found.not_taken:
        words += f", {found.dropped} dropped, {found.not_taken} not taken: give it a larger disk"
    lost = found.damaged or found.dropped or found.not_taken
    return Check("log", "warn" if lost else "ok", words)


def _changes(settings: Settings) -> Check:
    """A change that cuts the gateway off is taken back by the agent: it must be able to."""
    folder = settings.file.absolute().parent
    if os.access(folder, os.W_OK):
        return Check("settings folder", "ok", f"{folder} may be written")
    words = f"{folder} may not be written by this user: a change could not be taken back"
    return Check("settings folder", "warn", f"{words}; chown it to the agent's user")


def _port(port: int) -> Check:
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        words = f"{HOST}:{port} cannot be had ({error.strerror}): set another `port` in [monitor]"
        return Check("monitor", "warn", words)
    return Check("monitor", "ok", f"{HOST}:{port} is free")
