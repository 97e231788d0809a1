"""The hub's folder and its settings file, `hub.toml`."""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from area_configs.domain.errors import Mistake, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LEAST_MINUTE_DAYS = 29
DATABASE_VARIABLE = "AREA_HUB_DATABASE"  # keeps a password out of the list of processes
TEMPLATE = """\
# Settings of this area hub. Every line is optional; these are the defaults.

# temporal_page_size = 1000     # readings per quantity in one answer of history
# max_body_bytes = 8388608      # largest request that a gateway may send
# max_body_readings = 200000    # most readings in one such request
# live_kept_readings = 50000    # readings that a live stream can resume over
# notification_targets = []     # inner hosts and networks that subscriptions may notify,
#                               # such as "mqtt.city.example", "10.1.2.0/24"
# database = ""                 # postgresql://user:password@host/name; empty is SQLite in this folder

# How long history is kept, in days. 0 keeps it for ever: nothing is dropped unless it says so here.
# [history]
# raw_days = 0                  # every reading
# minute_days = 0               # minimum, mean, maximum, number and coverage of each minute
# half_hour_days = 0            # the same of each half hour
# day_days = 0                  # the same of each day
# expected_s = 60               # a reading is expected this often, where the area file names no device

# How long care is kept, in days; 0 keeps it until a consent ends.
# [care]
# minute_days = 35              # minutes of wearables; the days that were made from them stay
# day_days = 0                  # daily summaries
# event_days = 0                # falls, calls and wandering that were answered
# record_days = 0               # scores, notes and the care cycle
# news2 = false                 # offer the early-warning score, from sets that a person enters

# A quantity may differ in what is said of its history:
# [history.quantities.heart_rate]
# raw_days = 30
"""


@dataclass(frozen=True, slots=True)
class HistoryRule:
    """How long one quantity is kept, in days; 0 is for ever.

    Attributes:
        raw_days, minute_days, half_hour_days, day_days: readings, and their roll-ups.
        expected_s: the interval at which readings are expected, for coverage.
    """

    raw_days: int = 0
    minute_days: int = 0
    half_hour_days: int = 0
    day_days: int = 0
    expected_s: int = 60


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """How long history is kept: in general, and for the quantities that differ."""

    general: HistoryRule = HistoryRule()
    quantities: Mapping[str, HistoryRule] = field(default_factory=dict)

    def rule(self, quantity: str) -> HistoryRule:
        """Return the rule of a quantity."""
        return self.quantities.get(quantity, self.general)

    @property
    def every_raw_days(self) -> int:
        """Return after how many days no quantity keeps its readings; 0 where one does for ever."""
        days = [rule.raw_days for rule in (self.general, *self.quantities.values())]
        return 0 if 0 in days else max(days)


@dataclass(frozen=True, slots=True)
class CareSettings:
    """How long care is kept, in days, and what is offered; 0 keeps it until a consent ends.

    Attributes:
        minute_days: minutes of wearables; the days that were made from them stay.
        day_days: daily summaries.
        event_days: events that were answered; one that nobody answered stays.
        record_days: scores, notes and the care cycle.
        news2: offer NEWS2, from complete sets that a person enters.
    """

    minute_days: int = 35
    day_days: int = 0
    event_days: int = 0
    record_days: int = 0
    news2: bool = False


@dataclass(frozen=True, slots=True)
class HubSettings:
    """What an operator may tune.

    Attributes:
        temporal_page_size: instances of one attribute in one temporal answer.
        max_body_bytes, max_body_readings: bounds of one ingest request.
        live_kept_readings: readings kept in the change log for streams that resume.
        notification_targets: inner hosts, addresses and networks that notifications may go to.
        database: URL of a PostgreSQL database; empty is SQLite in the hub's folder.
        history: how long what is kept.
        care: how long care is kept, and what of it is offered.
    """

    temporal_page_size: int = 1000
    max_body_bytes: int = 8 << 20
    max_body_readings: int = 200_000
    live_kept_readings: int = 50_000
    notification_targets: tuple[str, ...] = ()
    database: str = ""
    history: HistorySettings = field(default_factory=HistorySettings)
    care: CareSettings = CareSettings()


