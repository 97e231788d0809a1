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

    def planned_kwh(self, device: Device, at_s: float) -> tuple[float, float]:
        """Return what its counters of energy taken and given would stand at."""
        ...

    def charge(self, device: Device, at_s: float) -> float:
        """Return a battery's content in per cent, commands included."""
        ...


@dataclass(slots=True)
class Track:
    """What a device or meter that commands concern really does.

    Attributes:
        taken_kwh, given_kwh: its counters.
        delta_w: by how much its net power now is off its plan.
    """

    taken_kwh: float
    given_kwh: float
    delta_w: float = 0.0

    def count(self, net_w: float, seconds: float) -> None:
        """Let time pass at a net power."""
        kwh = net_w * seconds / 3_600_000
        self.taken_kwh += max(kwh, 0.0)
        self.given_kwh += max(-kwh, 0.0)


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
            if one.id not in self.tracks:
                self.tracks[one.id] = Track(*self._plan.planned_kwh(one, at_s))

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
            planned = self._plan.planned_w(self._devices[name], self._at_s)
            track.count(planned + track.delta_w, seconds)
