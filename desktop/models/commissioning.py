"""Commissioning: the steps of bringing a device into service, and the command at its gateway for each.

A gateway's links are its own: looking for devices, secrets and the test read are done where the
wires end. The console shows the very command, filled in, and what it can see from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from area_configs.domain.names import Name

if TYPE_CHECKING:
    from area_configs.domain.areas import Device, Link

SETTINGS = "/etc/area-edge/edge.toml"
SECRET_OF = {"b_route": ("route_b_id", "password"), "ble": ("bind_key",)}
# Links on which devices can be looked for, and say who they are.
SCANNED = frozenset({"echonet_udp", "ble", "opc_ua"})


class Step(StrEnum):
    """The steps, in order."""

    SCAN = "scan"
    IDENTIFY = "identify"
    CLAIM = "claim"
    SECRET = "secret"  # noqa: S105 - the name of a step
    TEST = "test"
    ACTIVATE = "activate"


NAMES = {
    Step.SCAN: Name("探す", "Look for it"),
    Step.IDENTIFY: Name("機種を確認", "Identify it"),
    Step.CLAIM: Name("割り当て", "Claim it"),
    Step.SECRET: Name("秘密情報を保存", "Store its secrets"),
    Step.TEST: Name("試し読み", "Test read"),
    Step.ACTIVATE: Name("使用開始", "Activate"),
}
WHY = {
    Step.SCAN: Name(
        "エージェントを止めてから実行します。見つかった機器が一覧になります",
        "Stop the agent first. What answers on the line is listed",
    ),
    Step.IDENTIFY: Name(
        "メーカー・型番・対応プロファイルが表示されます",
        "Maker, model and the profiles that fit are shown",
    ),
    Step.CLAIM: Name(
        "エリア設定の機器と現場の機器を結び付けます",
        "Ties the device of the area to the one that stands there",
    ),
    Step.SECRET: Name(
        "標準入力から読み取り、画面にも履歴にも残しません",
        "Read from standard input: on no screen and in no history",
    ),
    Step.TEST: Name(
        "すべての項目を一度読みます。品質もここで分かります",
        "Reads every value once, with its quality",
    ),
    Step.ACTIVATE: Name("記録を残して使用を始めます", "Notes who did it, and begins service"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """One step with its command lines."""

    step: Step
    lines: tuple[str, ...]


def orders(device: Device, link: Link, settings: str = SETTINGS) -> tuple[Order, ...]:
    """Return what is to be done at the gateway for a device of the area, in order."""
    where = device.address or (str(device.unit) if device.unit else "")
    tail = f"--config {settings}"
    lines: dict[Step, tuple[str, ...]] = {
        Step.CLAIM: (f"area-edge devices claim {device.id} {tail}",),
        Step.TEST: (f"area-edge devices test {device.id} {tail}",),
        Step.ACTIVATE: (f"area-edge devices activate {device.id} {tail}",),
    }
    if link.kind in SCANNED:
        asked = f"{where or 'ADDRESS'} --link {link.id} {tail}"
        lines[Step.SCAN] = (f"area-edge devices scan --link {link.id} {tail}",)
        lines[Step.IDENTIFY] = (f"area-edge devices identify {asked}",)
    if secrets := SECRET_OF.get(link.kind):
        lines[Step.SECRET] = tuple(
            f"area-edge devices secret {device.id} {name} {tail}" for name in secrets
        )
    return tuple(Order(step, lines[step]) for step in Step if step in lines)
