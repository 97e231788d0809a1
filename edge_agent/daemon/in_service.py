"""In service: whose data count and who takes commands, by the record of commissioning.

Who has begun to commission a device has not finished until it is active: until then it may be
another device than the one in the area file, so nothing that it says is stored and nothing is told
to it. A device that nobody has begun with stands in the area file, which is word enough, unless the
settings require more.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from edge_agent.configuration.commissioning import FILE, BadRecord, Commissioning, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0


class InService:
    """The record as it stands on the disk, looked at now and then; a technician changes it.

    Args:
        folder: the gateway's data folder.
        clock: says when to look again.
        required: whether a device without a record counts for nothing either.
    """

    def __init__(self, folder: Path, clock: Clock, *, required: bool) -> None:
        self.required = required
        self.withheld = 0
        self._folder = folder
        self._clock = clock
        self._looked_at = float("-inf")
        self._read_ns = 0
        self._stages: dict[str, Stage] = {}
        self._trouble = ""

    def refusal(self, device: str) -> str:
        """Say why a device is not in service; empty where it is."""
        self._look()
        stage = self._stages.get(device)
        if stage is Stage.ACTIVE or (stage is None and not self.required):
            return ""
        where = f"commissioning has got to {stage}" if stage else "nobody has commissioned it"
        return f"{device} is not in service yet, {where}: area-edge devices activate {device}"

    def screened(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Return the readings of devices that are in service; the others are counted."""
        devices = {reading.device for reading in readings}
        barred = {device for device in devices if self.refusal(device)}
        if not barred:
            return readings
        passed = [reading for reading in readings if reading.device not in barred]
        self.withheld += len(readings) - len(passed)
        return passed

    def status(self) -> dict[str, Any]:
        """Return what the status says of it: who is under way, and what was withheld."""
        self._look()
        under_way = {d: s.value for d, s in self._stages.items() if s is not Stage.ACTIVE}
        return {"required": self.required, "under_way": under_way, "withheld": self.withheld}

    def _look(self) -> None:
        now = self._clock.monotonic()
        if now - self._looked_at < _LOOK_EVERY_S:
            return
        self._looked_at = now
        try:
            changed_ns = (self._folder / FILE).stat().st_mtime_ns
        except OSError:
            changed_ns = 0
        if changed_ns != self._read_ns:
            self._read_ns = changed_ns
            self._read()

    def _read(self) -> None:
        """Take the record; one that cannot be read changes nothing of what was known."""
        try:
            found = Commissioning(self._folder, self._clock.now_us).all()
        except BadRecord as error:
            _log.error("%s", error)
            return
        self._stages = {name: one.stage for name, one in found.items() if "/" not in name}
