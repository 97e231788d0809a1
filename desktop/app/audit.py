"""The audit log between the hub and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.models.audit_log import PAGE
from platform_hub.client.area_client import AreaClient

if TYPE_CHECKING:
    from typing import Any

    from desktop.bridge.area_desk import AreaDesk
    from desktop.models.area_models import AreaModels

_LOG, _VERDICT = "audit", "audit_verdict"


class AuditWiring(QObject):
    """Asks for pages of the log, the newest first, and for the verification of the whole."""

    def __init__(self, area_desk: AreaDesk, models: AreaModels) -> None:
        super().__init__(models)
        self._area_desk, self._log = area_desk, models.audit_log
        self._log.wanted.connect(self._ask)
        self._log.verification_wanted.connect(
            lambda: area_desk.ask(_VERDICT, AreaClient.verify_audit)
        )
        area_desk.answered.connect(self._answered)
        area_desk.failed.connect(self._failed)

    def _ask(self, last: int) -> None:
        def page(client: AreaClient) -> list[dict[str, Any]]:
            upto = last or int(client.audit_head()["seq"])
            return client.audit(max(0, upto - PAGE), min(PAGE, max(upto, 1)))

        self._area_desk.ask(f"{_LOG}/{last}", page)

    def _answered(self, topic: str, answer: object) -> None:
        if isinstance(answer, list) and topic.startswith(f"{_LOG}/"):
            self._log.take(answer, int(topic.partition("/")[2]))
        elif isinstance(answer, dict) and topic == _VERDICT:
            self._log.take_verdict(answer)

    def _failed(self, topic: str, error: Exception) -> None:
        if topic == _VERDICT or topic.startswith(f"{_LOG}/"):
            self._log.failed.emit(str(error))
            self._log.verified.emit()
