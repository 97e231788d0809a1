"""A small area in a folder, with two gateways and two meters, to be changed by tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "{ latitude = 35.65, longitude = 139.77 }"
SMALL = f"""\
id = "small"
name = {{ ja = "小", en = "Small" }}
centre = {PLACE}
epsg = 6677
attribution = {{ ja = "-", en = "-" }}

[[gateways]]
id = "gw-1"
name = {{ ja = "一", en = "One" }}
position = {PLACE}

[[gateways.links]]
id = "bus"
kind = "modbus_tcp"
host = "192.168.1.9"

[[gateways]]
id = "gw-2"
name = {{ ja = "二", en = "Two" }}
position = {PLACE}

[[gateways.links]]
id = "bus"
kind = "modbus_tcp"
host = "192.168.1.8"

# the meters
[[devices]]
id = "meter-1"
name = {{ ja = "計器1", en = "Meter 1" }}
profile = "eastron_sdm630"
gateway = "gw-1"
link = "bus"
unit = 1
position = {PLACE}

[[devices]]
id = "meter-2"
name = {{ ja = "計器2", en = "Meter 2" }}
profile = "eastron_sdm630"
gateway = "gw-2"
link = "bus"
unit = 1
position = {PLACE}
"""
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
