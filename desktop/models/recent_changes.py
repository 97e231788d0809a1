"""What changed of late: alarms, configurations, commands and plans, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from desktop.models import wording
from desktop.models.command_desk import STATE_NAMES
from desktop.models.fleet import VERSION_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.domain.areas import Area
    from desktop.models.alarm_desk import AlarmDesk
    from desktop.models.command_desk import Life
    from desktop.models.energy import EnergyBoard
    from desktop.models.fleet import Fleet, VersionFacts

MOST = 8
_EVENTS = {
    "raised": Name("発生", "raised"),
    "returned": Name("復帰", "returned"),
    "answered": Name("確認", "acknowledged"),
}
_SETTINGS = Name("{where} 設定 版{n}: {state}", "{where} settings, version {n}: {state}")
_COMMAND = Name("{where} {what} → {value}: {state}", "{where} {what} → {value}: {state}")
_PLAN = Name("電力計画を送信 ({by})", "Energy plan sent by {by}")
_TAKEN_BACK = Name("電力計画を取り消し (送信者 {by})", "Energy plan of {by} taken back")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    Attributes:
        at_us: when.
        what: in both languages.
        page: where it leads to; `device` is chosen there where it is set.
    """

    at_us: int
    what: Name
    page: str
    device: str = ""


class RecentChanges:
    """Gathers from the models that hold them."""

    def __init__(
        self, area: Area, desk: AlarmDesk, fleet: Fleet, energy: EnergyBoard | None
    ) -> None:
        self._area, self._desk, self._fleet, self._energy = area, desk, fleet, energy

    def until(self, instant_us: int) -> list[Change]:
        """Return the last changes up to an instant, at most `MOST`."""
        found = [one for one in self._all() if one.at_us <= instant_us]
        return sorted(found, key=lambda one: -one.at_us)[:MOST]

    def _all(self) -> Iterator[Change]:
        yield from self._alarms()
        for gateway in self._area.gateways:
            for version in self._fleet.versions(gateway.id):
                yield _version(gateway.name, version)
        for device in self._area.devices:
            for life in self._fleet.commands.lives(device.id):
                yield _command(device.name, life)
        yield from self._plan()

    def _alarms(self) -> Iterator[Change]:
        for row in self._desk.rows:
            if not row.alarm or not row.since_us:
                continue
            moments = {"raised": row.since_us, "returned": row.returned_us, "answered": row.at_us}
            for event, at_us in moments.items():
                if at_us:
                    did = _EVENTS[event]
                    what = Name(f"{row.what.ja} {did.ja}", f"{row.what.en} {did.en}")
                    yield Change(at_us, what, "alarms")

    def _plan(self) -> Iterator[Change]:
        standing = self._energy.standing if self._energy else None
        if standing:
            words = _TAKEN_BACK if standing.revocations else _PLAN
            by = standing.created_by
            what = Name(words.ja.format(by=by), words.en.format(by=by))
            yield Change(standing.created_us, what, "energy")


def _version(where: Name, version: VersionFacts) -> Change:
    state = VERSION_NAMES.get(version.state, VERSION_NAMES[""])
    ja = _SETTINGS.ja.format(where=where.ja, n=version.number, state=state.ja)
    en = _SETTINGS.en.format(where=where.en, n=version.number, state=state.en)
    at_us = round(datetime.fromisoformat(version.created).timestamp() * 1e6)
    return Change(at_us, Name(ja, en), "devices")


def _command(where: Name, life: Life) -> Change:
    """Return how far a command has come, when its last step was."""
    quantity = wording.quantity_of(life.quantity).name
    at_us = life.steps[-1].at_us if life.steps else life.created_us
    state = life.outcome() if life.state in STATE_NAMES else Name(life.state, life.state)
    ja = wording.value_text(life.quantity, life.value, "ja")
    en = wording.value_text(life.quantity, life.value, "en")
    return Change(
        at_us,
        Name(
            _COMMAND.ja.format(where=where.ja, what=quantity.ja, value=ja, state=state.ja),
            _COMMAND.en.format(where=where.en, what=quantity.en, value=en, state=state.en),
        ),
        "devices",
        life.device,
    )
