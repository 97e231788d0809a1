"""Settings of devices as CSV: written out, and read back as changes with every mistake."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from area_configs.domain.names import Name
from area_configs.schema.gateway_document import DeviceSettingsFile
from desktop.models import settings_fields
from desktop.models.settings_fields import DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from area_configs.domain.areas import Area
    from desktop.models.configuration_draft import ConfigurationDraft
    from desktop.models.settings_fields import Path

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # Excel reads Japanese rightly with it only
KEYS = tuple(DeviceSettingsFile.model_fields)
COLUMNS = ("gateway", "device", "name_ja", "name_en", "profile", *KEYS)
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs from the draft."""

    gateway: str
    device: str
    key: str
    before: Any
    after: Any

    @property
    def path(self) -> Path:
        """Return where it stands in the gateway's document."""
        return DEVICES, self.device, self.key


@dataclass(frozen=True, slots=True)
class Mistake:
    """What cannot be taken; `line` counts from 1, the header is line 1."""

    line: int
    column: str
    words: Name


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file asks for."""

    changes: tuple[Change, ...]
    mistakes: tuple[Mistake, ...]


def written(area: Area, drafts: Mapping[str, ConfigurationDraft]) -> str:
    """Return the settings of every device as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for device in area.devices:
        values = [drafts[device.gateway].value((DEVICES, device.id, key)) for key in KEYS]
        names = (device.name.ja, device.name.en, device.profile)
        writer.writerow([device.gateway, device.id, *names, *map(_cell, values)])
    return text.getvalue()


def read(text: str, area: Area, drafts: Mapping[str, ConfigurationDraft]) -> Reading:
    """Return every change that a file asks for, and every mistake in it; nothing is changed.

    A column that is not there changes nothing; an empty cell means `as the model says`.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix(BOM)))
    header = list(rows.fieldnames or ())
    faults = list(_header_faults(header))
    changes: list[Change] = []
    if not faults:
        seen: set[str] = set()
        for row in rows:
            given = {key: (row.get(key) or "").strip() for key in ("gateway", "device", *KEYS)}
            known = [key for key in KEYS if key in header]
            line = _Line(rows.line_num, given, known)
            found, wrong = line.read(area, drafts, seen)
            changes += found
            faults += wrong
    return Reading(tuple(changes), tuple(faults))


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: dict[str, str]
    keys: list[str]

    def read(
        self, area: Area, drafts: Mapping[str, ConfigurationDraft], seen: set[str]
    ) -> tuple[list[Change], list[Mistake]]:
        device = self.cells["device"]
        gateway = {one.id: one.gateway for one in area.devices}.get(device)
        if gateway is None:
            return [], [
                self._fault("device", f"機器「{device}」はありません", f"No device {device!r}")
            ]
        if self.cells["gateway"] not in {"", gateway}:
            words = (f"「{gateway}」の機器です", f"It belongs to {gateway}")
            return [], [self._fault("gateway", *words)]
        if device in seen:
            return [], [
                self._fault("device", "同じ機器が2行あります", "The device stands here twice")
            ]
        seen.add(device)
        return self._changes(gateway, device, drafts[gateway])

    def _changes(
        self, gateway: str, device: str, draft: ConfigurationDraft
    ) -> tuple[list[Change], list[Mistake]]:
        changes, faults = [], []
        for key in self.keys:
            value = _value(key, self.cells[key])
            if wrong := _wrong(key, value):
                faults.append(self._fault(key, wrong.ja, wrong.en))
                continue
            before = draft.value((DEVICES, device, key))
            if before != value:
                changes.append(Change(gateway, device, key, before, value))
        return changes, faults

    def _fault(self, column: str, ja: str, en: str) -> Mistake:
        return Mistake(self.number, column, Name(ja, en))


def _header_faults(header: list[str]) -> Iterator[Mistake]:
    for column in [column for column in header if column not in COLUMNS]:
        words = Name(f"知らない列「{column}」", f"Unknown column {column!r}")
        yield Mistake(1, column, words)
    if "device" not in header:
        yield Mistake(1, "device", Name("列「device」がありません", "There is no column device"))


def _value(key: str, cell: str) -> Any:
    """Return a cell as a document has it: None where it is empty or says what holds anyway."""
    if not cell:
        return None
    if key == "polled":
        flag = _FLAGS.get(cell.casefold(), cell)
        return None if flag is True else flag
    try:
        return float(cell)
    except ValueError:
        return cell


def _wrong(key: str, value: Any) -> Name | None:
    if value is None:
        return None
    try:
        DeviceSettingsFile.model_validate({key: value})
    except ValidationError as error:
        return settings_fields.words(error.errors(include_url=False)[0])
    return None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else f"{value:g}"
