"""A small area in a folder, with two gateways and two meters, to be changed by tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.area_texts import BUS, gateway, head, meter

if TYPE_CHECKING:
    from pathlib import Path

SMALL = "".join(
    (
        head("small"),
        gateway("gw-1", "一", "One", BUS),
        gateway("gw-2", "二", "Two", BUS),
        meter("meter-1", 1, 1, "gw-1"),
        meter("meter-2", 2, 1, "gw-2"),
    )
)
METER: dict[str, Any] = {
    "id": "meter-9",
    "name": {"ja": "新しい計器", "en": "New meter"},
    "profile": "eastron_sdm630",
    "gateway": "gw-1",
    "link": "bus",
    "unit": 9,
    "position": {"latitude": 35.65, "longitude": 139.77},
}


def write_small_area(folder: Path) -> Path:
    """Write the area and return its folder."""
    folder.mkdir()
    (folder / "area.toml").write_text(SMALL, encoding="utf-8")
    return folder
