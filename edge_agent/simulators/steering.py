"""Steering: what commands change in a district: each machine, and every meter that it stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from area_configs.domain.devices import DeviceKind
from edge_agent.simulators.drives import BUILDS, Drive

if TYPE_CHECKING:
    from area_configs.domain.areas import Device
    from edge_agent.simulators.sizes import Sizes

_MOST_STEPS = 3600  # of one advance, however long nobody asked


class Plan(Protocol):
    """The district as it would be without commands."""

    def planned_w(self, device: Device, at_s: float) -> float:
        """Return what a device takes less what it gives."""
        ...

    def charge(self, device: Device, at_s: float) -> float:
        """Return a battery's content in per cent, commands included."""
        ...


@dataclass(slots=True)
class Track:
    """How far a device is off its plan: net power now, energy taken and given since.

    Energies are in kilowatt-hours and only what goes beyond the plan, so they may be negative.
    """

    delta_w: float = 0.0
    taken_kwh: float = 0.0
    given_kwh: float = 0.0

    def count(self, planned_w: float, seconds: float) -> None:
        """Let time pass at a planned power."""
        net = planned_w + self.delta_w
        hours = seconds / 3600 / 1000
        self.taken_kwh += (max(net, 0.0) - max(planned_w, 0.0)) * hours
        self.given_kwh += (max(-net, 0.0) - max(-planned_w, 0.0)) * hours


class Steering:
    """Moves every commanded machine of a district on, in small steps, as time is looked at."""

    def __init__(self, sizes: Sizes, plan: Plan) -> None:
        self.drives: dict[str, Drive] = {}
        self.tracks: dict[str, Track] = {}
        self._sizes = sizes
        self._plan = plan
        self._devices: dict[str, Device] = {}
        self._above: dict[str, list[Device]] = {}
        self._at_s = 0.0

    def obey(self, device: Device, quantity: str, value: float, at_s: float) -> bool:
        """Take a command; False where the device cannot do it."""
        kind = self._sizes.kind(device)
        if kind not in BUILDS:
            return False
        self.advance(at_s)
        if device.id not in self.drives:
            self._take(device, at_s)
        return self.drives[device.id].obey(quantity, value)

    def advance(self, at_s: float) -> None:
        """Bring every machine and meter to an instant; an earlier one changes nothing."""
        if not self.drives:
            self._at_s = max(self._at_s, at_s)
            return
        step_s = max(1.0, (at_s - self._at_s) / _MOST_STEPS)
        while self._at_s < at_s:
            seconds = min(step_s, at_s - self._at_s)
            self._at_s += seconds
            self._step(seconds)

    def _take(self, device: Device, at_s: float) -> None:
        planned = self._plan.planned_w(device, at_s)
        kind = self._sizes.kind(device)
        self.drives[device.id] = Drive(kind, self._sizes.rated_w(device), planned)
        self._above[device.id] = self._meters_above(device)
        for one in (device, *self._above[device.id]):
            self._devices[one.id] = one
            self.tracks.setdefault(one.id, Track())

    def _meters_above(self, device: Device) -> list[Device]:
        sizes = self._sizes
        meters = [
            meter
            for meter in sizes.of_kind(DeviceKind.SMART_METER, DeviceKind.BUILDING_METER)
            if device in sizes.behind(meter)
        ]
        top = meters[0] if meters else device
        feeders = sizes.of_kind(DeviceKind.FEEDER_METER)
        return meters + [feeder for feeder in feeders if top in sizes.members(feeder)]

    def _step(self, seconds: float) -> None:
        for track in self.tracks.values():
            track.delta_w = 0.0
        for name, drive in self.drives.items():
            device = self._devices[name]
            planned = self._plan.planned_w(device, self._at_s)
            battery = drive.kind is DeviceKind.BATTERY
            drive.step(planned, self._plan.charge(device, self._at_s) if battery else 0.0, seconds)
            for one in (device, *self._above[name]):
                self.tracks[one.id].delta_w += drive.net_w - planned
        for name, track in self.tracks.items():
            track.count(self._plan.planned_w(self._devices[name], self._at_s), seconds)
