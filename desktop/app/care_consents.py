"""Consents between the hub and a desk that records them, and its refusals in the language of the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from PySide6.QtCore import QObject

from area_configs.domain.care import Withdrawal
from area_configs.domain.errors import HubRejected, HubUnavailable
from platform_hub.client import care as requests
from platform_hub.wire.care import ConsentBody, WithdrawalBody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from desktop.bridge.area_desk import AreaDesk
    from desktop.models.area_models import AreaModels
    from desktop.models.care_consents import ConsentDesk
    from desktop.models.care_drafts import ConsentDraft, WithdrawalDraft
    from platform_hub.client.area_client import AreaClient

WRITTEN, _PREVIEW = "written", "preview"

_Scope: TypeAlias = Literal["wearable", "records", "research"]
_SCOPES: Mapping[str, _Scope] = {name: name for name in get_args(_Scope)}


class ConsentWiring(QObject):
    """Asks by topics that begin with `prefix`; below it `may_ask` says whether anybody is asked."""

    def __init__(
        self, area_desk: AreaDesk, desk: ConsentDesk, models: AreaModels, prefix: str
    ) -> None:
        super().__init__(models)
        self._area_desk, self._desk, self._models = area_desk, desk, models
        self._prefix = prefix
        desk.consent_wanted.connect(self._consent)
        desk.preview_wanted.connect(self._preview)
        desk.withdrawal_wanted.connect(self._withdraw)
        area_desk.answered.connect(self._heard)
        area_desk.failed.connect(self._failed)

    def may_ask(self) -> bool:
        """Tell whether who sits here is answered at all."""
        raise NotImplementedError  # every desk has its own; Qt's metaclass has no room for ABC

    def take(self, topic: str, answer: object) -> None:
        """Take an answer that no consent is about; the topic comes without its prefix."""
        raise NotImplementedError  # ditto

    def ask(self, topic: str, request: Callable[[AreaClient], object]) -> None:
        """Ask the hub, where who sits here may."""
        if self.may_ask():
            self._area_desk.ask(f"{self._prefix}/{topic}", request)

    def _consent(self, draft: ConsentDraft) -> None:
        scopes = _scopes(draft.scopes)
        body = ConsentBody(scopes, draft.policy, draft.given_on, draft.given_by)
        self.ask(WRITTEN, partial(requests.give_consent, resident=draft.resident, body=body))

    def _preview(self, draft: WithdrawalDraft) -> None:
        of, scopes = draft.resident, draft.scopes
        self.ask(_PREVIEW, partial(requests.preview_withdrawal, resident=of, scopes=scopes))

    def _withdraw(self, draft: WithdrawalDraft) -> None:
        body = WithdrawalBody(_scopes(draft.scopes), draft.reason)
        self.ask(WRITTEN, partial(requests.withdraw, resident=draft.resident, body=body))

    def _heard(self, topic: str, answer: object) -> None:
        prefix, _, rest = topic.partition("/")
        if prefix != self._prefix:
            return
        if rest == _PREVIEW and isinstance(answer, Withdrawal):
            self._desk.take_preview(answer)
        else:
            self.take(rest, answer)

    def _failed(self, topic: str, error: Exception) -> None:
        if topic.startswith(f"{self._prefix}/"):
            self._desk.failed.emit(self._worded(error))

    def _worded(self, error: Exception) -> str:
        """Say why not in the language of the screen, as far as the hub said it in that."""
        if isinstance(error, HubRejected):
            return error.words.get(self._models.language, str(error))
        if isinstance(error, HubUnavailable):
            return self.tr("The hub does not answer; nothing was recorded. Try again.")
        return str(error)


def _scopes(given: Iterable[str]) -> list[_Scope]:
    return [_SCOPES[one] for one in given]
