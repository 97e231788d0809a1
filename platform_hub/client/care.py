"""Requests of care to the area API, by gateways and by the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from area_configs.domain.care import (
    CareEvent,
    CycleEntry,
    Handover,
    Note,
    Overview,
    ResidentPage,
    Score,
)
from platform_hub.wire.care import Collection, Taken
from platform_hub.wire.care_views import read

if TYPE_CHECKING:
    from platform_hub.client.area_client import AreaClient
    from platform_hub.wire.care import AnswerBody, Batch, CareNoteBody, CycleBody, ScoreBody

_CARE = "/care"


def collection(client: AreaClient) -> Collection:
    """Return whose data a gateway may collect now."""
    return client.get(f"{_CARE}/collection", Collection)


def send(client: AreaClient, batch: Batch) -> Taken:
    """Send minutes and events; a resend changes nothing."""
    return client.send("POST", f"{_CARE}/minutes", batch, Taken)


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


def _place(resident: str) -> str:
    return f"{_CARE}/residents/{quote(resident, safe='')}"
