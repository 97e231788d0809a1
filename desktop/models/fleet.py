"""The fleet: every gateway as the hub tells it, with the versions of its configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from area_configs.domain.names import Name
from desktop.models.command_desk import CommandDesk
from desktop.models.configuration_draft import ConfigurationDraft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from desktop.models.connection import Connection
    from desktop.models.person import Person

HEALTH_NAMES = {
    "online": Name("接続中", "Online"),
    "silent": Name("応答なし", "Silent"),
    "losing": Name("欠測あり", "Losing readings"),
    "never_seen": Name("未接続", "Never seen"),
    "": Name("不明", "Unknown"),
}
VERSION_NAMES = {
    "sent": Name("送信済み・ゲートウェイ待ち", "Sent, waits for the gateway"),
    "delivered": Name("ゲートウェイで試行中", "On trial at the gateway"),
    "applied": Name("適用中", "Being applied"),
    "read_back": Name("適用済み・読み返し確認", "In force, read back"),
    "failed": Name("適用されませんでした", "Not in force"),
    "expired": Name("取り下げ", "Overtaken"),
    "": Name("不明", "Unknown"),
}
UNDECIDED = frozenset({"sent", "delivered", "applied"})


@dataclass(frozen=True, slots=True)
class GatewayFacts:
    """One gateway as the hub tells it; what it never said is None, 0 or empty.

    Attributes:
        health: `online`, `silent`, `losing` or `never_seen`.
        newest: number of the newest version at the hub, 0 where there is none.
        running: the version that the gateway says it runs, None where it did not say.
        settings: the settings in force there that a configuration may change.
        silent: devices that do not answer it.
        key: id of the key by which it signs.
    """

    id: str
    version: str = ""
    last_seen_us: int = 0
    backlog: int = 0
    lost: int = 0
    health: str = ""
    newest: int = 0
    running: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    clock_offset_s: float | None = None
    disk_free_bytes: int | None = None
    silent: tuple[str, ...] = ()
    key: str = ""
    reported_us: int = 0


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version of a gateway's configuration, and how far it has got.

    `detail` is what the gateway said of it last.
    """

    number: int
    state: str
    by: str
    created: str
    note: str = ""
    detail: str = ""


class Fleet(QObject):
    """Gateways, commands and drafts of configurations; people's wishes go out as signals."""

    changed = Signal(str)  # gateway
    versions_changed = Signal(str)  # gateway
    apply_wanted = Signal(str, dict, int, str)  # gateway, document, version it changes, note
    said = Signal(str, str)  # gateway, a sentence about what was asked for

    def __init__(
        self, area: Area, person: Person, connection: Connection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._facts: dict[str, GatewayFacts] = {}
        self._versions: dict[str, tuple[VersionFacts, ...]] = {}
        self.forbidden: Name | None = None
        self._language: Language = "ja"
        self.commands = CommandDesk(area, person, connection, self)
        self.drafts = {
            gateway.id: ConfigurationDraft(
                gateway.id, tuple(device.id for device in area.devices_of(gateway.id)), self
            )
            for gateway in area.gateways
        }

    def facts(self, gateway: str) -> GatewayFacts:
        """Return what is known of a gateway."""
        return self._facts.get(gateway) or GatewayFacts(gateway)

    def versions(self, gateway: str) -> tuple[VersionFacts, ...]:
        """Return the versions of a gateway's configuration, newest first."""
        return self._versions.get(gateway, ())

    def take(self, facts: GatewayFacts) -> None:
        """Take what the hub tells of a gateway."""
        if self._facts.get(facts.id) == facts:
            return
        self._facts[facts.id] = facts
        if facts.id in self.drafts and facts.settings:
            self.drafts[facts.id].take_applied(facts.newest, facts.settings)
        self.changed.emit(facts.id)

    def take_versions(self, gateway: str, versions: Iterable[VersionFacts]) -> None:
        """Take the versions of a gateway's configuration."""
        found = tuple(versions)
        if self._versions.get(gateway) != found:
            self._versions[gateway] = found
            self.versions_changed.emit(gateway)

    def undecided(self, gateway: str) -> bool:
        """Tell whether a version is on its way to a gateway or on trial there."""
        versions = self.versions(gateway)
        return bool(versions) and versions[0].state in UNDECIDED

    def set_language(self, language: Language) -> None:
        """Refuse in another language."""
        self._language = language

    def forbid(self, why: Name | None) -> None:
        """Send nothing for a reason, as while the past is shown; None allows it again."""
        if why is not self.forbidden:
            self.forbidden = why
            self.commands.forbid(why)
            for gateway in self.drafts:
                self.changed.emit(gateway)

    def apply(self, gateway: str, note: str) -> None:
        """Ask for a gateway's draft to be put in force; where that is forbidden, say so."""
        if self.forbidden:
            self.said.emit(gateway, self.forbidden.text(self._language))
            return
        draft = self.drafts[gateway]
        self.apply_wanted.emit(gateway, draft.document, self.facts(gateway).newest, note)

    def asked_settings(self, gateway: str, device: str) -> Mapping[str, Any]:
        """Return how the gateway says that it asks a device; empty: as the profile says."""
        found: Mapping[str, Any] = self.facts(gateway).settings.get("devices", {}).get(device, {})
        return found
