"""An area in a folder for the editor's tests: two gateways, two meters, a tariff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.area_edit import AreaText
from tests.area_texts import BUS, RADIO, gateway, head, meter

if TYPE_CHECKING:
    from pathlib import Path

TARIFF = """
[energy]
meter = "meter-1"
contract_kw = 450
import_limit_kw = 900

[energy.tariff]
bands = [
  { begins = "08:00", ends = "22:00", price = 22.0 },
  { begins = "22:00", ends = "08:00", price = 15.0 },  # at night
]
"""
SAMPLE = "".join(
    (
        head("sample"),
        gateway("gw-1", "一", "One", BUS),
        gateway("gw-2", "二", "Two", RADIO),
        meter("meter-1", 1, 1, "gw-1"),
        meter("meter-2", 2, 2, "gw-1"),
        TARIFF,
    )
)


def sample_area(folder: Path, text: str = SAMPLE) -> AreaText:
    """Write the area and return it as it stands."""
    folder.mkdir(exist_ok=True)
    file = folder / "area.toml"
    file.write_text(text, encoding="utf-8")
    return AreaText(file, text)


def large_area(devices: int, gateways: int = 10) -> str:
    """Return the text of an area of so many meters."""
    boxes = (gateway(f"gw-{n}", f"箱{n}", f"Box {n}", BUS) for n in range(1, gateways + 1))
    meters = (
        meter(f"meter-{n + 1}", n + 1, n // gateways + 1, f"gw-{n % gateways + 1}")
        for n in range(devices)
    )
    return "".join((head("large"), *boxes, *meters, TARIFF))
