"""People: how many are where, how many come and go, how long they stay or would wait."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from area_configs.domain.devices import DeviceKind
from area_configs.domain.names import Name
from area_configs.domain.readings import Series
from desktop.models.device_states import State
from desktop.models.twin_layers import LayerFacts, LayerInfo, LegendStep, Option
from desktop.twin.analysis.people import (
    LEAST_SHOWN,
    counted,
    may_show,
    mean_stay_min,
    mean_wait_min,
)
from desktop.twin.colour_ramps import CROWD, UNKNOWN, Ramp
from desktop.twin.meshes import discs, surface
from desktop.twin.theme_view import Tag, ThemeView

if TYPE_CHECKING:
    from area_configs.domain.areas import Area, Device
    from desktop.twin.colour_scales import Rgb
    from desktop.twin.theme_view import Moment

_PRESENT = "present"
_DESKS = {"desks2": 2, "desks4": 4}
_SERVICE_MIN = 0.5
_WINDOW_MIN = 10
_COUNTS = Ramp((float(LEAST_SHOWN), 100.0, 300.0, 800.0), CROWD)
_WAITS = Ramp((1.0, 3.0, 5.0, 10.0), CROWD)
_LEAST_M, _MOST_M, _FULL = 14.0, 60.0, 1500.0
_LIFT_M = 0.7
_CLEAR = 0.88
_SILENT = (State.NO_DATA, State.STALE)
_SOURCE = Name(
    "人流カウンター。10人未満の集団は示しません(0人は示します)。円の大きさと色は人数",
    "people counters; groups below 10 are not shown (an empty place is); size and colour of a disc are its people",
)
_WHEN = Name("時刻 {time}", "At {time}")
_FLOWS = Name("流れは直前{minutes}分", "Flows: the {minutes} min before")
_ASSUMED = Name(
    "窓口{desks}、平均{seconds}秒、来た人全員が並ぶ場合の平均待ち時間(M/M/c)",
    "mean wait if everybody who comes queues at {desks} desks, {seconds} s each (M/M/c)",
)
_STAYS = Name(
    "平均滞在時間 = 滞在人数 ÷ 流入(リトルの法則、出入りが釣り合うとき)",
    "mean stay = people present / inflow (Little's law, where as many come as go)",
)
_TOO_FEW = Name("10人未満", "below 10")
_NOT_KNOWN = Name("不明", "Unknown")
_OVER = Name("窓口の処理能力を超えています", "more come than the desks can serve")
_NONE = Name("人流カウンターがありません。", "The area has no people counter.")
_PEOPLE = Name("{count}人", "{count} people")
_WAIT = Name("待ち {minutes:.1f}分", "wait {minutes:.1f} min")
_HEADERS = (
    Name("場所", "Place"),
    Name("滞在", "Present"),
    Name("流入", "In"),
    Name("流出", "Out"),
    Name("平均滞在", "Mean stay"),
    Name("待ち時間", "Wait"),
)


@dataclass(frozen=True, slots=True)
class _Place:
    """One counter: people present, people per minute in and out; None for unknown."""

    device: Device
    present: float | None
    ins: float | None
    outs: float | None


class PeopleLayer(ThemeView):
    """A disc at each counter, as large as its crowd."""

    info = LayerInfo(
        "people",
        Name("人流・混雑", "People flow"),
        Name("滞在人数、出入り、滞在・待ち時間", "People present, in and out, stays and waits"),
        options=(
            Option(_PRESENT, Name("滞在人数", "People present")),
            Option("desks2", Name("待ち時間: 窓口2", "Wait at 2 desks")),
            Option("desks4", Name("待ち時間: 窓口4", "Wait at 4 desks")),
        ),
    )

    @classmethod
    @override
    def past_wanted(cls, area: Area) -> list[tuple[Series, float]]:
        """Want what the counters counted lately."""
        kinds = {d.id: area.profile_of(d).kind for d in area.devices}
        return [
            (Series(device, quantity), _WINDOW_MIN * 60.0)
            for device, kind in kinds.items()
            if kind is DeviceKind.PEOPLE_COUNTER
            for quantity in ("people_in", "people_out")
        ]

    @override
    def show(self, moment: Moment) -> LayerFacts:
        """Draw the counters."""
        places = [_place(moment, d) for d in moment.area.devices if _counts(moment, d)]
        looks = tuple((_radius(place), _colour(moment, place)) for place in places)
        self.redraw(moment, looks, lambda: self._draw(moment, places, looks))
        self.tags = tuple(
            Tag(tuple(_spot(moment, p.device).tolist()), _text(moment, p), _colour(moment, p))
            for p in places
        )
        waits = moment.option in _DESKS
        when = moment.say(_WHEN).format(time=moment.clock())
        return LayerFacts(
            steps=_steps(moment),
            unit="min" if waits else "",
            source=moment.say(_SOURCE),
            scenario=_scenario(moment),
            when=when,
            notes=(moment.say(_STAYS if places else _NONE),),
            headers=tuple(moment.say(name) for name in _HEADERS),
            rows=tuple(_row(moment, place) for place in places),
        )

    def _draw(
        self, moment: Moment, places: list[_Place], looks: tuple[tuple[float, Rgb], ...]
    ) -> None:
        for place, (radius, colour) in zip(places, looks, strict=True):
            actor = self.add(
                surface(discs([_spot(moment, place.device)], [radius])), colour, lift=6
            )
            actor.GetProperty().LightingOff()
            actor.GetProperty().SetOpacity(_CLEAR)


def _counts(moment: Moment, device: Device) -> bool:
    return moment.area.profile_of(device).kind is DeviceKind.PEOPLE_COUNTER


def _place(moment: Moment, device: Device) -> _Place:
    if moment.outlook.state(device.id).state in _SILENT:
        return _Place(device, None, None, None)
    present = moment.value(Series(device.id, "people_count"))
    flows = [_per_minute(moment, device, quantity) for quantity in ("people_in", "people_out")]
    return _Place(device, present, *flows)


def _per_minute(moment: Moment, device: Device, quantity: str) -> float | None:
    """Return people per minute over the window; None where they are unknown or too few to tell."""
    now_us = moment.outlook.now_us
    begins_us = now_us - _WINDOW_MIN * 60_000_000
    seconds, values = moment.outlook.past(Series(device.id, quantity), begins_us, now_us)
    inside = seconds >= begins_us / 1e6
    grown = counted(values[inside])
    if grown is None or not may_show(grown):
        return None
    known = seconds[inside][np.isfinite(values[inside])]
    return grown / max(1.0, float(known[-1] - known[0]) / 60)


def _wait(moment: Moment, place: _Place) -> float | None:
    if moment.option not in _DESKS or place.ins is None:
        return None
    return mean_wait_min(place.ins, _DESKS[moment.option], _SERVICE_MIN)


def _radius(place: _Place) -> float:
    shown = place.present if place.present is not None and may_show(place.present) else 0.0
    return round(_LEAST_M + (_MOST_M - _LEAST_M) * math.sqrt(min(1.0, shown / _FULL)), 1)


def _colour(moment: Moment, place: _Place) -> Rgb:
    if moment.option in _DESKS:
        return _WAITS.colour(_wait(moment, place))
    if place.present is None:
        return UNKNOWN
    return _COUNTS.colour(place.present)


def _spot(moment: Moment, device: Device) -> np.ndarray:
    place = moment.place(device.position)
    place[2] -= device.position.height_m - _LIFT_M
    return place


def _text(moment: Moment, place: _Place) -> str:
    if moment.option in _DESKS:
        wait = _wait(moment, place)
        return "—" if wait is None else _wait_text(moment, wait)
    return _count_text(moment, place.present)


def _wait_text(moment: Moment, wait: float) -> str:
    if math.isinf(wait):
        return moment.say(_OVER)
    return moment.say(_WAIT).format(minutes=wait)


def _count_text(moment: Moment, count: float | None) -> str:
    if count is None:
        return "—"
    if not may_show(count):
        return moment.say(_TOO_FEW)
    return moment.say(_PEOPLE).format(count=f"{count:,.0f}")


def _row(moment: Moment, place: _Place) -> tuple[str, ...]:
    flows = ["—" if f is None else f"{f:.1f}/min" for f in (place.ins, place.outs)]
    seen = place.present if may_show(place.present) else None
    stay = mean_stay_min(seen, place.ins)
    wait = _wait(moment, place)
    return (
        moment.say(place.device.name),
        _count_text(moment, place.present),
        *flows,
        "—" if stay is None else f"{stay:.0f} min",
        "—" if wait is None else _wait_text(moment, wait),
    )


def _scenario(moment: Moment) -> str:
    if moment.option not in _DESKS:
        return moment.say(_FLOWS).format(minutes=_WINDOW_MIN)
    words = moment.say(_ASSUMED)
    return words.format(desks=_DESKS[moment.option], seconds=int(_SERVICE_MIN * 60))


def _steps(moment: Moment) -> tuple[LegendStep, ...]:
    waits = moment.option in _DESKS
    ramp = _WAITS if waits else _COUNTS
    texts = list(ramp.texts())
    if not waits:
        texts[0] = f"0, {moment.say(_TOO_FEW)}"
    steps = [LegendStep(c, t) for c, t in zip(ramp.colours, texts, strict=True)]
    return (*steps, LegendStep(UNKNOWN, moment.say(_NOT_KNOWN)))
