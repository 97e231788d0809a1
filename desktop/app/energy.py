"""The energy page's wiring: planning in its thread, plans through the hub, the month into files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QObject, QTimer

from area_configs.domain.errors import HubRejected, HubUnavailable, SmartAreaError
from desktop.bridge.month_files import MonthFiles, MonthWriter, Sheet
from desktop.bridge.planning import PlanAsk, Planning
from desktop.views.theme import FAMILY
from platform_hub.client import HubClient, plan_desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.plans import EnergyPlan
    from desktop.bridge.area_desk import AreaDesk
    from desktop.models.area_models import AreaModels
    from desktop.models.energy import EnergyBoard
    from desktop.settings import ConsoleSettings
    from energy_planner.forecast.history import History
    from energy_planner.gathering import Gathered
    from energy_planner.proposal import Proposal
    from energy_planner.scenario import Scenario
    from platform_hub.client.area_client import AreaClient

_STANDING, _APPLY, _REVOKE = "plan_standing", "plan_apply", "plan_revoke"
_ASK_MS = 3000
_ANSWER_S = 60.0


class EnergyDesk(QObject):
    """Does what the energy page asks for, and tells it what came of it."""

    def __init__(
        self,
        board: EnergyBoard,
        settings: ConsoleSettings,
        desk: AreaDesk,
        clock: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._board, self._settings, self._clock = board, settings, clock
        self.desk = desk
        self._may_ask = True

        def client() -> HubClient:
            return HubClient(settings.hub, desk.credential, answer_s=_ANSWER_S)

        self.planning = Planning(board.area, client, self._older, clock, self)
        self.writer = MonthWriter(self)
        self._timer = QTimer(self, interval=_ASK_MS)
        if settings.history:
            board.older_name = settings.history.name
            board.older_simulated = says_simulated(settings.history)
        self._connect()
        self._ask_standing()
        self._timer.start()

    @classmethod
    def of(
        cls,
        models: AreaModels,
        settings: ConsoleSettings,
        desk: AreaDesk,
        clock: Callable[[], int],
        parent: QObject,
    ) -> Self | None:
        """Return the desk of an area; None where it has no energy side."""
        if models.energy is None:
            return None
        made = cls(models.energy, settings, desk, clock, parent)
        models.person.changed.connect(made.ask_again)
        return made

    def close(self) -> None:
        """End all threads, promptly."""
        self._timer.stop()
        self.planning.close()
        self.writer.close()

    def ask_again(self) -> None:
        """Ask where the plan stands: somebody else sits here, who may look."""
        self._may_ask = True
        self._ask_standing()

    def _connect(self) -> None:
        board, planning = self._board, self.planning
        board.plan_wanted.connect(self._plan)
        board.cancel_wanted.connect(planning.cancel)
        board.apply_wanted.connect(self._apply)
        board.revoke_wanted.connect(self._revoke)
        board.report_wanted.connect(self._report)
        planning.progressed.connect(board.take_progress)
        planning.gathered.connect(board.take_gathered)
        planning.proposed.connect(self._proposed)
        planning.failed.connect(lambda _ask, error: board.take_failure(error))
        self.desk.answered.connect(self._answered)
        self.desk.failed.connect(self._failed)
        self.writer.written.connect(self._written)
        self.writer.failed.connect(board.said)
        self._timer.timeout.connect(self._ask_standing)

    def _plan(self, scenario: Scenario) -> None:
        self.planning.ask(PlanAsk(scenario, self._board.in_force))

    def _proposed(self, ask: PlanAsk, made: Proposal, final: bool) -> None:
        self._board.take_proposal(ask.scenario, made, final=final)

    def _apply(self, plan: EnergyPlan) -> None:
        key = f"{plan.id}-{self._clock()}"
        self.desk.ask(_APPLY, lambda client: client.send_plan(plan, key))

    def _revoke(self, ident: str) -> None:
        self.desk.ask(_REVOKE, lambda client: client.revoke_plan(ident))

    def _ask_standing(self) -> None:
        if self._may_ask:
            self.desk.ask(_STANDING, _standing)

    def _answered(self, topic: str, answer: object) -> None:
        if topic == _STANDING:
            self._board.take_standing(answer)  # type: ignore[arg-type]  # what the request returns
        elif topic in {_APPLY, _REVOKE}:
            words = {
                _APPLY: self.tr("The plan was sent to the gateways."),
                _REVOKE: self.tr("The plan was taken back."),
            }
            self._board.said.emit(words[topic])
            self._ask_standing()

    def _failed(self, topic: str, error: Exception) -> None:
        if topic not in {_STANDING, _APPLY, _REVOKE}:
            return
        if topic == _STANDING and isinstance(error, HubRejected):
            self._may_ask = False  # a key that may not look: asking on would change nothing
        elif isinstance(error, HubUnavailable | HubRejected):
            if topic != _STANDING:
                self._board.said.emit(str(error))
        else:
            raise error

    def _report(self, year: int, month: int, path: str) -> None:
        board = self._board
        if board.gathered is None:
            return
        try:
            files = _month_files(board, board.gathered, year, month)
        except SmartAreaError as error:
            board.said.emit(str(error))
            return
        self.writer.write(files, Path(path))

    def _written(self, path: str) -> None:
        self._board.said.emit(self.tr("Written: {path}").format(path=path))

    def _older(self) -> History | None:
        """Read the past from elsewhere; runs in the planning thread."""
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - only where there is such a past

        from energy_planner import files  # noqa: PLC0415 - as above
        from energy_planner.forecast.history import history  # noqa: PLC0415 - as above

        path = self._settings.history
        zone = ZoneInfo(self._board.area.timezone)
        return history(files.rows(path), zone) if path else None


def says_simulated(path: Path) -> bool:
    """Tell whether a past says of itself, in its column `source`, that it is simulated."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            head, first = file.readline().rstrip("\n"), file.readline().rstrip("\n")
    except (OSError, UnicodeDecodeError):
        return False  # reading it to plan from says why
    return dict(zip(head.split(","), first.split(","), strict=False)).get("source") == "simulated"


def _standing(client: AreaClient) -> object:
    return plan_desk.newest(client)


def _month_files(board: EnergyBoard, found: Gathered, year: int, month: int) -> MonthFiles:
    from desktop.models.month_book import month_book, written  # noqa: PLC0415 - not at the start

    book = month_book(board, found, year, month)
    sheets = tuple(
        Sheet(
            table.heading,
            table.columns,
            table.rows,
            tuple(tuple(written(cell) for cell in cells) for cells in table.rows),
        )
        for table in book.tables
    )
    return MonthFiles(
        book.title, sheets, book.notes, book.peaks, book.limit, book.limit_name, FAMILY
    )
