"""The pages of the console: how each is made, in the order in which they are offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.views.alarms_page import AlarmsPage
from desktop.views.audit_page import AuditPage
from desktop.views.care_page import CarePage
from desktop.views.care_registry import RegistryPage
from desktop.views.devices_page import DevicesPage
from desktop.views.editor.editor_page import EditorPage
from desktop.views.energy_page import energy_page
from desktop.views.overview import Overview
from desktop.views.settings_page import SettingsPage
from desktop.views.technician_page import TechnicianPage
from desktop.views.trends_page import TrendsPage
from desktop.views.values_page import ValuesPage

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


MAKERS: Mapping[PageName, Callable[[PageParts], QWidget]] = {
    "overview": lambda parts: Overview(parts.models, parts.theme, parts.twin),
    "alarms": lambda parts: AlarmsPage(parts.models, parts.theme),
    "energy": lambda parts: energy_page(parts.models, parts.theme),
    "values": lambda parts: ValuesPage(parts.models, parts.theme),
    "trends": lambda parts: TrendsPage(parts.models, parts.theme),
    "devices": lambda parts: DevicesPage(parts.models, parts.theme),
    "editor": lambda parts: EditorPage(parts.models, parts.theme),
    "care": lambda parts: CarePage(parts.models, parts.theme),
    "residents": lambda parts: RegistryPage(parts.models, parts.theme),
    "technician": lambda parts: TechnicianPage(parts.models),
    "audit": lambda parts: AuditPage(parts.models),
    "settings": lambda parts: SettingsPage(parts.models),
}
