"""An area in a folder for the editor's tests: two gateways with a bus each, two meters, a tariff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.area_edit import AreaText

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "{ latitude = 35.65, longitude = 139.77 }"
SAMPLE = f"""\
# The head stays.
id = "sample"
name = {{ ja = "見本", en = "Sample" }}
centre = {PLACE}
epsg = 6677
attribution = {{ ja = "-", en = "-" }}

# first gateway
[[gateways]]
id = "gw-1"
name = {{ ja = "一", en = "One" }}
position = {PLACE}

[[gateways.links]]
id = "bus"
kind = "modbus_tcp"
host = "192.168.1.9"  # the box in the cellar

[[gateways]]
id = "gw-2"
name = {{ ja = "二", en = "Two" }}
position = {PLACE}

[[gateways.links]]
id = "radio"
kind = "ble"

# ---------------- devices
[[devices]]
id = "meter-1"
name = {{ ja = "計器1", en = "Meter 1" }}
profile = "eastron_sdm630"
gateway = "gw-1"
link = "bus"
unit = 1
position = {PLACE}  # measured

[[devices]]
id = "meter-2"
name = {{ ja = "計器2", en = "Meter 2" }}
profile = "eastron_sdm630"
gateway = "gw-1"
link = "bus"
unit = 2
position = {PLACE}

[energy]
meter = "meter-1"
contract_kw = 450
import_limit_kw = 900

[energy.tariff]
bands = [
  {{ begins = "08:00", ends = "22:00", price = 22.0 }},
  {{ begins = "22:00", ends = "08:00", price = 15.0 }},  # at night
]
"""


def sample_area(folder: Path) -> AreaText:
    """Write the area and return it as it stands."""
    folder.mkdir(exist_ok=True)
    file = folder / "area.toml"
    file.write_text(SAMPLE, encoding="utf-8")
    return AreaText(file, SAMPLE)
