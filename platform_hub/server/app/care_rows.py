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
    from collections.abc import Callable, Iterator

    from area_configs.domain.areas import Area
    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.governance.access import Authority, Endpoint
    from platform_hub.server.settings import CareSettings

_Row = tuple[str, str, "Endpoint"]


def care_rows(
    authority: Authority, area: Callable[[], Area], calendar: Calendar, settings: CareSettings
) -> Iterator[_Row]:
    """Yield every route; days are those of the calendar, devices those of the area in force."""
    yield from _of_people(Registry(authority, area), Records(authority))
    yield from _of_gateways(Collecting(authority, calendar, settings, area))
    yield from _of_days(authority, calendar, settings)


def _of_people(registry: Registry, records_: Records) -> Iterator[_Row]:
    yield "GET", residents.PATH, registry.list_all
    yield "POST", residents.PATH, registry.add
    yield "PUT", residents.ASSIGNMENTS_PATH, registry.assign
    yield "PUT", residents.WEARABLES_PATH, registry.wear
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


def _of_gateways(gateways: Collecting) -> Iterator[_Row]:
    yield "GET", collecting.COLLECTION_PATH, gateways.collection
    yield "POST", collecting.MINUTES_PATH, gateways.take


def _of_days(authority: Authority, calendar: Calendar, settings: CareSettings) -> Iterator[_Row]:
    views = Viewing(authority, calendar, settings)
    outside, scored = Publishing(authority, calendar), EarlyWarnings(authority, settings)
    yield "GET", viewing.OVERVIEW_PATH, views.overview
    yield "GET", viewing.HANDOVER_PATH, views.handover
    yield "GET", viewing.PAGE_PATH, views.page
    yield "GET", viewing.EVENTS_PATH, views.events
    yield "POST", viewing.ANSWER_PATH, views.answer
    yield "GET", early_warning.NEWS2_PATH, scored.list_all
    yield "POST", early_warning.NEWS2_PATH, scored.add
    yield "GET", publishing.FHIR_PATH, outside.fhir
    yield "GET", publishing.STATISTICS_PATH, outside.statistics
