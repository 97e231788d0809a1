"""The routes of care: method, path and endpoint of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_hub.server.care import (
    collecting,
    early_warning,
    publishing,
    records,
    residents,
    viewing,
)
from platform_hub.server.care.collecting import Collecting
from platform_hub.server.care.early_warning import EarlyWarnings
from platform_hub.server.care.publishing import Publishing
from platform_hub.server.care.records import Records
from platform_hub.server.care.residents import Registry
from platform_hub.server.care.viewing import Viewing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.governance.access import Authority, Endpoint
    from platform_hub.server.settings import CareSettings

_Row = tuple[str, str, "Endpoint"]


def care_rows(authority: Authority, calendar: Calendar, settings: CareSettings) -> Iterator[_Row]:
    """Yield every route; days are those of the calendar."""
    yield from _of_people(Registry(authority), Records(authority))
    yield from _of_days(authority, calendar, settings)


def _of_people(registry: Registry, records_: Records) -> Iterator[_Row]:
    yield "GET", residents.PATH, registry.list_all
    yield "POST", residents.PATH, registry.add
    yield "PUT", residents.ASSIGNMENTS_PATH, registry.assign
    yield "POST", residents.NEED_PATH, registry.look_in_need
    yield "GET", residents.CONSENTS_PATH, registry.consents
    yield "POST", residents.CONSENTS_PATH, registry.consent
    yield "GET", residents.WITHDRAWAL_PATH, registry.preview
    yield "POST", residents.WITHDRAWAL_PATH, registry.withdraw
    yield "GET", records.SCORES_PATH, records_.scores
    yield "POST", records.SCORES_PATH, records_.add_score
    yield "GET", records.NOTES_PATH, records_.notes
    yield "POST", records.NOTES_PATH, records_.add_note
    yield "GET", records.CYCLE_PATH, records_.cycle
    yield "POST", records.CYCLE_PATH, records_.add_step


def _of_days(authority: Authority, calendar: Calendar, settings: CareSettings) -> Iterator[_Row]:
    gateways = Collecting(authority, calendar, settings)
    views = Viewing(authority, calendar, settings)
    outside, scored = Publishing(authority, calendar), EarlyWarnings(authority, settings)
    yield "GET", collecting.COLLECTION_PATH, gateways.collection
    yield "POST", collecting.MINUTES_PATH, gateways.take
    yield "GET", viewing.OVERVIEW_PATH, views.overview
    yield "GET", viewing.HANDOVER_PATH, views.handover
    yield "GET", viewing.PAGE_PATH, views.page
    yield "GET", viewing.EVENTS_PATH, views.events
    yield "POST", viewing.ANSWER_PATH, views.answer
    yield "GET", early_warning.NEWS2_PATH, scored.list_all
    yield "POST", early_warning.NEWS2_PATH, scored.add
    yield "GET", publishing.FHIR_PATH, outside.fhir
    yield "GET", publishing.STATISTICS_PATH, outside.statistics
