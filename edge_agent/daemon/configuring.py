"""Configuring: settings read anew while the agent runs, and the trial of changed ones.

Everything is checked before anything changes; a file with mistakes changes nothing. Settings on
trial stay only if the platform answers in time, otherwise those of before are put back.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration.identity import read_identity
from edge_agent.configuration.trial import Instant, Trial, TrialFiles, timed_out
from edge_agent.settings import read_settings, require_same_log

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from edge_agent.clock import Clock
    from edge_agent.settings import Installation, Settings
    from edge_agent.sink_settings import SinkSettings

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.5


class Configuration(NamedTuple):
    """Settings that were checked as a whole, with everything that they lead to."""

    settings: Settings
    installation: Installation
    key: str
    sinks: tuple[SinkSettings, ...] = ()
    identity: Ed25519PrivateKey | None = None

    @property
    def ways(self) -> tuple[Any, ...]:
        """Return what the ways out are made from; equal ones need no new connection."""
        area = self.installation.area if self.sinks else None  # it names the brokers' entities
        own = self.identity and self.identity.public_key().public_bytes_raw()
        hub = self.settings.hub_url, self.settings.hub_ca, self.key, own
        return *hub, self.sinks, area


class Configured(Protocol):
    """What is brought to another configuration."""

    async def adopt(self, new: Configuration, *, fresh_sync: bool) -> str:
        """Change what differs, lose nothing; return in a few words what was touched."""
        ...

    def platform_answers(self) -> bool:
        """Tell whether the platform has taken readings or answered since the sync began."""
        ...


def load(settings: Settings) -> Configuration:
    """Check settings as a whole.

    Raises:
        SmartAreaError: they cannot be used; every mistake is named.
    """
    settings.hub_authority()
    return Configuration(
        settings,
        settings.installation(),
        settings.hub_key(),
        settings.sinks(),
        read_identity(settings.identity_file),
    )


@dataclass(slots=True)
class Story:
    """What became of the last attempts, for the status.

    Attributes:
        attempts: how often the settings were read since the agent began.
        outcome: `started`, `applied` or `refused`.
        words: what was touched, or every mistake.
        at_us: when.
        rollbacks: how many trials were taken back since the agent began.
    """

    attempts: int = 0
    outcome: str = "started"
    words: str = ""
    at_us: int = 0
    rollbacks: int = 0


class Configuring:
    """Owns the configuration of a running agent; `requested` asks for another look at the file."""

    def __init__(
        self, settings: Settings, agent: Configured, clock: Clock, boot: str, trial: Trial | None
    ) -> None:
        """Set it up.

        Args:
            settings: those in force.
            agent: what is brought to others.
            clock: the clock.
            boot: names this run of the machine.
            trial: the trial that these settings are on, or how the last one ended.
        """
        self.requested = False
        self._settings = settings
        self._agent = agent
        self._clock = clock
        self._boot = boot
        self._files = TrialFiles(settings.file)
        self._trial = trial
        self._story = Story(at_us=clock.now_us())

    def status(self) -> dict[str, Any]:
        """Return what the status says of the configuration."""
        story, trial = self._story, self._trial
        return {
            "file": str(self._settings.file.absolute()),
            "attempts": story.attempts,
            "outcome": story.outcome,
            "words": story.words,
            "at_us": story.at_us,
            "rollbacks": story.rollbacks,
            "trial": trial
            and {
                "state": trial.state,
                "left_s": round(max(0.0, trial.left_s(self._now())), 1) if self.on_trial else None,
                "words": trial.words,
            },
        }

    @property
    def on_trial(self) -> bool:
        """Tell whether the settings in force are on trial."""
        return self._trial is not None and self._trial.state == "pending"

    async def keep(self, stop: asyncio.Event) -> None:
        """Look for requests and changes, and decide trials, until `stop`."""
        while not await self._clock.pause(_LOOK_EVERY_S, stop):
            try:
                await self._look()
            except SmartAreaError as error:
                if str(error) != self._story.words:  # it is looked at again soon
                    self._tell("refused", str(error))

    async def _look(self) -> None:
        if self.on_trial:
            await self._decide()
        elif self.requested or self._is_staged():
            self.requested = False
            await self._read_anew()

    def _is_staged(self) -> bool:
        """Tell whether a change for trial was put in place, whoever forgot to say so."""
        return self._files.place(self._files.read()) == "on trial"

    async def _read_anew(self) -> None:
        trial = self._files.read()
        pending = trial is not None and self._files.place(trial) == "on trial"
        if trial and pending:
            self._trial = self._files.begin(trial, self._now())
        try:
            words = await self._adopt(fresh_sync=pending)
        except SmartAreaError as error:
            self._tell("refused", str(error))
            if self._trial and pending:
                await self._take_back(self._trial, str(error))
        else:
            self._tell("applied", words)

    async def _adopt(self, *, fresh_sync: bool) -> str:
        new = await asyncio.to_thread(self._checked)
        words = await self._agent.adopt(new, fresh_sync=fresh_sync)
        self._settings = new.settings
        return words

    def _checked(self) -> Configuration:
        settings = read_settings(self._settings.file)
        require_same_log(settings, self._settings)
        return load(settings)

    async def _decide(self) -> None:
        trial = self._trial
        if trial is None:
            return
        if self._files.place(trial) == "overtaken":
            self._files.give_up(trial, "the settings were written anew", self._clock.now_us())
            self._trial, self.requested = self._files.read(), True
        elif self._agent.platform_answers():
            words = "the platform answers"
            self._files.confirm(trial, words, self._clock.now_us())
            self._trial = self._files.read()
            _log.info("the changed settings stay: %s", words)
        elif trial.left_s(self._now()) <= 0:
            await self._take_back(trial, timed_out(trial))

    async def _take_back(self, trial: Trial, words: str) -> None:
        self._files.roll_back(trial, words, self._clock.now_us())
        self._trial = self._files.read()
        self._story.rollbacks += 1
        _log.error("the changed settings are taken back: %s", words)
        await self._adopt(fresh_sync=False)

    def _tell(self, outcome: str, words: str) -> None:
        story = self._story
        if outcome == "refused":
            _log.error("the settings stay as they are: %s", words)
        else:
            _log.info("settings read: %s", words)
        story.attempts += 1
        story.outcome, story.words, story.at_us = outcome, words, self._clock.now_us()

    def _now(self) -> Instant:
        return Instant(self._boot, self._clock.monotonic())
