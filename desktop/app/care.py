"""Care between the hub and its page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from PySide6.QtCore import QObject

from area_configs.domain.care import Handover, Overview, ResidentPage, Withdrawal
from area_configs.domain.errors import HubRejected, HubUnavailable
from desktop.bridge.area_desk import AreaDesk
from desktop.models import person
from desktop.models.person import Entry
from platform_hub.client import care as requests
from platform_hub.wire.care import (
    AnswerBody,
    CareNoteBody,
    ConsentBody,
    CycleBody,
    News2Body,
    PlanItemBody,
    ScoreBody,
    WithdrawalBody,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from desktop.models.area_models import AreaModels
    from desktop.models.care_drafts import (
        ConsentDraft,
        EventAnswer,
        NewNote,
        News2Draft,
        ScoreDraft,
        StepDraft,
        WithdrawalDraft,
    )
    from desktop.settings import ConsoleSettings
    from platform_hub.client.area_client import AreaClient

_CARE, _WRITTEN, _PREVIEW = "care/", "care/written", "care/preview"

_Step: TypeAlias = Literal["assess", "needs", "plan", "review"]
_Scope: TypeAlias = Literal["wearable", "records", "research"]
_STEPS: Mapping[str, _Step] = {name: name for name in get_args(_Step)}
_SCOPES: Mapping[str, _Scope] = {name: name for name in get_args(_Scope)}


class CareWiring(QObject):
    """Asks for care only where a caregiver sits: nobody else is answered."""

    def __init__(self, area_desk: AreaDesk, models: AreaModels, settings: ConsoleSettings) -> None:
        super().__init__(models)
        own = AreaDesk(settings.hub, settings.care_key, self) if settings.care_key else None
        self._own, self._area_desk = own, own or area_desk
        self._care, self._person, self._models = models.care, models.person, models
        care = models.care
        care.overview_wanted.connect(lambda: self._ask("overview", requests.overview))
        care.page_wanted.connect(lambda of: self._ask("page", partial(requests.page, resident=of)))
        care.handover_wanted.connect(
            lambda since: self._ask("handover", partial(requests.handover, since_us=since))
        )
        care.answer_wanted.connect(self._answer)
        care.note_wanted.connect(self._note)
        care.score_wanted.connect(self._score)
        care.step_wanted.connect(self._step)
        care.consent_wanted.connect(self._consent)
        care.preview_wanted.connect(self._preview)
        care.withdrawal_wanted.connect(self._withdraw)
        care.news2_wanted.connect(self._news2)
        self._area_desk.answered.connect(self._answered)
        self._area_desk.failed.connect(self._failed)
        models.person.changed.connect(self._person_changed)
        self._person_changed()

    def close(self) -> None:
        """End the threads of its own; once the window goes."""
        if self._own:
            self._own.blockSignals(True)
            self._own.close()

    def _ask(self, topic: str, request: Callable[[AreaClient], object]) -> None:
        if self._may_ask():
            self._area_desk.ask(f"{_CARE}{topic}", request)

    def _may_ask(self) -> bool:
        entry = self._person.entry
        return bool(self._own) or self._person.role == person.CAREGIVER or entry is Entry.OPEN

    def _person_changed(self) -> None:
        self._care.leave()
        self._care.refresh()

    def _answer(self, given: EventAnswer) -> None:
        body = AnswerBody("confirmed" if given.outcome == "confirmed" else "false", given.note)
        self._ask(
            "written",
            partial(requests.answer, resident=given.resident, event=given.event, body=body),
        )

    def _note(self, new: NewNote) -> None:
        body = CareNoteBody(new.text, new.for_handover)
        self._ask("written", partial(requests.add_note, resident=new.resident, body=body))

    def _score(self, resident: str, draft: ScoreDraft) -> None:
        body = ScoreBody(
            draft.instrument.id,
            draft.version,
            draft.assessed_on,
            draft.informant,
            draft.scores,
            draft.burdens,
            round(draft.minutes_used, 1),
        )
        self._ask("written", partial(requests.add_score, resident=resident, body=body))

    def _step(self, draft: StepDraft) -> None:
        body = CycleBody(
            draft.cycle,
            _STEPS[draft.step],
            draft.dated,
            draft.text,
            [PlanItemBody(item.what, item.owner, item.due) for item in draft.items],
            draft.review_on,
            draft.minutes_used,
            draft.closes,
            draft.corrects,
        )
        self._ask("written", partial(requests.add_step, resident=draft.resident, body=body))

    def _consent(self, draft: ConsentDraft) -> None:
        scopes = _scopes(draft.scopes)
        body = ConsentBody(scopes, draft.policy, draft.given_on, draft.given_by)
        self._ask("written", partial(requests.give_consent, resident=draft.resident, body=body))

    def _preview(self, draft: WithdrawalDraft) -> None:
        of, scopes = draft.resident, draft.scopes
        request = partial(requests.preview_withdrawal, resident=of, scopes=scopes)
        self._ask("preview", request)

    def _withdraw(self, draft: WithdrawalDraft) -> None:
        body = WithdrawalBody(_scopes(draft.scopes), draft.reason)
        self._ask("written", partial(requests.withdraw, resident=draft.resident, body=body))

    def _news2(self, draft: News2Draft) -> None:
        given = draft.given
        body = News2Body(
            draft.taken_us,
            given.respiration,
            given.spo2,
            given.oxygen,
            given.systolic,
            given.pulse,
            given.alert,
            given.temperature,
            given.second_scale,
        )
        self._ask("written", partial(requests.add_news2, resident=draft.resident, body=body))

    def _answered(self, topic: str, answer: object) -> None:
        if not topic.startswith(_CARE):
            return
        if isinstance(answer, Overview):
            self._care.take_overview(answer)
        elif isinstance(answer, ResidentPage):
            self._care.take_page(answer)
        elif isinstance(answer, Handover):
            self._care.take_handover(answer)
        elif topic == _PREVIEW and isinstance(answer, Withdrawal):
            self._care.take_preview(answer)
        elif topic == _WRITTEN:
            self._care.take_done()

    def _failed(self, topic: str, error: Exception) -> None:
        if topic.startswith(_CARE):
            self._care.failed.emit(self._worded(error))

    def _worded(self, error: Exception) -> str:
        """Say why not in the language of the screen, as far as the hub said it in that."""
        if isinstance(error, HubRejected):
            return error.words.get(self._models.language, str(error))
        if isinstance(error, HubUnavailable):
            return self.tr("The hub does not answer; nothing was recorded. Try again.")
        return str(error)


def _scopes(given: Iterable[str]) -> list[_Scope]:
    return [_SCOPES[one] for one in given]
