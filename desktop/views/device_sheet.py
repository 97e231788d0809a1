"""One device or gateway in full: who it is, how it is, its values, commands, settings, history."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QTabWidget, QWidget
from typing_extensions import override

from area_configs.domain.devices import KIND_NAMES
from desktop.models import settings_fields, wording
from desktop.models.fleet import HEALTH_NAMES, VERSION_NAMES
from desktop.models.fleet_table import Column as FleetColumn
from desktop.models.fleet_table import FleetTable, Row
from desktop.models.live_readings import Column
from desktop.views.command_panel import CommandPanel, life_text
from desktop.views.commissioning_panel import CommissioningPanel
from desktop.views.configuration_panel import ConfigurationPanel
from desktop.views.panels import Panel, column, label, row, spaced
from desktop.views.values_table import STRETCH, ValuesTable

if TYPE_CHECKING:
    from area_configs.domain.areas import Device, Gateway
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_WIDTHS = {
    Column.STATE: 112,
    Column.QUANTITY: STRETCH,
    Column.VALUE: 160,
    Column.QUALITY: 144,
    Column.AGE: 72,
}
_GB = 1e9


class Facts(QWidget):
    """Names and values in two pairs of columns; values can be marked and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._pairs: list[tuple[QLabel, QLabel]] = []
        for stretched in (1, 3):
            self._grid.setColumnStretch(stretched, 1)

    def show_pairs(self, pairs: list[tuple[str, str]]) -> None:
        """Show these."""
        for at in range(len(self._pairs), len(pairs)):
            name, value = label("small"), label()
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(name, at // 2, at % 2 * 2)
            self._grid.addWidget(value, at // 2, at % 2 * 2 + 1)
            self._pairs.append((name, value))
        for (name, value), (words, shown) in zip(self._pairs, pairs, strict=True):
            name.setText(words)
            value.setText(spaced(shown))


class Sheet(Panel):
    """What devices and gateways have in common: a name, facts, and tabs below."""

    page_wanted = Signal(str)

    def __init__(self, models: AreaModels, table: FleetTable, shown: Row) -> None:
        super().__init__()
        self.models, self._table, self.shown = models, table, shown
        self.name, self.about, self.facts = label("heading"), label("small"), Facts()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.versions = label()
        self.versions.setWordWrap(True)
        self.versions.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.versions.setContentsMargins(0, 12, 0, 0)
        self.buttons = row()
        top = row(column(self.name, self.about, gap=2))
        top.addStretch(1)
        top.addLayout(self.buttons)
        box = column(top, self.facts, self.tabs, margin=16, gap=12)
        box.setStretch(2, 1)
        self.setLayout(box)
        models.fleet.changed.connect(lambda _: self.refresh())
        models.fleet.versions_changed.connect(lambda _: self.refresh())
        models.fleet.commands.changed.connect(self.refresh)
        models.states.changed.connect(lambda _: self.refresh())

    def refresh(self) -> None:
        """Show how it is by now."""

    def history_text(self) -> str:
        """Return the versions of the gateway's configuration, newest first."""
        language = self.models.language
        lines = []
        for one in self.models.fleet.versions(self.shown.gateway):
            state = VERSION_NAMES.get(one.state, VERSION_NAMES[""]).text(language)
            at = self._local(one.created)
            head = self.tr("{at}  version {n}  {state}  ({by})")
            lines.append(head.format(at=at, n=one.number, state=state, by=one.by))
            detail = one.detail if one.state != "read_back" else ""
            lines += [f"\N{EM SPACE}{text}" for text in (one.note, detail) if text]
        return "\n".join(lines) or self.tr("No configuration was ever sent from here.")

    def _local(self, text: str) -> str:
        zone = ZoneInfo(self.models.area.timezone)
        return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M:%S}"


class DeviceSheet(Sheet):
    """One device."""

    def __init__(self, models: AreaModels, theme: Theme, table: FleetTable, shown: Row) -> None:
        super().__init__(models, table, shown)
        self.device: Device = models.area.device(shown.device)
        self.values = ValuesTable(models, theme, _WIDTHS)
        self.values.rows.show_device(self.device.id)
        self.commands = CommandPanel(models, self.device.id)
        fields = settings_fields.device_fields(self.device.id)
        self.configuration = ConfigurationPanel(models, shown.gateway, fields)
        for page in (self.values, self.commands, self.configuration, self.versions):
            self.tabs.addTab(page, "")
        self.twin, self.trend = QPushButton(), QPushButton()
        self.buttons.addWidget(self.twin)
        self.buttons.addWidget(self.trend)
        self.twin.clicked.connect(lambda: self._go("overview"))
        self.trend.clicked.connect(lambda: self._go("trends"))
        self.retranslate()

    @override
    def retranslate(self) -> None:
        device, language = self.device, self.models.language
        profile = self.models.area.profile_of(device)
        self.name.setText(device.name.text(language))
        kind = KIND_NAMES[profile.kind].text(language)
        self.about.setText(f"{kind} · {profile.maker} {profile.model}")
        self.values.setAccessibleName(self.tr("Values of the chosen device"))
        titles = (
            self.tr("Values"),
            self.tr("Commands"),
            self.tr("Settings"),
            self.tr("History"),
        )
        for at, title in enumerate(titles):
            self.tabs.setTabText(at, title)
        self.twin.setText(self.tr("Show in the twin"))
        self.trend.setText(self.tr("Show trend"))
        self.refresh()

    @override
    def refresh(self) -> None:
        device, area = self.device, self.models.area
        facts = self.models.fleet.facts(device.gateway)
        gateway = area.gateway(device.gateway)
        link = gateway.link(device.link)
        where = device.address or (str(device.unit) if device.unit else "")
        silent = self.tr("does not answer its gateway") if device.id in facts.silent else ""
        state = self._table.text(self.shown, FleetColumn.STATE)
        self.facts.show_pairs(
            [
                (self.tr("State"), " · ".join(filter(None, (state, silent)))),
                (self.tr("Last heard"), self._table.text(self.shown, FleetColumn.SEEN)),
                (self.tr("Id"), device.id),
                (self.tr("Profile"), device.profile),
                (self.tr("Gateway"), gateway.name.text(self.models.language)),
                (self.tr("Line"), " · ".join(filter(None, (link.id, link.kind, where)))),
                (self.tr("Read"), self._asked()),
                (self.tr("Position"), _place(device)),
            ]
        )
        self.versions.setText(spaced(*self._story().splitlines()))

    def _asked(self) -> str:
        profile = self.models.area.profile_of(self.device)
        asked = self.models.fleet.asked_settings(self.device.gateway, self.device.id)
        if asked.get("polled") is False:
            return self.tr("not read (settings)")
        period_s = asked.get("period_s") or min(point.period_s for point in profile.points)
        own = "" if asked.get("period_s") else self.tr("as the model says")
        every = self.tr("every {n:g} s").format(n=period_s)
        return f"{every} ({own})" if own else every

    def _story(self) -> str:
        lives = self.models.fleet.commands.lives(self.device.id)
        parts = [life_text(life, self.models) for life in lives]
        return "\n\n".join([self.history_text(), *parts])

    def _go(self, page: str) -> None:
        self.models.selection.choose(self.device.id)
        self.page_wanted.emit(page)


class GatewaySheet(Sheet):
    """One gateway."""

    def __init__(self, models: AreaModels, table: FleetTable, shown: Row) -> None:
        super().__init__(models, table, shown)
        self.gateway: Gateway = models.area.gateway(shown.gateway)
        fields = settings_fields.gateway_fields()
        self.configuration = ConfigurationPanel(models, shown.gateway, fields)
        self.commissioning = CommissioningPanel(models, self.gateway)
        for page in (self.configuration, self.commissioning, self.versions):
            self.tabs.addTab(page, "")
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.name.setText(self.gateway.name.text(self.models.language))
        devices = len(self.models.area.devices_of(self.gateway.id))
        words = self.tr("Gateway · {links} lines · {devices} devices")
        self.about.setText(words.format(links=len(self.gateway.links), devices=devices))
        titles = (self.tr("Settings"), self.tr("Commissioning"), self.tr("History"))
        for at, title in enumerate(titles):
            self.tabs.setTabText(at, title)
        self.refresh()

    @override
    def refresh(self) -> None:
        facts, language = self.models.fleet.facts(self.gateway.id), self.models.language
        free, offset = facts.disk_free_bytes, facts.clock_offset_s
        seen = self._table.text(self.shown, FleetColumn.SEEN)
        self.facts.show_pairs(
            [
                (self.tr("State"), HEALTH_NAMES[facts.health].text(language)),
                (self.tr("Last heard"), seen),
                (self.tr("Id"), self.gateway.id),
                (self.tr("Version"), facts.version or wording.UNKNOWN),
                (self.tr("Waiting readings"), f"{facts.backlog:,}" if facts.health else "—"),
                (self.tr("Lost readings"), f"{facts.lost:,}" if facts.health else "—"),
                (self.tr("Clock ahead"), "—" if offset is None else f"{offset:+.2f} s"),
                (self.tr("Disk free"), "—" if free is None else f"{free / _GB:.1f} GB"),
                (self.tr("Key"), facts.key or "—"),
                (self.tr("Silent devices"), self._silent()),
            ]
        )
        self.versions.setText(spaced(*self.history_text().splitlines()))

    def _silent(self) -> str:
        facts, area = self.models.fleet.facts(self.gateway.id), self.models.area
        if not facts.reported_us:
            return wording.UNKNOWN
        known = {device.id: device.name for device in area.devices}
        names = [
            known[one].text(self.models.language) if one in known else one for one in facts.silent
        ]
        return ", ".join(names) or self.tr("none")


def _place(device: Device) -> str:
    place = device.position
    return f"{place.latitude:.6f}, {place.longitude:.6f}  +{place.height_m:g} m"
