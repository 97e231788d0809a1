"""Requests to a running agent: read the settings again, or try changed ones; and what came of it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration.trial import CannotChange, Trial, TrialFiles
from edge_agent.health import data_folder
from edge_agent.settings import read_settings, require_same_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge_agent.settings import Settings

    Wait = Callable[[float], None]

_LOOK_S = 0.1
_ANSWER_S = 30.0  # an area of many buildings takes seconds to load on a small board
_SLACK_S = 30.0


class NoAgent(SmartAreaError):
    """Start the agent: none runs with these settings."""


class NoAnswer(SmartAreaError):
    """Look into the agent's log: it does not do what it was asked for."""


def check(file: Path, folder: Path | None = None) -> Settings:
    """Return the settings of a file that an agent could run with.

    Raises:
        SmartAreaError: it could not; every mistake is named.
    """
    settings = read_settings(file, folder)
    settings.installation()
    settings.hub_key()
    settings.sinks()
    return settings


def reload(file: Path, wait: Wait) -> dict[str, Any]:
    """Have the running agent read its settings again; return what its status says of that.

    Raises:
        SmartAreaError: the settings are wrong, no agent runs with them, or it does not answer.
    """
    settings = check(file)
    before = _configuration(settings)
    if before["trial"] and before["trial"]["state"] == "pending":
        raise CannotChange(f"{file} is on trial: wait for its end (area-edge status)")
    _hang_up(settings)
    for _ in _looks(_ANSWER_S, wait):
        found = _configuration(settings)
        if found["attempts"] > before["attempts"]:
            return found
    raise NoAnswer(f"the agent of {file} did not read its settings within {_ANSWER_S:g} s")


def put(file: Path, new: Path, limit_s: float) -> str:
    """Put changed settings in force, on trial; return a sentence on what was done.

    Raises:
        SmartAreaError: they are wrong or cannot be put there; nothing was changed then.
    """
    folder = file.absolute().parent
    old = read_settings(file)
    require_same_log(read_settings(new, folder), old)
    check(new, folder)
    if data_folder.is_running(old.data):
        _configuration(old)
    content = new.read_bytes()
    if content == file.read_bytes():
        raise CannotChange(f"{new} is what {file} holds already: nothing to change")
    for _ in TrialFiles(file).stage(content, limit_s):
        pass
    return f"{file} changed, on trial for {limit_s:g} s; before: {file}.previous"


def outcome(file: Path, wait: Wait) -> Trial | None:
    """Wait for the end of a trial; None where no agent runs that could end it.

    Raises:
        NoAnswer: an agent runs but does not decide.
    """
    files = TrialFiles(file)
    trial, folder = files.read(), read_settings(file).data
    limit_s = trial.limit_s if trial else 0.0
    for _ in _looks(limit_s + _SLACK_S, wait):
        trial = files.read()
        if trial is None or trial.state != "pending":
            return trial
        if not data_folder.is_running(folder):
            return None
    raise NoAnswer(
        f"the agent does not decide about {file}: look at `area-edge status` and at its log"
    )


def _configuration(settings: Settings) -> dict[str, Any]:
    if not data_folder.is_running(settings.data):
        raise NoAgent(
            f"no agent runs with {settings.file}: nothing to reload, it reads them when it starts"
        )
    status = data_folder.read_status(settings.data) or {}
    found: dict[str, Any] | None = status.get("configuration")
    if found is None:
        raise NoAgent(f"the agent of {settings.data} has only begun or is of an older version")
    if Path(found["file"]).resolve() != settings.file.resolve():
        raise CannotChange(
            f"the agent of {settings.data} runs with {found['file']}: name that file"
        )
    return found


def _hang_up(settings: Settings) -> None:
    pid = data_folder.owner(settings.data)
    if pid is None:
        raise NoAgent(f"no agent runs with {settings.file}")
    try:
        os.kill(pid, signal.SIGHUP)
    except PermissionError as error:
        raise CannotChange(
            f"process {pid} is of another user: ask with sudo, or as the agent's user"
        ) from error


def _looks(seconds: float, wait: Wait) -> Iterator[None]:
    for _ in range(int(seconds / _LOOK_S)):
        yield
        wait(_LOOK_S)
