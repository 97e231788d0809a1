"""The hydrogen network: producers, banks and users, with what flows between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from area_configs.domain.devices import DeviceKind
from area_configs.domain.names import Name
from area_configs.domain.readings import Series
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep
from desktop.models.wording import STATE_NAMES, quantity_of, value_text
from desktop.twin.colour_ramps import UNKNOWN
from desktop.twin.meshes import arrows, discs, surface
from desktop.twin.theme_view import Tag, ThemeView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from area_configs.domain.areas import Device
    from desktop.twin.colour_scales import Rgb
    from desktop.twin.theme_view import Moment

_MAKES, _STORES, _USES = "makes", "stores", "uses"
_PART = {
    DeviceKind.ELECTROLYSER: _MAKES,
    DeviceKind.HYDROGEN_BANK: _STORES,
    DeviceKind.HYDROGEN_STATION: _USES,  # its dispensers
    DeviceKind.FUEL_CELL: _USES,
}
_FLOWS, _RESTS = (0, 130, 110), (150, 158, 160)
_NODE_M, _LEAST_M, _MOST_M, _FULL_G_S = 10.0, 3.0, 9.0, 1.5
_LIFT_M = 9.0  # over doors and fences, below roofs
_STILL_G_S = 0.001
_TOLD = ("pressure_low", "pressure_mid", "pressure_high", "hydrogen_stored", "hydrogen_in_air")
_SOURCE = Name(
    "機器の水素流量・圧力(配管経路は模式的に直線で示します)",
    "the devices' flows and pressures (pipes are drawn straight, not as they lie)",
)
_NOW = Name("時刻 {time}", "At {time}")
_FLOWING = Name("流れあり(太さ=流量、最大 {full} g/s)", "Flowing (width = flow, up to {full} g/s)")
_STILL = Name("流れなし", "No flow")
_NOT_KNOWN = Name("不明", "Unknown")
_NONE = Name("水素設備がありません。", "The area has no hydrogen plant.")
_HEADERS = (
    Name("機器", "Device"),
    Name("項目", "Quantity"),
    Name("値", "Value"),
    Name("状態", "State"),
)


class HydrogenLayer(ThemeView):
    """Arrows from makers to stores and from stores to users, as wide as what flows."""

    info = LayerInfo(
        "hydrogen",
        Name("水素ネットワーク", "Hydrogen network"),
        Name("水素の製造・貯蔵・利用", "Where hydrogen is made, stored and used"),
    )

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Draw the network."""
        plants = _plants(moment)
        flows = {device.id: _flow(moment, device) for device, _ in plants}
        reasons = tuple(None if f is None else round(f, 2) for f in flows.values())
        self.redraw(moment, reasons, lambda: self._draw(moment, plants, flows))
        self._tell(moment, plants)
        full = moment.say(_FLOWING).format(full=_FULL_G_S)
        return LayerFacts(
            steps=(
                LegendStep(_FLOWS, full),
                LegendStep(_RESTS, moment.say(_STILL)),
                LegendStep(UNKNOWN, moment.say(_NOT_KNOWN)),
            ),
            unit="g/s",
            source=moment.say(_SOURCE),
            when=moment.say(_NOW).format(time=moment.clock()),
            notes=() if plants else (moment.say(_NONE),),
            headers=tuple(moment.say(name) for name in _HEADERS),
            rows=tuple(row for device, _ in plants for row in _rows(moment, device)),
        )

    def _draw(
        self,
        moment: Moment,
        plants: list[tuple[Device, str]],
        flows: dict[str, float | None],
    ) -> None:
        stores = [device for device, part in plants if part == _STORES]
        for device, part in plants:
            if part == _STORES:
                continue
            flow = flows[device.id]
            here = _spot(moment, device)
            share = None if flow is None else flow / max(1, len(stores))
            for store in stores:
                there = _spot(moment, store)
                ends = (here, there) if part == _MAKES else (there, here)
                shape = arrows(ends[0][None], ends[1][None], [_width(share)])
                self.add(surface(shape), _colour(share), lift=6).GetProperty().LightingOff()
        nodes = [_spot(moment, device) for device, _ in plants]
        if nodes:
            ring = surface(discs(nodes, [_NODE_M] * len(nodes)))
            self.add(ring, moment.colours.mast, lift=7).GetProperty().LightingOff()

    def _tell(self, moment: Moment, plants: list[tuple[Device, str]]) -> None:
        tags = []
        for device, part in plants:
            wanted = ("hydrogen_stored",) if part == _STORES else ("hydrogen_flow",)
            texts = [_text(moment, device, quantity) for quantity in wanted]
            place = tuple(_spot(moment, device).tolist())
            tags.append(Tag(place, f"{moment.say(device.name)}  {' '.join(texts)}", _FLOWS))
        self.tags = tuple(tags)


def _plants(moment: Moment) -> list[tuple[Device, str]]:
    """Return the devices of the network: those that hold hydrogen or measure its flow.

    A station without a flow of its own stands for its store only where no bank does.
    """
    found, stations = [], []
    for device in moment.area.devices:
        profile = moment.area.profile_of(device)
        flows = any(point.quantity == "hydrogen_flow" for point in profile.points)
        if profile.kind is DeviceKind.HYDROGEN_STATION and not flows:
            stations.append((device, _STORES))
        elif profile.kind is DeviceKind.HYDROGEN_BANK or (profile.kind in _PART and flows):
            found.append((device, _PART[profile.kind]))
    stored = any(part == _STORES for _, part in found)
    return found if stored else [*found, *stations]


def _flow(moment: Moment, device: Device) -> float | None:
    value = moment.value(Series(device.id, "hydrogen_flow"))
    return None if value is None else abs(value)


def _spot(moment: Moment, device: Device) -> np.ndarray:
    place = moment.place(device.position)
    ground = moment.city.height.at(place[:1], place[1:2])[0]
    return np.array([place[0], place[1], float(ground) + _LIFT_M])


def _width(flow: float | None) -> float:
    if flow is None or flow < _STILL_G_S:
        return _LEAST_M
    return _LEAST_M + (_MOST_M - _LEAST_M) * min(1.0, flow / _FULL_G_S)


def _colour(flow: float | None) -> Rgb:
    if flow is None:
        return UNKNOWN
    return _FLOWS if flow >= _STILL_G_S else _RESTS


def _text(moment: Moment, device: Device, quantity: str) -> str:
    value = moment.value(Series(device.id, quantity))
    return value_text(quantity, value, moment.outlook.language)


def _rows(moment: Moment, device: Device) -> Iterable[tuple[str, ...]]:
    given = [point.quantity for point in moment.area.profile_of(device).points]
    state = moment.say(STATE_NAMES[moment.outlook.state(device.id).state])
    for quantity in (*_TOLD, "hydrogen_flow"):
        if quantity in given:
            name = moment.say(quantity_of(quantity).name)
            yield moment.say(device.name), name, _text(moment, device, quantity), state
