"""The trial of a changed settings file: on disk at every step, decided at start after a power cut.

Three files lie side by side: the settings in force, `<file>.previous` with those of before, and
`<file>.trial` with what is going on. They are written in this order: previous, trial, settings. So
whatever moment the power goes, the three tell together what happened and what is to be done.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration.durable import replace_durably

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

State = Literal["pending", "confirmed", "rolled back", "given up"]
Place = Literal["none", "staged", "on trial", "overtaken"]

MOST_STARTS = 3  # of one trial: settings with which the agent keeps falling over are no good either


class CannotChange(SmartAreaError):
    """Read the sentence: the change was not made, or cannot be taken back; it says what to do."""


class Instant(NamedTuple):
    """A moment that no setting of the clock moves: which boot, and seconds of its monotonic clock."""

    boot: str
    monotonic_s: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What stands in the trial file.

    Attributes:
        state: `pending` until it is decided.
        limit_s: how long the platform has to answer.
        changed, previous: SHA-256 of the settings on trial and of those of before.
        begun: when the agent began to run with them; None before.
        starts: how many runs of the agent have begun with them.
        words: how it was decided, in a sentence.
        decided_us: when, by the wall clock.
    """

    state: State
    limit_s: float
    changed: str
    previous: str
    begun: Instant | None = None
    starts: int = 0
    words: str = ""
    decided_us: int = 0

    def left_s(self, now: Instant) -> float:
        """Return how long the platform still has; after a reboot it has the whole time again."""
        if self.begun is None or self.begun.boot != now.boot:
            return self.limit_s
        return self.limit_s - (now.monotonic_s - self.begun.monotonic_s)


class TrialFiles:
    """The three files of one agent's settings; of a link they lie where it leads to."""

    def __init__(self, settings: Path) -> None:
        self.settings = found = settings.resolve()
        self.previous = found.with_name(f"{found.name}.previous")
        self.record = found.with_name(f"{found.name}.trial")

    def read(self) -> Trial | None:
        """Return the trial that is noted, None where there is none or none can be read."""
        try:
            return msgspec.json.decode(self.record.read_bytes(), type=Trial)
        except (OSError, msgspec.MsgspecError):
            return None

    def place(self, trial: Trial | None) -> Place:
        """Tell how far a trial got.

        `staged`: noted, but the settings are still those of before. `overtaken`: somebody has
        written other settings since.
        """
        if trial is None or trial.state != "pending":
            return "none"
        found = _digest_of(self.settings)
        if found == trial.changed:
            return "on trial"
        return "staged" if found == trial.previous else "overtaken"

    def stage(self, content: bytes, limit_s: float) -> Iterator[str]:
        """Write the files of a change, one per step; yields what was written.

        Raises:
            CannotChange: a trial is going on, or a file cannot be written.
        """
        if self.place(self.read()) == "on trial":
            raise CannotChange(
                f"{self.settings} is on trial already: wait for its end (area-edge status)"
            )
        before = self.settings.read_bytes()
        trial = Trial("pending", limit_s, _digest(content), _digest(before))
        for file, written in (
            (self.previous, before),
            (self.record, msgspec.json.encode(trial)),
            (self.settings, content),
        ):
            self._write(file, written)
            yield file.name

    def begin(self, trial: Trial, now: Instant) -> Trial:
        """Note that the agent runs with the settings on trial, before it does."""
        same = trial.begun is not None and trial.begun.boot == now.boot
        begun = replace(trial, begun=trial.begun if same else now, starts=trial.starts + 1)
        self._note(begun)
        return begun

    def confirm(self, trial: Trial, words: str, now_us: int) -> None:
        """Keep the settings."""
        self._note(replace(trial, state="confirmed", words=words, decided_us=now_us))

    def give_up(self, trial: Trial, words: str, now_us: int) -> None:
        """End a trial whose settings are not in force."""
        self._note(replace(trial, state="given up", words=words, decided_us=now_us))

    def roll_back(self, trial: Trial, words: str, now_us: int) -> None:
        """Put the settings of before in force again.

        Raises:
            CannotChange: they are not there any more, or cannot be written.
        """
        if _digest_of(self.previous) != trial.previous:
            raise CannotChange(
                f"{self.previous} is not what it was: write {self.settings} by hand, then reload"
            )
        self._write(self.settings, self.previous.read_bytes())
        self._note(replace(trial, state="rolled back", words=words, decided_us=now_us))

    def _note(self, trial: Trial) -> None:
        self._write(self.record, msgspec.json.encode(trial))

    def _write(self, file: Path, content: bytes) -> None:
        try:
            replace_durably(file, content, like=self.settings)
        except OSError as error:
            raise CannotChange(
                f"{file} cannot be written ({error.strerror}): give this user the right to write "
                f"to the folder {file.parent}"
            ) from error


def settle_at_start(
    files: TrialFiles, now: Instant, now_us: int, check: Callable[[], object]
) -> Trial | None:
    """Decide about a trial when the agent starts, before it uses its settings.

    Args:
        files: the files.
        now: the moment.
        now_us: the same by the wall clock.
        check: raises SmartAreaError where the settings cannot be used.

    Returns:
        The last trial: decided, or noted as begun once more; None where there never was one.

    Raises:
        CannotChange: a file cannot be written.
    """
    trial = files.read()
    place = files.place(trial)
    if trial is None or place == "none":
        return trial
    if place == "on trial":
        return _resumed(files, trial, (now, now_us), check)
    words = {
        "staged": "the settings of before are in force",
        "overtaken": "the settings were written anew meanwhile and stay",
    }[place]
    files.give_up(trial, words, now_us)
    return files.read()


def _resumed(
    files: TrialFiles, trial: Trial, at: tuple[Instant, int], check: Callable[[], object]
) -> Trial | None:
    now, now_us = at
    words = _objection(trial, now, check)
    if not words:
        return files.begin(trial, now)
    files.roll_back(trial, words, now_us)
    return files.read()


def _objection(trial: Trial, now: Instant, check: Callable[[], object]) -> str:
    if trial.starts >= MOST_STARTS:
        return f"the agent was started {trial.starts} times without an answer of the platform"
    if trial.left_s(now) <= 0:
        return timed_out(trial)
    try:
        check()
    except SmartAreaError as error:
        return str(error)
    return ""


def timed_out(trial: Trial) -> str:
    """Say why a trial ended without an answer."""
    return f"the platform did not answer within {trial.limit_s:g} s"


def _digest_of(file: Path) -> str:
    try:
        return _digest(file.read_bytes())
    except OSError:
        return ""  # gone: as good as other content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
