"""Devices between the hub and the fleet: gateways, versions and commands come in, wishes go out."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from area_configs.domain.errors import HubRejected, HubUnavailable
from desktop.models.command_desk import Life, Step
from desktop.models.connection import Link
from desktop.models.drafts import Autosave
from desktop.models.fleet import GatewayFacts, VersionFacts
from platform_hub.client.area_client import AreaClient
from platform_hub.wire.commands import CommandBody, Order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from desktop.bridge.area_desk import AreaDesk
    from desktop.bridge.hub_source import HubSource
    from desktop.models.area_models import AreaModels
    from desktop.models.command_desk import Ask
    from desktop.models.drafts import Drafts

_QUICK_MS = 500  # while something is under way
_CALM_EVERY = 20  # quick looks: how often the rest is asked for
_GATEWAY, _VERSIONS, _APPLY = "gateway", "versions", "apply"
_COMMANDS, _COMMAND, _LIFE = "commands", "command", "life"


class DeviceWiring(QObject):
    """Keeps the fleet in step with the hub, and its drafts on this machine's disk."""

    def __init__(
        self, area_desk: AreaDesk, source: HubSource, models: AreaModels, drafts: Drafts
    ) -> None:
        super().__init__(models)
        self._area_desk, self._models = area_desk, models
        self._fleet, self._commands = models.fleet, models.fleet.commands
        self._asked: set[str] = set()
        self._looks = 0
        self._restore(drafts)
        area_desk.answered.connect(self._answered)
        area_desk.failed.connect(self._failed)
        source.fed.connect(self.ask_all)
        models.person.changed.connect(self.ask_all)
        self._fleet.apply_wanted.connect(self._apply)
        self._commands.wanted.connect(self._send)
        self._timer = QTimer(self, interval=_QUICK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self.ask_all()

    def ask_all(self) -> None:
        """Ask for every gateway, its versions and the newest commands."""
        for gateway in self._models.area.gateways:
            self._ask_gateway(gateway.id)
        self._ask(_COMMANDS, AreaClient.commands)

    def flush(self) -> None:
        """Keep every draft now."""
        for autosave in self._autosaves:
            autosave.flush()

    def _restore(self, drafts: Drafts) -> None:
        self._autosaves = []
        for gateway, draft in self._fleet.drafts.items():
            name = f"configuration/{gateway}"
            kept = drafts.find(name)
            if kept is not None:
                with suppress(KeyError, TypeError, ValueError, AttributeError):  # another edition's
                    draft.restore(kept.content)
            autosave = Autosave(drafts, name, draft.content, self)
            draft.changed.connect(autosave.touch)
            autosave.failed.connect(
                lambda why, to=gateway: self._fleet.said.emit(to, f"{to}: {why}")
            )
            self._autosaves.append(autosave)

    def _look(self) -> None:
        """Ask for what is under way at every look, for the rest now and then."""
        if self._models.connection.link is not Link.CONNECTED:
            return
        self._looks += 1
        for ident in self._commands.open():
            self._ask_life(ident)
        for gateway in self._models.area.gateways:
            if self._fleet.undecided(gateway.id):
                self._ask_gateway(gateway.id)
        if self._looks % _CALM_EVERY == 0:
            self.ask_all()

    def _ask_life(self, ident: str) -> None:
        self._ask(f"{_LIFE}/{ident}", lambda client: client.command_state(ident))

    def _ask_gateway(self, gateway: str) -> None:
        self._ask(f"{_GATEWAY}/{gateway}", lambda client: client.gateway(gateway))
        self._ask(f"{_VERSIONS}/{gateway}", lambda client: client.configuration_versions(gateway))

    def _ask(self, topic: str, request: Callable[[AreaClient], object]) -> None:
        """Ask once at a time: a slow hub is not asked the same again meanwhile."""
        if topic not in self._asked:
            self._asked.add(topic)
            self._area_desk.ask(topic, request)

    def _apply(self, gateway: str, document: dict[str, Any], version: int, note: str) -> None:
        topic = f"{_APPLY}/{gateway}"
        self._ask(topic, lambda client: client.put_configuration(gateway, document, version, note))

    def _send(self, ask: Ask) -> None:
        body = CommandBody(ask.device, ask.quantity, ask.value, ask.reason, confirmed=ask.confirmed)
        key = secrets.token_hex(8)
        self._area_desk.ask(_COMMAND, lambda client: client.command(body, key))

    def _answered(self, topic: str, answer: Any) -> None:
        self._asked.discard(topic)
        kind, _, which = topic.partition("/")
        if kind == _GATEWAY:
            self._fleet.take(gateway_facts(answer))
        elif kind == _VERSIONS:
            self._fleet.take_versions(which, map(version_facts, answer))
        elif kind == _APPLY:
            self._ask_gateway(which)
        elif kind == _COMMANDS:
            self._commands.take(map(life, answer))
        elif kind in {_COMMAND, _LIFE}:
            self._commands.take([life(answer)])

    def _failed(self, topic: str, error: Exception) -> None:
        self._asked.discard(topic)
        kind, _, which = topic.partition("/")
        if not isinstance(error, HubRejected | HubUnavailable):
            return
        if kind == _COMMAND:
            self._commands.refused.emit(str(error))
        elif kind == _APPLY:
            self._fleet.said.emit(which, str(error))
            self._ask_gateway(which)


def gateway_facts(said: Mapping[str, Any]) -> GatewayFacts:
    """Return a gateway as the fleet has it."""
    report = said.get("report") or {}
    return GatewayFacts(
        id=said["id"],
        version=said.get("version") or "",
        last_seen_us=said["lastSeenUs"],
        backlog=said["backlog"],
        lost=said["lost"],
        health=said["health"],
        newest=said["configuration"] or 0,
        running=report.get("configuration"),
        settings=report.get("settings") or {},
        clock_offset_s=report.get("clockOffsetS"),
        disk_free_bytes=report.get("diskFreeBytes"),
        silent=tuple(report.get("devicesSilent") or ()),
        key=said["keyId"] or "",
        reported_us=said["reportedUs"],
    )


def version_facts(said: Mapping[str, Any]) -> VersionFacts:
    """Return a version as the fleet has it."""
    steps = said.get("steps") or [{}]
    return VersionFacts(
        said["version"],
        said["state"],
        said["createdBy"],
        said["created"],
        said["note"],
        steps[-1].get("detail", ""),
    )


def life(order: Order) -> Life:
    """Return a command as the desk has it."""
    body = order.body
    return Life(
        order.subject,
        body["device"],
        body["quantity"],
        body["value"],
        body["reason"],
        order.created_by,
        order.created_us,
        order.state,
        tuple(Step(s.state, s.at_us, s.by, s.detail, s.value) for s in order.steps),
    )
