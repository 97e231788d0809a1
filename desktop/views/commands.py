"""Everything that the window can do, once: for the palette, for the keys and for the sheet of keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from area_configs.domain.names import Name
from desktop.models.alarm_rows import View
from desktop.models.palette import Entry
from desktop.views.editor.actions import EDITOR_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from desktop.models.area_models import AreaModels

    Pages = Mapping[str, tuple[Name, Callable[[], object], str]]

_PAGE, _DO = Name("ページ", "page"), Name("操作", "action")
_DEVICE, _ALARM = Name("機器", "device"), Name("警報", "alarm")
_LAYER, _SET = Name("地図の層", "layer"), Name("保存したトレンド", "saved trend")
KEYS: Mapping[str, str] = {
    "palette": "Ctrl+K",
    "filter": "Ctrl+F",
    "none": "Esc",
    "help": "F1",
    "language": "Ctrl+L",
    "theme": "Ctrl+D",
    "larger": "Ctrl++",
    "smaller": "Ctrl+-",
    "layers": "Ctrl+Shift+L",
    "time": "Ctrl+T",
    "play": "Ctrl+Space",
    "mute": "Ctrl+M",
    "lock": "Ctrl+Shift+K",
    "acknowledge": "Ctrl+Shift+A",
    "quit": "Ctrl+Q",
}
ACTION_NAMES: Mapping[str, Name] = {
    "palette": Name("移動と操作の検索", "Go to or do anything"),
    "filter": Name("計測値を絞り込む", "Filter the values"),
    "none": Name("機器の選択を解除", "Choose no device"),
    "help": Name("キーボード操作の一覧", "Keyboard shortcuts"),
    "language": Name("日本語と英語を切り替え", "Switch between Japanese and English"),
    "theme": Name("明・暗・高コントラストを切り替え", "Switch light, dark and high contrast"),
    "larger": Name("文字を大きく", "Larger text"),
    "smaller": Name("文字を小さく", "Smaller text"),
    "layers": Name("地図の層", "Layers of the map"),
    "time": Name("時間バーへ移動", "Time bar; arrows step, Home is the present"),
    "play": Name("再生・一時停止", "Play or pause"),
    "mute": Name("警報音の入・切", "Alarm sound on or off"),
    "lock": Name("コンソールをロック", "Lock the console"),
    "sign_in": Name("サインイン", "Sign in"),
    "sign_out": Name("サインアウト", "Sign out"),
    "save_trend": Name("表示中のトレンドを保存", "Save the trend that is shown"),
    "acknowledge": Name("選んだ警報を確認", "Acknowledge the chosen alarms"),
    "quit": Name("終了", "Quit"),
    **EDITOR_NAMES,
}


def entries(
    pages: Pages,
    actions: Mapping[str, Callable[[], object]],
    models: AreaModels | None,
    go_to_alarm: Callable[[str], object],
) -> Iterator[Entry]:
    """Return every entry of the palette; `pages` gives name, way and keys of those offered."""
    for page, (name, show, keys) in pages.items():
        yield Entry("page", _PAGE, name, show, keys, page)
    for action, do in actions.items():
        yield Entry("action", _DO, ACTION_NAMES[action], do, KEYS.get(action, ""))
    if models:
        yield from _of_area(models, go_to_alarm)
    if models and "trends" in pages:
        for given in models.trend_sets.names:
            yield Entry("set", _SET, Name(given, given), partial(_show_set, models, given, pages))


def _of_area(models: AreaModels, go_to_alarm: Callable[[str], object]) -> Iterator[Entry]:
    for row in models.alarm_desk.rows:
        if row.alarm and row.within(View.ACTIVE):
            name = Name(row.text("ja"), row.text("en"))
            yield Entry("alarm", _ALARM, name, lambda key=row.key: go_to_alarm(key))  # type: ignore[misc]  # bound early
    for device in models.area.devices:
        yield Entry(
            *("device", _DEVICE, device.name),
            lambda to=device.id: models.selection.choose(to),  # type: ignore[misc]  # bound early
            more=device.id,
        )
    for info in models.layers.infos:
        yield Entry(
            *("layer", _LAYER, info.name),
            lambda key=info.key: models.layers.switch(key, not models.layers.is_on(key)),  # type: ignore[misc]  # bound early
        )


def _show_set(models: AreaModels, name: str, pages: Pages) -> None:
    _, show, _ = pages["trends"]
    show()
    models.trend_sets.show(name)
