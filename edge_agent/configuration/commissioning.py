"""Commissioning: how far the bringing into service of each device has got, durably, step by step.

discovered, claimed, secrets stored, test read, active. It is a record of what a technician did; what
is polled stands in the area file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from area_configs.domain.errors import SmartAreaError
from edge_agent.configuration.durable import replace_durably

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "commissioning.json"


class Stage(StrEnum):
    """How far a device has got."""

    DISCOVERED = "discovered"
    CLAIMED = "claimed"
    SECRETS_STORED = "secrets_stored"
    TEST_READ = "test_read"
    ACTIVE = "active"


_STEPS = {
    Stage.CLAIMED: ("is not claimed", "claim"),
    Stage.TEST_READ: ("has not passed a test read", "test"),
}


class NotYet(SmartAreaError):
    """Do the step before first; says which."""


class BadRecord(SmartAreaError):
    """Restore or remove the record of commissioning: it cannot be used."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device, or a candidate that nobody has claimed yet.

    Attributes:
        link, address: where it was found or is claimed.
        words: what it said of itself.
        by: who did the last step.
        at_us: when.
        test: of the last test read: how many points were good, and of how many.
        steps: every step before, with who and when.
    """

    stage: Stage
    link: str
    address: str = ""
    words: str = ""
    by: str = ""
    at_us: int = 0
    test: dict[str, Any] | None = None
    steps: tuple[dict[str, Any], ...] = field(default=())


class Commissioning:
    """The record of one gateway; every change is on the disk when it returns."""

    def __init__(self, folder: Path, now_us: Callable[[], int]) -> None:
        """Read what is there.

        Raises:
            BadRecord: it cannot be read.
        """
        self._file = folder / FILE
        self._now_us = now_us
        self._devices = self._read()

    def all(self) -> dict[str, Device]:
        """Return every device and candidate by its id; a candidate's is `link/address`."""
        return dict(self._devices)

    def discovered(self, link: str, found: dict[str, str]) -> list[str]:
        """Note candidates on a link, words by address; return those that are new."""
        known = {one.address for one in self._devices.values() if one.link == link}
        new = [address for address in found if address not in known]
        for address in new:
            made = Device(Stage.DISCOVERED, link, address, found[address], "", self._now_us())
            self._devices[f"{link}/{address}"] = made
        self._save()
        return [f"{link}/{address}" for address in new]

    def claim(self, device: str, link: str, address: str, by: str) -> Device:
        """Say that a device of the area is the one at an address; somebody stands for it."""
        candidate = self._devices.pop(f"{link}/{address}", None)
        before = self._devices.get(device) or candidate
        words = before.words if before else ""
        base = Device(Stage.CLAIMED, link, address, words, steps=_steps(before))
        return self._put(device, base, by)

    def require_claimed(self, device: str) -> None:
        """Check that somebody has claimed a device.

        Raises:
            NotYet: nobody has.
        """
        self._at_least(device, Stage.CLAIMED)

    def secret_stored(self, device: str, by: str) -> Device:
        """Note that a secret of a claimed device is stored.

        Raises:
            NotYet: it was never claimed.
        """
        before = self._at_least(device, Stage.CLAIMED)
        return self._put(device, _moved(before, Stage.SECRETS_STORED), by)

    def tested(self, device: str, good: int, count: int, by: str) -> Device:
        """Note a test read; one without any good point does not bring the device on.

        Raises:
            NotYet: it was never claimed.
        """
        before = self._at_least(device, Stage.CLAIMED)
        stage = Stage.TEST_READ if good else before.stage
        test = {"good": good, "points": count, "at_us": self._now_us()}
        return self._put(device, replace(_moved(before, stage), test=test), by)

    def activate(self, device: str, by: str) -> Device:
        """Bring a device into service.

        Raises:
            NotYet: no test read has succeeded.
        """
        before = self._at_least(device, Stage.TEST_READ)
        return self._put(device, _moved(before, Stage.ACTIVE), by)

    def _at_least(self, device: str, stage: Stage) -> Device:
        found = self._devices.get(device)
        order = list(Stage)
        if found is None or order.index(found.stage) < order.index(stage):
            missing, command = _STEPS[stage]
            raise NotYet(f"{device} {missing} yet: area-edge devices {command} {device} first")
        return found

    def _put(self, device: str, changed: Device, by: str) -> Device:
        made = replace(changed, by=by, at_us=self._now_us())
        self._devices[device] = made
        self._save()
        return made

    def _save(self) -> None:
        content = {name: asdict(one) for name, one in sorted(self._devices.items())}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            replace_durably(self._file, json.dumps(content, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise BadRecord(f"{self._file} cannot be written: {error.strerror}") from error

    def _read(self) -> dict[str, Device]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return {
                name: Device(**{**one, "stage": Stage(one["stage"]), "steps": tuple(one["steps"])})
                for name, one in found.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadRecord(f"{self._file} cannot be used: {error}") from error


def _moved(before: Device, stage: Stage) -> Device:
    order = list(Stage)
    further = max(before.stage, stage, key=order.index)
    return replace(before, stage=further, steps=_steps(before))


def _steps(before: Device | None) -> tuple[dict[str, Any], ...]:
    if before is None:
        return ()
    step = {"stage": before.stage.value, "by": before.by, "at_us": before.at_us}
    return (*before.steps, step)
