"""Replay: what is asked of the hub's past, and how it reaches the models moment by moment.

Every reading is replayed at its own instant up to five times the speed of life. Faster than that a
moment brings the last reading of each series: the eye sees no more, and the hub need not send it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal

from desktop.models.past_alarms import PastAlarms
from desktop.models.past_configurations import PastConfigurations
from desktop.models.time_source import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from area_configs.domain.readings import Reading
    from desktop.models.alarm_desk import AlarmDesk
    from desktop.models.alarm_journal import Line
    from desktop.models.time_source import TimeSource

_EVERY_UP_TO = 5.0
_EVERY_US = 10_000_000  # of the past in one moment, where every reading is wanted
_THINNED_S = 0.5  # two moments a second, where only the last ones are
_AHEAD = 3  # moments asked for before they are shown
_SETTLE_US = 2_000_000  # a hand that scrubs is not asked for at every step


class Moment(NamedTuple):
    """A piece of the past to ask for.

    Attributes:
        run: which replay it belongs to; a later jump makes it worthless.
        thinned: only the last reading of each series within it.
        whole: how everything stood at its end; the begin does not matter.
    """

    run: int
    begins_us: int
    ends_us: int
    thinned: bool = False
    whole: bool = False


class Shown(Protocol):
    """What is on the screen, as a replay fills it: which instant, the alarms, the values."""

    time: TimeSource
    alarm_desk: AlarmDesk

    def show_past(self, readings: Sequence[Reading], *, afresh: bool) -> None:
        """Show readings of a replay: as everything that is known, or after what is shown."""
        ...

    def leave_past(self) -> None:
        """Forget what a replay showed."""
        ...


class Replay(QObject):
    """Follows the time source: asks ahead, hands over what its instant has passed."""

    wanted = Signal(object)  # Moment
    changed = Signal()  # loading or not, or why the past cannot be had
    live_again = Signal()  # what came meanwhile is to be asked for

    def __init__(self, models: Shown, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models, self._time = models, models.time
        self._run = 0
        self._shown_us: int | None = None
        self._asked_to_us = 0
        self._open = 0
        self._waiting_whole = False
        self._whole_open = False  # one at a time: a hand that scrubs passes many instants
        self._held: deque[Reading] = deque()
        self._failure = ""
        self._alarms = PastAlarms()
        self._alarm_version = -1
        self.configurations = PastConfigurations(self._time, self)
        self.configurations.changed.connect(self.changed)
        self._time.changed.connect(self._follow)
        self._time.moved.connect(self._follow)

    @property
    def is_loading(self) -> bool:
        """Tell whether the shown instant waits for the hub."""
        return self._shown_us is not None and self._waiting_whole

    @property
    def failure(self) -> str:
        """Return why the past cannot be had, empty where it can."""
        return self._failure

    @property
    def alarms(self) -> PastAlarms:
        """Return the journal that is known."""
        return self._alarms

    def take_journal(self, lines: Iterable[Line]) -> None:
        """Take the journal of alarms."""
        self._alarms = PastAlarms(lines)
        self._alarm_version = -1
        self._show_alarms()
        self.changed.emit()

    def take(self, moment: Moment, readings: Sequence[Reading]) -> None:
        """Take what the hub answered."""
        if not self._is_meant(moment):
            return
        self._open -= 1
        self._failure = ""
        if moment.whole:
            self._waiting_whole = False
            self._models.show_past(readings, afresh=True)
        else:
            # two workers answer in any order
            self._held = deque(sorted([*self._held, *readings], key=lambda one: one.observed_us))
        self._hand_over()
        self._ask_ahead()
        self.changed.emit()

    def fail(self, moment: Moment, why: str) -> None:
        """Take that the hub does not answer."""
        if self._is_meant(moment):
            self._open -= 1
            self._waiting_whole = False
            self._failure = why
            self.changed.emit()

    def _follow(self, *_: object) -> None:
        if self._time.mode is not Mode.REPLAY:
            self._leave()
            return
        instant_us = self._time()
        if self._shown_us is None or not self._is_near(instant_us):
            self._begin(instant_us)
        self._shown_us = instant_us
        self._hand_over()
        self._show_alarms()
        self.configurations.ask()
        self._ask_ahead()

    def _is_near(self, instant_us: int) -> bool:
        """Tell whether an instant is reached by going on, without a jump."""
        stride_us = max(_SETTLE_US, int(self._time.speed * 2_000_000))
        return self._shown_us is not None and 0 <= instant_us - self._shown_us <= stride_us

    def _is_meant(self, moment: Moment) -> bool:
        """Tell whether an answer is of the present run; if it was the last one's, ask for this one's."""
        self._whole_open = self._whole_open and not moment.whole
        if moment.run == self._run:
            return True
        if moment.whole and self._waiting_whole:
            self._ask_whole()
        return False

    def _ask_whole(self) -> None:
        self._whole_open = True
        instant_us = self._asked_to_us
        self.wanted.emit(Moment(self._run, instant_us, instant_us, whole=True))

    def _begin(self, instant_us: int) -> None:
        self._run += 1
        if self._shown_us is None:
            self._models.show_past([], afresh=True)  # nothing of now under the sign of then
        self._held.clear()
        self._open, self._waiting_whole = 1, True
        self._asked_to_us = instant_us
        self._alarm_version = -1
        if not self._whole_open:
            self._ask_whole()
        self.changed.emit()

    def _leave(self) -> None:
        if self._shown_us is None:
            return
        self._shown_us, self._failure, self._waiting_whole = None, "", False
        self._run += 1
        self._held.clear()
        self._models.leave_past()
        self.live_again.emit()
        self.changed.emit()

    def _hand_over(self) -> None:
        """Give the models every reading whose instant has come."""
        passed: list[Reading] = []
        instant_us = self._time()
        while not self._waiting_whole and self._held and self._held[0].observed_us <= instant_us:
            passed.append(self._held.popleft())
        if passed:
            self._models.show_past(passed, afresh=False)

    def _show_alarms(self) -> None:
        if self._shown_us is None:
            return
        version = self._alarms.version_at(self._shown_us)
        if version != self._alarm_version:
            self._alarm_version = version
            self._models.alarm_desk.show_past(self._alarms.at(self._shown_us))

    def _ask_ahead(self) -> None:
        if self._shown_us is None or not self._time.playing:
            return
        thinned = self._time.speed > _EVERY_UP_TO
        length_us = int(self._time.speed * _THINNED_S * 1e6) if thinned else _EVERY_US
        while self._open < _AHEAD and self._asked_to_us < self._shown_us + _AHEAD * length_us:
            begins_us = self._asked_to_us
            self._asked_to_us = min(begins_us + length_us, self._time.now_us)
            if self._asked_to_us <= begins_us:
                return
            self._open += 1
            self.wanted.emit(Moment(self._run, begins_us, self._asked_to_us, thinned))