@dataclass(frozen=True, slots=True)
class HubFolder:
    """Where everything of one hub stands.

    Attributes:
        temporal_page_size: in the place of the setting in the file.
        url: PostgreSQL in the place of what the file says.
    """

    path: Path
    temporal_page_size: int | None = None
    url: str = ""

    @property
    def settings_file(self) -> Path:
        """Return `hub.toml`; it is written last, so it marks a complete folder."""
        return self.path / "hub.toml"

    @property
    def area(self) -> Path:
        """Return the folder of the area pack."""
        return self.path / "area"

    @property
    def database(self) -> Path:
        """Return the SQLite database."""
        return self.path / "hub.sqlite"

    @property
    def lock(self) -> Path:
        """Return the file that a running hub holds."""
        return self.path / "hub.lock"

    def place(self) -> Path | str:
        """Return where the hub's data is: a URL that was given, or is set, or the SQLite file.

        Raises:
            SettingsError: as `settings` does.
        """
        return self.given or self.settings().database or self.database

    @property
    def given(self) -> str:
        """Return the URL that stands in the place of what the file says; empty where none does."""
        return self.url or os.environ.get(DATABASE_VARIABLE, "")

    @property
    def trust(self) -> Path:
        """Return the folder of the hub's key, its CA and its certificate; nobody else reads it."""
        return self.path / "trust"

    @property
    def identity(self) -> Path:
        """Return the file of the hub's own key."""
        return self.trust / "identity.pem"

    def settings(self) -> HubSettings:
        """Read the settings.

        Raises:
            SettingsError: the folder is not a hub's, or the file has mistakes (all are named).
        """
        file = self.settings_file
        text = ""
        try:
            text = file.read_text(encoding="utf-8")
            read = _settings(text)
        except FileNotFoundError as error:
            raise _mistake(
                self.path, "not a hub folder: run 'area-hub init' on it first"
            ) from error
        except OSError as error:
            raise _mistake(file, f"cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise _mistake(file, "is not UTF-8 text: save it as UTF-8") from error
        except tomllib.TOMLDecodeError as error:
            raise _mistake(file, f"is not TOML: {error}") from error
        except ValidationError as error:
            raise SettingsError(_mistakes(file, text, error)) from error
        if self.temporal_page_size is None:
            return read
        return replace(read, temporal_page_size=self.temporal_page_size)


def read_context_map(entries: Sequence[str]) -> dict[str, Any]:
    """Read JSON-LD contexts from files, given as `URL=FILE`.

    Raises:
        SettingsError: an entry or its file cannot be read.
    """
    found = {}
    for entry in entries:
        url, equals, name = entry.rpartition("=")
        if not (equals and "://" in url and name):
            raise SettingsError((Mistake("--context-map", 0, entry, "give URL=FILE"),))
        found[url] = _context_file(Path(name))
    return found


def _context_file(file: Path) -> Any:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _mistake(file, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _mistake(file, f"is no JSON: {error}") from error
    if not isinstance(document, dict) or "@context" not in document:
        raise _mistake(file, "holds no @context")
    return document


_TARGET = r"^[A-Za-z0-9._:-]+(/[0-9]{1,3})?$"  # a host, an address, a network


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    raw_days: int = Field(default=0, ge=0, le=100_000)
    minute_days: int = Field(default=0, ge=0, le=100_000)
    half_hour_days: int = Field(default=0, ge=0, le=100_000)
    day_days: int = Field(default=0, ge=0, le=100_000)
    expected_s: int = Field(default=60, ge=1, le=86_400)

    @model_validator(mode="after")
    def _days_are_made_of_half_hours(self) -> Self:
        if self.raw_days == 1 or self.half_hour_days == 1:
            raise ValueError(
                "raw_days and half_hour_days are 0 or at least 2: days are made of them"
            )
        return self


class _History(_Rule):
    quantities: dict[str, dict[str, int]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _each_rule_holds(self) -> Self:
        self.settings()
        return self

    def settings(self) -> HistorySettings:
        general = self.model_dump(exclude={"quantities"})
        rules = {
            name: HistoryRule(**_Rule.model_validate(general | own).model_dump())
            for name, own in self.quantities.items()
        }
        return HistorySettings(HistoryRule(**general), rules)


class _Care(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    minute_days: int = Field(default=35, ge=0, le=100_000)
    day_days: int = Field(default=0, ge=0, le=100_000)
    event_days: int = Field(default=0, ge=0, le=100_000)
    record_days: int = Field(default=0, ge=0, le=100_000)
    news2: bool = False

    @field_validator("minute_days")
    @classmethod
    def _gateways_bring_four_weeks(cls, days: int) -> int:
        if 0 < days < _LEAST_MINUTE_DAYS:
            raise ValueError(
                f"is 0 or at least {_LEAST_MINUTE_DAYS}: a gateway may bring four weeks at once"
            )
        return days


class _HubFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    temporal_page_size: int = Field(default=1000, ge=1, le=100_000)
    max_body_bytes: int = Field(default=8 << 20, ge=1 << 10, le=1 << 30)
    max_body_readings: int = Field(default=200_000, ge=1, le=5_000_000)
    live_kept_readings: int = Field(default=50_000, ge=1, le=10_000_000)
    notification_targets: list[Annotated[str, Field(pattern=_TARGET)]] = Field(
        default=[], max_length=100
    )
    database: str = ""
    history: _History = Field(default_factory=_History)
    care: _Care = Field(default_factory=_Care)


def _settings(text: str) -> HubSettings:
    file = _HubFile.model_validate(tomllib.loads(text))
    read = file.model_dump(exclude={"history", "notification_targets", "care"})
    return HubSettings(
        **read,
        notification_targets=tuple(file.notification_targets),
        history=file.history.settings(),
        care=CareSettings(**file.care.model_dump()),
    )


def _mistake(place: Path, message: str) -> SettingsError:
    return SettingsError((Mistake(str(place), 0, "", message),))


def _mistakes(file: Path, text: str, error: ValidationError) -> tuple[Mistake, ...]:
    lines = text.splitlines()
    found = []
    for detail in error.errors():
        path = ".".join(str(part) for part in detail["loc"])
        key = re.compile(rf"\s*{re.escape(path)}\s*=")
        line = next((n for n, content in enumerate(lines, 1) if key.match(content)), 0)
        found.append(Mistake(str(file), line, path, detail["msg"]))
    return tuple(found)
