"""The pages of the console: how each is made, in the order in which they are offered.

A page is imported and made when it is first wanted: no start waits for what nobody looks at. The
imports are written out one by one: type checkers and what freezes the console read them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from desktop.models.area_models import AreaModels
    from desktop.settings import PageName
    from desktop.views.languages import Languages
    from desktop.views.theme import Theme


@dataclass(frozen=True, slots=True)
class PageParts:
    """What pages are made from; `twin` is the widget that draws three dimensions."""

    models: AreaModels
    theme: Theme
    languages: Languages
    twin: QWidget


def _overview(parts: PageParts) -> QWidget:
    from desktop.views.overview import Overview

    return Overview(parts.models, parts.theme, parts.twin)


def _alarms(parts: PageParts) -> QWidget:
    from desktop.views.alarms_page import AlarmsPage

    return AlarmsPage(parts.models, parts.theme)


def _energy(parts: PageParts) -> QWidget:
    from desktop.views.energy_page import energy_page

    return energy_page(parts.models, parts.theme)


def _values(parts: PageParts) -> QWidget:
    from desktop.views.values_page import ValuesPage

    return ValuesPage(parts.models, parts.theme)


def _trends(parts: PageParts) -> QWidget:
    from desktop.views.trends_page import TrendsPage

    return TrendsPage(parts.models, parts.theme)


def _devices(parts: PageParts) -> QWidget:
    from desktop.views.devices_page import DevicesPage

    return DevicesPage(parts.models, parts.theme)


def _editor(parts: PageParts) -> QWidget:
    from desktop.views.editor.editor_page import EditorPage

    return EditorPage(parts.models, parts.theme)


def _care(parts: PageParts) -> QWidget:
    from desktop.views.care_page import CarePage

    return CarePage(parts.models, parts.theme)


def _residents(parts: PageParts) -> QWidget:
    from desktop.views.care_registry import RegistryPage

    return RegistryPage(parts.models, parts.theme)


def _technician(parts: PageParts) -> QWidget:
    from desktop.views.technician_page import TechnicianPage

    return TechnicianPage(parts.models)


def _audit(parts: PageParts) -> QWidget:
    from desktop.views.audit_page import AuditPage

    return AuditPage(parts.models)


def _settings(parts: PageParts) -> QWidget:
    from desktop.views.settings_page import SettingsPage

    return SettingsPage(parts.models)


MAKERS: Mapping[PageName, Callable[[PageParts], QWidget]] = {
    "overview": _overview,
    "alarms": _alarms,
    "energy": _energy,
    "values": _values,
    "trends": _trends,
    "devices": _devices,
    "editor": _editor,
    "care": _care,
    "residents": _residents,
    "technician": _technician,
    "audit": _audit,
    "settings": _settings,
}
