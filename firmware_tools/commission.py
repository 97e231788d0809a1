"""Commissioning: every device of a gateway found, identified, given its secrets, read and activated.

What was done is kept after each step, so that an interrupted evening goes on where it was left; the
acceptance report is made of that record.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

import msgspec

from area_configs.domain.file_faults import file_fault
from area_configs.domain.names import Name
from firmware_tools.gateway_link import GatewayGone
from firmware_tools.sentences import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from firmware_tools.gateway_link import Edge

ACTIVE, FAILED = "active", "failed"
_NO_VALUE = Name(en="no good value in the test read", ja="試し読みで良好な値がありません")
_NO_RECORD = Name(
    en="it is no record of commissioning: remove or restore it",
    ja="立ち上げの記録ではありません。削除するか復元してください",
)
_NO_IDENTITY = Name(
    en="what answers is not area-edge: correct --edge",
    ja="応答したのは area-edge ではありません。--edge を直してください",
)


class Point(TypedDict):
    """One value of a test read."""

    quantity: str
    value: float | bool | None
    quality: str


class Verdict(TypedDict):
    """What one check of the self-test came to."""

    name: str
    level: str
    words: str
    ja: NotRequired[str]  # a gateway of before says it in English only


@dataclass(frozen=True, slots=True)
class Device:
    """What is known of one device.

    Attributes:
        state: `active`, `failed`, or empty where nothing was tried.
        words, words_ja: why it failed, in English and Japanese.
        signal_dbm: how strong it was heard by the scan, None without a radio or a scan.
        values: quantity, value and quality of each point of the test read.
    """

    id: str
    link: str
    profile: str
    address: str = ""
    state: str = ""
    words: str = ""
    words_ja: str = ""
    identity: dict[str, str] = field(default_factory=dict)
    signal_dbm: int | None = None
    values: list[Point] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    by: str = ""
    at_us: int = 0
    tries: int = 0


@dataclass(slots=True)
class Record:
    """What was done on one gateway; `self_test` is what `area-edge doctor` said at the end."""

    gateway: str = ""
    key_id: str = ""
    by: str = ""
    at_us: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    scans: dict[str, Any] = field(default_factory=dict)
    self_test: list[Verdict] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        """Tell whether every device gave good values and the self-test has no failure."""
        sound = all(one["level"] != "fail" for one in self.self_test)
        return (
            bool(self.devices) and sound and all(d.state == ACTIVE for d in self.devices.values())
        )

    def save(self, file: Path) -> None:
        """Write it whole; a cut leaves the old one or the new one."""
        new = file.with_name(f"{file.name}.new")
        with new.open("w", encoding="utf-8") as stream:
            json.dump({**asdict(self), "accepted": self.accepted}, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)


def read_record(file: Path) -> Record:
    """Return what was done before; nothing where there is no file.

    Raises:
        Refused: the file cannot be used.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=Record)
    except FileNotFoundError:
        return Record()
    except OSError as error:
        raise Refused("bad_table", source=file, why=file_fault(error)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Refused("bad_table", source=file, why=_NO_RECORD) from error


class Round:
    """One technician's round over a gateway's devices."""

    def __init__(self, edge: Edge, file: Path, by: str, now_us: Callable[[], int]) -> None:
        """Read what was done before.

        Raises:
            Refused: the record cannot be used.
        """
        self._edge = edge
        self._file = file
        self._by = by
        self._now_us = now_us
        self.record = read_record(file)

    def begin(self, version: str) -> list[str]:
        """Ask the gateway who it is and what it has; return the devices that are not active yet.

        Raises:
            Refused, Unreachable: it does not say.
        """
        said = self._edge.ask("identity")
        if not isinstance(said, dict) or not {"gateway", "keyId"} <= said.keys():
            raise Refused("edge_failed", what="identity", why=_NO_IDENTITY)
        if self.record.gateway not in {"", said["gateway"]}:
            names = (self.record.gateway, said["gateway"])
            why = Name(
                en="it is of gateway {}, this is {}".format(*names),
                ja="ゲートウェイ {} の記録です。ここは {} です".format(*names),
            )
            raise Refused("bad_table", source=self._file, why=why)
        self.record.gateway, self.record.key_id = said["gateway"], said["keyId"]
        self.record.by, self.record.at_us = self._by, self._now_us()
        self.record.versions["area-tech"] = version
        for row in self._edge.ask("devices", "list"):
            name = row["id"]
            known = self.record.devices.get(name) or Device(name, row["link"], row["profile"])
            self.record.devices[name] = known
        self._save()
        return [d.id for d in self.record.devices.values() if d.state != ACTIVE]

    def scan(self, seconds: float) -> Iterator[str]:
        """Look for devices on every link; yields each link. A link that cannot is noted."""
        for link in sorted({device.link for device in self.record.devices.values()}):
            try:
                options = ("--link", link, "--seconds", str(seconds))
                found: Any = self._edge.ask("devices", "scan", *options)
            except Refused as error:
                found = error.why()
            self.record.scans[link] = found
            self._save()
            yield link

    def device(self, name: str, secrets: Mapping[str, str]) -> Device:
        """Bring one device into service as far as it goes; what failed stands in the record.

        Raises:
            GatewayGone: the gateway itself does not answer.
        """
        before = self.record.devices[name]
        started = replace(before, tries=before.tries + 1, by=self._by, at_us=self._now_us())
        try:
            done = self._steps(started, secrets)
        except GatewayGone as error:
            self._put(_failed(started, error))
            raise
        except Refused as error:
            done = _failed(started, error)
        self._put(done)
        return done

    def end(self) -> Record:
        """Have the gateway test itself, and return the whole record.

        Raises:
            Refused, Unreachable: it does not.
        """
        self.record.self_test = self._edge.ask("doctor", fails=True) or []
        self._save()
        return self.record

    def _steps(self, device: Device, secrets: Mapping[str, str]) -> Device:
        claimed = self._edge.ask("devices", "claim", device.id, "--by", self._by)
        device = replace(device, address=str(claimed["address"]), **self._heard(claimed))
        stored = list(device.secrets)
        for name, secret in secrets.items():
            options = (device.id, name, "--by", self._by)
            self._edge.ask("devices", "secret", *options, given=f"{secret}\n")
            stored = sorted({*stored, name})
        device = replace(device, secrets=stored, identity=self._identity(device))
        values = self._edge.ask("devices", "test", device.id, "--by", self._by, fails=True)
        device = replace(device, values=values or [])
        if not any(row["quality"] == "ok" for row in device.values):
            return replace(device, state=FAILED, words=_NO_VALUE.en, words_ja=_NO_VALUE.ja)
        self._edge.ask("devices", "activate", device.id, "--by", self._by)
        return replace(device, state=ACTIVE, words="", words_ja="")

    def _heard(self, claimed: Mapping[str, Any]) -> dict[str, Any]:
        found = self.record.scans.get(claimed["link"])
        rows = found if isinstance(found, list) else []
        heard = (row for row in rows if row["address"] == claimed["address"])
        return {"signal_dbm": next((row["signal_dbm"] for row in heard), None)}

    def _identity(self, device: Device) -> dict[str, str]:
        """Ask what it is; most protocols have no such question."""
        try:
            said = self._edge.ask("devices", "identify", device.address, "--link", device.link)
        except Refused:
            return {}
        return {key: value for key, value in (said or {}).items() if value}

    def _put(self, device: Device) -> None:
        self.record.devices[device.id] = device
        self._save()

    def _save(self) -> None:
        try:
            self.record.save(self._file)
        except OSError as error:
            raise Refused("file", source=self._file, why=file_fault(error)) from error


def _failed(device: Device, error: Refused) -> Device:
    return replace(device, state=FAILED, words=error.why(), words_ja=error.why("ja"))
