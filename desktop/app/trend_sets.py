"""The named trends of whoever sits here, kept on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.bridge.view_file import ViewFile

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels


class TrendSetWiring(QObject):
    """Gives the trends the file of each person who signs in."""

    def __init__(self, models: AreaModels) -> None:
        super().__init__(models)
        self._models = models
        models.person.changed.connect(self._use)
        self._use()

    def _use(self) -> None:
        models = self._models
        models.trend_sets.use(ViewFile(models.area.id, kind="trends", person=models.person.name))
