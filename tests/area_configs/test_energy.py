"""The `[energy]` table: every mistake at once, prices over the whole day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from area_configs.domain.energy import TariffBand
from area_configs.domain.errors import AreaFileError
from area_configs.loader import area_file, load_area

if TYPE_CHECKING:
    from pathlib import Path


def _told(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    source = area_file("harumi")
    (tmp_path / "geometry").symlink_to(source.parent / "geometry")
    text = source.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "area.toml").write_text(text, encoding="utf-8")
    with pytest.raises(AreaFileError) as told:
        load_area(tmp_path)
    return [f"{mistake.path}: {mistake.message}" for mistake in told.value.mistakes]


def test_harumi_names_only_its_own_devices() -> None:
    area = load_area("harumi")
    assert area.energy
    assert set(area.energy.devices()) <= {device.id for device in area.devices}
    assert area.energy.tariff.price(13 * 60) == 28.0
    assert area.energy.tariff.price(23 * 60) == area.energy.tariff.price(0) == 15.0


def test_unknown_devices_are_all_told(tmp_path: Path) -> None:
    told = _told(
        tmp_path,
        ('meter = "feeder-main"', 'meter = "feeder-mian"'),
        ('photovoltaic = ["pv-school", "pv-energy"]', 'photovoltaic = ["pv-school", "pv-roof"]'),
        ('device = "battery-main"\ncapacity', 'device = "batery-main"\ncapacity'),
    )
    assert told[0] == "energy.meter: there is no device 'feeder-mian'; did you mean 'feeder-main'?"
    assert told[1].startswith("energy.photovoltaic[1]: there is no device 'pv-roof'")
    assert told[2].endswith("did you mean 'battery-main'?")


def test_an_hour_without_a_price(tmp_path: Path) -> None:
    (told,) = _told(
        tmp_path, ('begins = "08:00", ends = "22:00"', 'begins = "09:00", ends = "22:00"')
    )
    assert told == "energy.tariff.bands: there is no price at 08:00: cover the whole day"


def test_a_wrong_clock_and_a_negative_size(tmp_path: Path) -> None:
    told = _told(
        tmp_path, ('begins = "13:00"', 'begins = "1 pm"'), ("power_kw = 60", "power_kw = -60")
    )
    assert any("bands[1].begins: expected time of day, hh:mm" in line for line in told)
    assert any("batteries[0].power_kw: expected at least 0" in line for line in told)


def test_a_band_may_run_past_midnight() -> None:
    night = TariffBand(22 * 60, 8 * 60, 1.0)
    assert [night.holds(hour * 60) for hour in (21, 22, 0, 7, 8)] == [
        False,
        True,
        True,
        True,
        False,
    ]
