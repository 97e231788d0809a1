"""Alarms: what is abnormal, as columns of light over its place, by priority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models.alarms import PRIORITY_NAMES
from desktop.models.device_states import State
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep
from desktop.models.wording import STATE_NAMES, age_text
from desktop.twin.meshes import columns, discs, surface
from desktop.twin.theme_view import Tag, ThemeView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.models.alarms import Abnormality
    from desktop.twin.colour_scales import Rgb
    from desktop.twin.theme_view import Moment

_TALL_M, _WIDE_M, _DISC_M = 120.0, 3.5, 26.0
_LIFT_M = 0.6
_CLEAR = 0.55
_SOURCE = Name("地区の警報ルールと機器の状態", "the area's alarm rules and the states of devices")
_NOW = Name("時刻 {time}", "At {time}")
_CALM = Name("異常はありません。", "Nothing is abnormal.")
_HEADERS = (
    Name("対象", "Subject"),
    Name("内容", "What"),
    Name("優先度", "Priority"),
    Name("継続", "For"),
    Name("対応", "Action"),
)


class AlarmsLayer(ThemeView):
    """A column over everything abnormal; normal things stay unmarked."""

    info = LayerInfo(
        "alarms",
        Name("警報", "Alarms"),
        Name("いま異常な場所", "Where something is abnormal now"),
    )

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Mark what is abnormal."""
        items = moment.outlook.abnormal
        marked = tuple((item.device, item.state) for item in items)
        self.redraw(moment, marked, lambda: self._draw(moment, items))
        states = [State.ALARM, State.STALE, State.UNCERTAIN, State.NO_DATA]
        counts = {state: sum(item.state is state for item in items) for state in states}
        return LayerFacts(
            steps=tuple(
                LegendStep(_ink(moment, state), f"{moment.say(STATE_NAMES[state])}: {count}")
                for state, count in counts.items()
            ),
            source=moment.say(_SOURCE),
            when=moment.say(_NOW).format(time=moment.clock()),
            notes=() if items else (moment.say(_CALM),),
            headers=tuple(moment.say(name) for name in _HEADERS),
            rows=tuple(_row(moment, item) for item in items),
        )

    def _draw(self, moment: Moment, items: Sequence[Abnormality]) -> None:
        tags = []
        for item in items:
            foot = moment.place(moment.area.device(item.device).position)
            ground = foot.copy()
            ground[2] = moment.city.height.at(foot[:1], foot[1:2])[0] + _LIFT_M
            ink = _ink(moment, item.state)
            top = foot + np.array([0, 0, _TALL_M if item.state is State.ALARM else _TALL_M / 2])
            beam = self.add(surface(columns(foot[None], top[None], _WIDE_M)), ink)
            disc = self.add(surface(discs([ground], [_DISC_M])), ink, lift=4)
            for actor in (beam, disc):
                actor.GetProperty().LightingOff()
                actor.GetProperty().SetOpacity(_CLEAR)
            tags.append(Tag(tuple(top.tolist()), moment.say(item.what), ink))
        self.tags = tuple(tags)


def _ink(moment: Moment, state: State) -> Rgb:
    colours = moment.colours
    return {
        State.ALARM: colours.alarm,
        State.STALE: colours.stale,
        State.UNCERTAIN: colours.uncertain,
    }.get(state, colours.no_data)


def _row(moment: Moment, item: Abnormality) -> tuple[str, ...]:
    language = moment.outlook.language
    return (
        moment.say(item.subject),
        moment.say(item.what),
        moment.say(PRIORITY_NAMES[item.priority]) if item.priority else "—",
        age_text(item.since_us, moment.outlook.now_us, language),
        moment.say(item.action),
    )
