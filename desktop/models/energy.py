"""The energy page's content: what is planned, what is in force, how the half hour goes, what was tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from area_configs.domain.readings import Series
from desktop.models import energy_words
from desktop.models.energy_words import Voice
from desktop.models.judgement import stale_after_us
from energy_planner.errors import InfeasiblePlan
from energy_planner.orders import energy_plan, for_gateways
from energy_planner.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance

    from area_configs.domain.areas import Area
    from area_configs.domain.energy import EnergySite
    from area_configs.domain.names import Language, Name
    from area_configs.domain.plans import EnergyPlan, PlanStanding
    from desktop.models.live_readings import LiveReadings
    from energy_planner.gathering import Gathered
    from energy_planner.proposal import Proposal

_PREDICTED, _TARGET, _ALLOWED = "demand_predicted", "demand_target", "demand_allowed"
_STAGE, _POWER, _MEASURED = "demand_stage", "active_power", "demand_measured"
_TOLD_S = 2.0  # the demand control tells its series so often
_HALF_HOUR_US = 1_800_000_000
_AT_LIMIT = 0.98
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Demand:
    """The running half hour as the demand control tells it; None where that is not known.

    Attributes:
        predicted_kw: the mean that the half hour ends with if nothing changes.
        target_kw: what the control holds.
        allowed_kw: mean import that is still allowed until its end.
        import_kw: imported now.
        stage: of the control; 0 where it does not act.
        contract_kw: the area's contract.
        left_s: seconds until the half hour ends.
        age_us: how old the prediction is; None where there is none.
        measured_s, passed_s: of the half hour, when the control told it.
    """

    predicted_kw: float | None
    target_kw: float | None
    allowed_kw: float | None
    import_kw: float | None
    stage: int | None
    contract_kw: float
    left_s: float
    age_us: int | None
    measured_s: float | None
    passed_s: float

    @property
    def is_incomplete(self) -> bool:
        """Tell whether a minute or more of the half hour was not measured."""
        return self.measured_s is not None and self.passed_s - self.measured_s >= _MINUTE_S


@dataclass(frozen=True, slots=True)
class Hits:
    """Half hours of this month, of those that are known."""

    over: int
    near: int
    known: int


class EnergyBoard(QObject):
    """Holds what the page shows; what it wants done it says in signals."""

    changed = Signal()
    busy_changed = Signal(str, float)  # stage, share; empty for idle
    standing_changed = Signal()
    step_changed = Signal()
    plan_wanted = Signal(object)  # Scenario
    cancel_wanted = Signal()
    apply_wanted = Signal(object)  # EnergyPlan
    revoke_wanted = Signal(str)
    report_wanted = Signal(int, int, str)  # year, month, path
    said = Signal(str)  # a sentence about something that was asked for

    def __init__(
        self,
        area: Area,
        site: EnergySite,
        live: LiveReadings,
        clock: Callable[[], int],
        parent: QObject | None = None,
        why_not: Callable[[], Name | None] = lambda: None,
    ) -> None:
        """Begin with nothing planned.

        Args:
            area: with its energy side `site`.
            site: that side.
            live: the newest values.
            clock: the shown instant, microseconds UTC.
            parent: as in Qt.
            why_not: says why plans cannot be applied or taken back now; None where they can.
        """
        super().__init__(parent)
        self._why_not = why_not
        self.area, self.site, self.live, self.clock = area, site, live, clock
        self.language: Language = "ja"
        self.zone = ZoneInfo(area.timezone)
        self.gathered: Gathered | None = None
        self.base: Proposal | None = None
        self.base_is_final = False
        self.variant: Proposal | None = None
        self.scenario = Scenario()
        self.trouble: Exception | None = None
        self.standing: PlanStanding | None = None
        self.older_name = ""
        self.older_simulated = False
        self.busy = False
        self.step = 0  # the step that is explained

    @property
    def shown(self) -> Proposal | None:
        """Return the proposal that the plots show: the scenario's where there is one."""
        return self.variant or self.base

    @property
    def settled(self) -> bool:
        """Tell whether the area is planned for good, or cannot be."""
        return self.base_is_final or self.trouble is not None

    @property
    def in_force(self) -> EnergyPlan | None:
        """Return the plan that gateways follow now."""
        standing = self.standing
        return standing.plan if standing and standing.in_force(self.clock()) else None

    @property
    def voice(self) -> Voice:
        """Return who speaks of the plan."""
        return Voice(self.area, self.site, self.zone, self.language)

    def name(self, asset: str) -> str:
        """Return what people call an asset."""
        return self.voice.name(asset)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.language = language
        self.changed.emit()

    def ask_plan(self) -> None:
        """Have the area planned as it is."""
        self.scenario, self.variant = Scenario(), None
        self._begin()

    def ask_scenario(self, scenario: Scenario) -> None:
        """Have a scenario planned beside the area as it is."""
        self.scenario = scenario
        self._begin()

    def take_progress(self, stage: str, share: float) -> None:
        """Note how far planning has come."""
        self.busy = bool(stage)
        self.busy_changed.emit(stage, share)

    def take_gathered(self, found: Gathered) -> None:
        """Note what is known of the area."""
        self.gathered = found

    def take_proposal(self, scenario: Scenario, made: Proposal, *, final: bool) -> None:
        """Show a plan."""
        self.trouble = None
        if scenario.is_plain:
            self.base, self.base_is_final = made, final
        else:
            self.variant = made
        self.step = min(self.step, made.made.steps.count - 1)
        self.changed.emit()

    def take_failure(self, error: Exception) -> None:
        """Say why there is no plan."""
        self.trouble = error
        self.changed.emit()

    def take_standing(self, standing: PlanStanding | None) -> None:
        """Note where the newest plan stands."""
        if standing != self.standing:
            self.standing = standing
            self.standing_changed.emit()

    def choose_step(self, step: int) -> None:
        """Explain another step."""
        if step != self.step:
            self.step = step
            self.step_changed.emit()

    def hindrance(self) -> str:
        """Say why plans cannot be applied or taken back now; empty where they can."""
        why = self._why_not()
        return why.text(self.language) if why else ""

    def apply(self, order: EnergyPlan) -> None:
        """Ask for a plan to be sent; a question opened before that was forbidden is too late."""
        self._unless_hindered(self.apply_wanted, order)

    def revoke(self, plan: str) -> None:
        """Ask for a plan to be taken back, unless that is forbidden by now."""
        self._unless_hindered(self.revoke_wanted, plan)

    def order(self) -> EnergyPlan | None:
        """Return the proposal as gateways take it; None where there is nothing to be told."""
        if self.base is None:
            return None
        plan = for_gateways(energy_plan(self.area.id, 0, self.base.made), self.area)
        return plan if plan.steps else None

    def conflicts(self) -> list[str]:
        """Return, in sentences, which limits cannot be kept; empty where all are."""
        error, words = self.trouble, []
        if isinstance(error, InfeasiblePlan):
            words = list(error.conflicts)
        elif self.shown:
            words = list(self.shown.over)
        begins = self._begins()
        return [energy_words.conflict(self.voice, one, begins) for one in words]

    def demand(self) -> Demand:
        """Return how the running half hour goes."""
        now, meter = self.clock(), self.site.meter
        told = self.live.latest(Series(meter, _PREDICTED))
        age = None if told is None else now - told.observed_us
        fresh = age is not None and age <= stale_after_us(_TOLD_S)
        values = {name: self._latest_kw(name) for name in (_PREDICTED, _TARGET, _ALLOWED, _POWER)}
        stage = self.live.latest(Series(meter, _STAGE))
        measured = self.live.latest(Series(meter, _MEASURED))
        return Demand(
            values[_PREDICTED] if fresh else None,
            values[_TARGET] if fresh else None,
            values[_ALLOWED] if fresh else None,
            values[_POWER],
            int(stage.value) if fresh and stage and stage.value is not None else None,
            self.site.contract_kw,
            (_HALF_HOUR_US - now % _HALF_HOUR_US) / 1e6,
            age,
            measured.value if fresh and measured else None,
            (measured.observed_us if measured else now) % _HALF_HOUR_US / 1e6,
        )

    def hits(self) -> Hits:
        """Count the half hours of this month above the contract, and those just below it."""
        known = self.gathered.known if self.gathered else None
        bought = known.bought if known else None
        if bought is None:
            return Hits(0, 0, 0)
        today = self.clock() / 1e6
        moment = energy_words.local(today, self.zone).date()
        first = max(0, (moment.replace(day=1) - bought.first).days)
        values = bought.values[first : (moment - bought.first).days + 1]
        contract = self.site.contract_kw
        over = int((values > contract).sum())
        near = int((values >= _AT_LIMIT * contract).sum()) - over
        return Hits(over, near, int((values >= 0).sum()))

    def _unless_hindered(self, wanted: SignalInstance, what: object) -> None:
        if why := self.hindrance():
            self.said.emit(why)
        else:
            wanted.emit(what)

    def _begin(self) -> None:
        self.trouble = None
        self.plan_wanted.emit(self.scenario)

    def _begins(self) -> list[float]:
        """Return when each step begins, seconds UTC; from now on where there is no plan."""
        if self.shown:
            return [moment.timestamp() for moment in self.shown.made.steps.starts()]
        now = self.clock() / 1e6
        half = now // 1800 * 1800
        return [now, *(half + 1800 * n for n in range(1, 400))]

    def _latest_kw(self, quantity: str) -> float | None:
        reading = self.live.latest(Series(self.site.meter, quantity))
        return None if reading is None or reading.value is None else reading.value / 1000
