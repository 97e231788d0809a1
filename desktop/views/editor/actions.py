"""What the area editor can do, for the palette: its actions by name, wherever a person is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from area_configs.domain.names import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from desktop.views.editor.editor_page import EditorPage

EDITOR_NAMES: Mapping[str, Name] = {
    "editor_device": Name("エリア編集: 機器を追加", "Area editor: add a device"),
    "editor_gateway": Name("エリア編集: ゲートウェイを追加", "Area editor: add a gateway"),
    "editor_below": Name("エリア編集: 接続・時間帯を追加", "Area editor: add a link or band"),
    "editor_place": Name("エリア編集: 地図で配置", "Area editor: place in the map"),
    "editor_remove": Name("エリア編集: 選択した部分を削除", "Area editor: remove what is chosen"),
    "editor_import": Name("エリア編集: 建物データを取込", "Area editor: import buildings"),
    "editor_undo": Name("エリア編集: 元に戻す", "Area editor: undo"),
    "editor_redo": Name("エリア編集: やり直す", "Area editor: redo"),
    "editor_save": Name("エリア編集: 差分を見て保存", "Area editor: see what differs and save"),
}


def editor_actions(turn_to: Callable[[], EditorPage | None]) -> dict[str, Callable[[], object]]:
    """Return the actions by name; each turns to the page, where it is offered, and presses there."""

    def press(button: str) -> None:
        if page := turn_to():
            page.buttons[button].click()

    names = [name.removeprefix("editor_") for name in EDITOR_NAMES]
    return {f"editor_{name}": partial(press, name) for name in names}
