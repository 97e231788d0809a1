"""Gateways and their links: who reads which device, by wire or by radio, and who is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models.device_states import State
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep
from desktop.twin.meshes import columns, segments, surface
from desktop.twin.theme_view import Tag, ThemeView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.areas import Device, Gateway
    from area_configs.domain.protocols import LinkKind
    from desktop.twin.colour_scales import Rgb
    from desktop.twin.theme_view import Moment

# The way a link goes, for people: by radio, by a serial or pulse line, or over a network.
_RADIO, _LINE, _NETWORK = "radio", "line", "network"
_WAY: Mapping[LinkKind, str] = {
    "b_route": _RADIO,
    "ble": _RADIO,
    "modbus_rtu": _LINE,
    "p1_serial": _LINE,
    "pulse_input": _LINE,
    "modbus_tcp": _NETWORK,
    "echonet_udp": _NETWORK,
    "opc_ua": _NETWORK,
}
_WAYS: Mapping[str, tuple[Name, Rgb]] = {
    _RADIO: (Name("無線(Wi-SUN、BLE)", "Radio (Wi-SUN, BLE)"), (0, 140, 150)),
    _LINE: (Name("シリアル・パルス線", "Serial or pulse line"), (150, 110, 60)),
    _NETWORK: (Name("有線LAN", "Local network"), (90, 110, 190)),
}
_MAST_M, _WIDE_M = 26.0, 2.2
_LINE_PX, _SILENT_PX = 2.5, 3.5
_SILENT = (State.NO_DATA, State.STALE)
_QUIET = Name("応答なし・更新遅れ", "Silent or stale")
_GATEWAY = Name("ゲートウェイ", "Gateway")
_SOURCE = Name(
    "地区の設定と機器の状態(線は関係を示し、配線経路ではありません)",
    "the area's settings and the states of devices (lines show who reads whom, not cable routes)",
)
_UNMEASURED = Name("電波強度は機器から報告されていません。", "No device reports a radio strength.")
_NOW = Name("時刻 {time}", "At {time}")
_COUNT = Name("{name}: {well}/{all}台", "{name}: {well} of {all}")
_HEADERS = (
    Name("ゲートウェイ", "Gateway"),
    Name("通信線", "Link"),
    Name("方式", "Way"),
    Name("機器", "Devices"),
    Name("応答なし", "Silent"),
)


class LinksLayer(ThemeView):
    """A mast for each gateway and a line to each of its devices."""

    info = LayerInfo(
        "links",
        Name("ゲートウェイと通信", "Gateways and links"),
        Name("どのゲートウェイがどの機器を読むか", "Which gateway reads which device"),
    )

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Draw the links, the silent ones in the colour of stale values."""
        area = moment.area
        silent = frozenset(
            d.id for d in area.devices if moment.outlook.state(d.id).state in _SILENT
        )
        self.redraw(moment, (silent, moment.outlook.language), lambda: self._draw(moment, silent))
        steps = [LegendStep(colour, moment.say(name)) for name, colour in _WAYS.values()]
        steps.append(LegendStep(moment.colours.stale, moment.say(_QUIET)))
        steps.append(LegendStep(moment.colours.mast, moment.say(_GATEWAY)))
        return LayerFacts(
            steps=tuple(steps),
            source=moment.say(_SOURCE),
            when=moment.say(_NOW).format(time=moment.clock()),
            notes=(moment.say(_UNMEASURED),),
            headers=tuple(moment.say(name) for name in _HEADERS),
            rows=tuple(_rows(moment, silent)),
        )

    def _draw(self, moment: Moment, silent: frozenset[str]) -> None:
        tags = []
        for gateway in moment.area.gateways:
            foot = moment.place(gateway.position)
            top = foot + np.array([0, 0, _MAST_M])
            mast = surface(columns(foot[None], top[None], _WIDE_M))
            self.add(mast, moment.colours.mast)
            devices = moment.area.devices_of(gateway.id)
            self._draw_lines(moment, gateway, top, silent)
            well = sum(device.id not in silent for device in devices)
            words = moment.say(_COUNT)
            text = words.format(name=moment.say(gateway.name), well=well, all=len(devices))
            ink = moment.colours.stale if well < len(devices) else moment.colours.ink
            tags.append(Tag(tuple(top.tolist()), text, ink))
        self.tags = tuple(tags)

    def _draw_lines(
        self, moment: Moment, gateway: Gateway, top: np.ndarray, silent: frozenset[str]
    ) -> None:
        ends: dict[tuple[Rgb, float], list[np.ndarray]] = {}
        for device in moment.area.devices_of(gateway.id):
            quiet = device.id in silent
            colour = moment.colours.stale if quiet else _WAYS[_way(gateway, device)][1]
            look = (colour, _SILENT_PX if quiet else _LINE_PX)
            ends.setdefault(look, []).append(moment.place(device.position))
        for (colour, width), places in ends.items():
            starts = np.repeat(top[None], len(places), axis=0).astype(np.float32)
            self.add_lines(segments(starts, np.array(places, np.float32)), colour, width)


def _way(gateway: Gateway, device: Device) -> str:
    return _WAY[gateway.link(device.link).kind]


def _rows(moment: Moment, silent: frozenset[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for gateway in moment.area.gateways:
        for link in gateway.links:
            devices = [d for d in moment.area.devices_of(gateway.id) if d.link == link.id]
            quiet = [moment.say(d.name) for d in devices if d.id in silent]
            way = moment.say(_WAYS[_WAY[link.kind]][0])
            name = moment.say(gateway.name)
            rows.append((name, link.id, way, str(len(devices)), ", ".join(quiet) or "0"))
    return rows
