"""The technician's page: its tasks run `area-tech` as a child, for whoever sits at the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QObject

from area_configs.domain.errors import SmartAreaError
from desktop.bridge.tool_run import ToolRun

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.bridge.area_desk import AreaDesk
    from desktop.models.area_models import AreaModels
    from desktop.models.technician_tasks import Order
    from desktop.settings import ConsoleSettings


class TechnicianWiring(QObject):
    """Hands orders to the tool and its words to the bench; `close` ends what is at work."""

    def __init__(
        self,
        area_desk: AreaDesk,
        models: AreaModels,
        settings: ConsoleSettings,
        folder: Path | None = None,
    ) -> None:
        super().__init__(models)
        self._credential, self._bench = area_desk.credential, models.bench
        self.tool = ToolRun(parent=self)
        kept = folder or platformdirs.user_documents_path() / "smart-area" / models.area.id
        self._folder = kept
        bench = models.bench
        bench.fill("hub", settings.hub, over=False)
        bench.fill("record", str(kept / "acceptance.json"), over=False)
        bench.fill("pdf", str(kept / "acceptance.pdf"), over=False)
        bench.fill("fleet_record", str(kept / "fleet.json"), over=False)
        bench.wanted.connect(self._run)
        bench.cancel_wanted.connect(self.tool.cancel)
        self.tool.said.connect(bench.hear)
        self.tool.ended.connect(bench.take)

    def close(self) -> None:
        """End the run that is under way."""
        self.tool.close()

    def _run(self, order: Order) -> None:
        credential = self._credential

        def given() -> str:
            """Return what the tool reads: the key that speaks for the person, then the rest."""
            self._make_folder()
            if not order.needs_hub:
                return order.given
            key = credential if isinstance(credential, str) else credential.bearer()
            return f"{key}\n{order.given}"

        self.tool.start(order.arguments, given)

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SmartAreaError(f"{self._folder} cannot be made: {error.strerror}") from error
