"""The past between the hub and the models: what trends lack is asked for, what comes goes in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.bridge import history_desk
from desktop.models.tiles import Need, Stretch

if TYPE_CHECKING:
    from desktop.bridge.history_desk import HistoryDesk
    from desktop.bridge.hub_source import HubSource
    from desktop.models.area_models import AreaModels


class HistoryWiring(QObject):
    """Tiles go to the models as they come; after a loss what may have changed is asked anew."""

    def __init__(self, desk: HistoryDesk, source: HubSource, models: AreaModels) -> None:
        super().__init__(models)
        self._desk, self._models = desk, models
        self._open: dict[int, Need] = {}
        desk.answered.connect(self._answered)
        desk.failed.connect(self._failed)
        models.tiles.needed.connect(self._ask)
        source.found_again.connect(models.tiles.forget)

    def _ask(self, need: Need) -> None:
        request = partial(
            history_desk.periods,
            entity=history_desk.entity_of(self._models.area.id, need.device),
            quantities=need.quantities,
            span_us=(need.begins_us, need.ends_us),
            period_s=need.period_s,
        )
        self._open[self._desk.ask(request)] = need

    def _answered(self, ticket: int, answer: object) -> None:
        need = self._open.pop(ticket, None)
        if need and isinstance(answer, dict):
            found = {quantity: Stretch(*columns) for quantity, columns in answer.items()}
            self._models.tiles.take(need, found)

    def _failed(self, ticket: int, _why: str) -> None:
        if need := self._open.pop(ticket, None):
            self._models.tiles.fail(need)
