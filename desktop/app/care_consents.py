"""Consents between the hub and a desk that records them, and its refusals in the language of the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

from PySide6.QtCore import QObject, Signal

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
WATCH = "watch"  # asked by no person: that the hub is gone is told elsewhere

_Scope: TypeAlias = Literal["wearable", "records", "research"]
_SCOPES: Mapping[str, _Scope] = {name: name for name in get_args(_Scope)}


class Channel(NamedTuple):
    """How the hub is asked: by topics with this prefix, where `is_open`: who sits here is answered."""

    prefix: str
    is_open: Callable[[], bool]


class ConsentWiring(QObject):
    """Takes what is about consents; every other answer of its channel comes as a signal."""

    answered = Signal(str, object)  # the topic without its prefix, the answer

    def __init__(
        self, area_desk: AreaDesk, desk: ConsentDesk, models: AreaModels, channel: Channel
    ) -> None:
        super().__init__(models)
        self._area_desk, self._desk, self._models = area_desk, desk, models
        self._channel = channel
        desk.consent_wanted.connect(self._consent)
        desk.preview_wanted.connect(self._preview)
        desk.withdrawal_wanted.connect(self._withdraw)
        area_desk.answered.connect(self._heard)
        area_desk.failed.connect(self._failed)

    def ask(self, topic: str, request: Callable[[AreaClient], object]) -> None:
        """Ask the hub, where who sits here may."""
        if self._channel.is_open():
            self._area_desk.ask(f"{self._channel.prefix}/{topic}", request)

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
        if prefix != self._channel.prefix:
            return
        if rest == _PREVIEW and isinstance(answer, Withdrawal):
            self._desk.take_preview(answer)
        else:
            self.answered.emit(rest, answer)

    def _failed(self, topic: str, error: Exception) -> None:
        prefix, _, rest = topic.partition("/")
        if prefix == self._channel.prefix and rest != WATCH:
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
