"""Requests of care to the area API, by gateways and by the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from area_configs.domain.care import (
    CareEvent,
    Consent,
    CycleEntry,
    EarlyWarning,
    Handover,
    Note,
    Overview,
    Resident,
    ResidentPage,
    Score,
    Withdrawal,
)
from platform_hub.wire.care import Collection, Taken
from platform_hub.wire.care_views import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_hub.client.area_client import AreaClient
    from platform_hub.wire.care import (
        AnswerBody,
        AssignmentBody,
        Batch,
        CareNoteBody,
        ConsentBody,
        CycleBody,
        News2Body,
        ResidentBody,
        ScoreBody,
        WearablesBody,
        WithdrawalBody,
    )

_CARE = "/care"


def collection(client: AreaClient) -> Collection:
    """Return whose data a gateway may collect now."""
    return client.get(f"{_CARE}/collection", Collection)


def send(client: AreaClient, batch: Batch) -> Taken:
    """Send minutes and events; a resend changes nothing."""
    return client.send("POST", f"{_CARE}/minutes", batch, Taken)


def residents(client: AreaClient) -> list[Resident]:
    """Return the residents that the caller may see."""
    return read(client.get(f"{_CARE}/residents", list[dict[str, Any]]), list[Resident])


def caregivers(client: AreaClient) -> list[str]:
    """Return the name of everybody who may look after residents: people, and holders of keys."""
    found = client.get("/users", list[dict[str, Any]]) + client.get("/keys", list[dict[str, Any]])
    gone = ("disabled", "revoked")
    return sorted(
        {
            str(one["name"])
            for one in found
            if one["role"] == "caregiver" and not any(one.get(name) for name in gone)
        }
    )


def consents(client: AreaClient, resident: str) -> list[Consent]:
    """Return every version of the consent of a resident, oldest first."""
    return read(client.get(f"{_place(resident)}/consents", list[dict[str, Any]]), list[Consent])


def register(client: AreaClient, body: ResidentBody) -> Resident:
    """Register a resident under the pseudonym that a gateway made."""
    return read(client.send("POST", f"{_CARE}/residents", body, dict[str, Any]), Resident)


def assign(client: AreaClient, resident: str, body: AssignmentBody) -> Resident:
    """Say who looks after a resident."""
    place = f"{_place(resident)}/assignments"
    return read(client.send("PUT", place, body, dict[str, Any]), Resident)


def give_wearables(client: AreaClient, resident: str, body: WearablesBody) -> Resident:
    """Say what a resident wears."""
    place = f"{_place(resident)}/wearables"
    return read(client.send("PUT", place, body, dict[str, Any]), Resident)


def overview(client: AreaClient) -> Overview:
    """Return who needs a look."""
    return read(client.get(f"{_CARE}/overview", dict[str, Any]), Overview)


def page(client: AreaClient, resident: str, days: int = 90) -> ResidentPage:
    """Return everything of one resident."""
    found = client.get(_place(resident), dict[str, Any], {"days": str(days)})
    return read(found, ResidentPage)


def handover(client: AreaClient, since_us: int) -> Handover:
    """Return what happened since an instant."""
    query = {"since": str(since_us)}
    return read(client.get(f"{_CARE}/handover", dict[str, Any], query), Handover)


def answer(client: AreaClient, resident: str, event: int, body: AnswerBody) -> CareEvent:
    """Acknowledge an event."""
    place = f"{_place(resident)}/events/{event}/answer"
    return read(client.send("POST", place, body, dict[str, Any]), CareEvent)


def add_score(client: AreaClient, resident: str, body: ScoreBody) -> Score:
    """Record an assessment."""
    return read(client.send("POST", f"{_place(resident)}/scores", body, dict[str, Any]), Score)


def add_note(client: AreaClient, resident: str, body: CareNoteBody) -> Note:
    """Record a note."""
    return read(client.send("POST", f"{_place(resident)}/notes", body, dict[str, Any]), Note)


def add_step(client: AreaClient, resident: str, body: CycleBody) -> CycleEntry:
    """Record a step of the care cycle."""
    return read(client.send("POST", f"{_place(resident)}/cycle", body, dict[str, Any]), CycleEntry)


def add_news2(client: AreaClient, resident: str, body: News2Body) -> EarlyWarning:
    """Record a complete set of NEWS2."""
    answer = client.send("POST", f"{_place(resident)}/news2", body, dict[str, Any])
    return read(answer, EarlyWarning)


def give_consent(client: AreaClient, resident: str, body: ConsentBody) -> Consent:
    """Record a consent as a new version."""
    answer = client.send("POST", f"{_place(resident)}/consents", body, dict[str, Any])
    return read(answer, Consent)


def preview_withdrawal(client: AreaClient, resident: str, scopes: Sequence[str]) -> Withdrawal:
    """Return what a withdrawal would delete."""
    query = {"scopes": ",".join(scopes)}
    found = client.get(f"{_place(resident)}/withdrawal", dict[str, Any], query)
    return read(found, Withdrawal)


def withdraw(client: AreaClient, resident: str, body: WithdrawalBody) -> Withdrawal:
    """Take a consent back; return what was deleted."""
    answer = client.send("POST", f"{_place(resident)}/withdrawal", body, dict[str, Any])
    return read(answer, Withdrawal)


def _place(resident: str) -> str:
    return f"{_CARE}/residents/{quote(resident, safe='')}"
