"""Pulse inputs: meters that close a contact, as the kernel would record it, in a named pipe."""

from __future__ import annotations

import asyncio
import os
import struct
from typing import TYPE_CHECKING

from area_configs.domain.sources import PulseSource
from edge_agent.simulators.faults import HEALTHY
from edge_agent.simulators.ledger import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from area_configs.domain.areas import Device
    from area_configs.domain.devices import DeviceProfile
    from edge_agent.simulators.faults import Fault
    from edge_agent.simulators.ledger import Ledger

EVERY_S = 3.0
_RISING = 1
_RECORD = struct.Struct("=QIIII24x")  # linux/gpio.h, struct gpio_v2_line_event


class PulseInputs:
    """Every input gets a pulse every few seconds, while somebody watches the pipe.

    Args:
        path: where the pipe appears.
        inputs: device and model by input line.
        ledger: where counts are noted.
        clock: microseconds since 1970-01-01 UTC.
        faults: what goes wrong, by device id.
    """

    def __init__(
        self,
        path: Path,
        inputs: Mapping[int, tuple[Device, DeviceProfile]],
        ledger: Ledger,
        clock: Callable[[], int],
        faults: Mapping[str, Fault],
    ) -> None:
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o600)
        self._path = path
        self._inputs = inputs
        self._ledger = ledger
        self._clock = clock
        self._faults = faults
        self._counts = dict.fromkeys(inputs, 0)
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(EVERY_S, self._tick)

    def close(self) -> None:
        """Take the pipe away."""
        self._timer.cancel()
        self._path.unlink(missing_ok=True)

    def pulse(self, line: int) -> None:
        """Close one contact once."""
        device, profile = self._inputs[line]
        fault = self._faults.get(device.id, HEALTHY)
        count, now_us = self._counts[line] + 1, self._clock()
        at_ns = round(count * EVERY_S * 1e9)
        record = _RECORD.pack(at_ns, _RISING, line, count, count)
        if fault.silent or not self._write(record[:20] if fault.garbled else record):
            return
        self._counts[line] = count
        self._ledger.write(_said(device, profile, count), now_us)

    def _tick(self) -> None:
        self._timer = self._loop.call_later(EVERY_S, self._tick)
        for line in self._inputs:
            self.pulse(line)

    def _write(self, record: bytes) -> bool:
        try:
            pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody watches
            return False
        try:
            return os.write(pipe, record) == len(record)
        except OSError:
            return False
        finally:
            os.close(pipe)


def _said(device: Device, profile: DeviceProfile, count: int) -> list[Said]:
    found = []
    for point in profile.points:
        source = point.source
        if isinstance(source, PulseSource):
            rate = 1 / EVERY_S if count > 1 else None
            number = count if source.measures == "count" else rate
            value = None if number is None else round(number * source.scale, 9)
            found.append(Said(device.id, point.quantity, value))
    return found
