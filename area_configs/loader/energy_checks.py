"""Checks of the `[energy]` table against the devices, and of its prices over the day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from area_configs.domain.energy import DayWindow, TariffBand
from area_configs.loader.sentences import suggest
from area_configs.loader.tolerant import Table, number, table, tables, text
from area_configs.schema.energy_file import minute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.loader import locator

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY = 24 * 60
_LISTS = ("batteries", "fuel_cells", "electrolysers", "charging", "deferrable", "sheddable")


def energy_mistakes(values: Table) -> Iterator[tuple[locator.Path, str]]:
    """Give path and message of unknown devices and of hours without a price."""
    energy = values.get("energy")
    if not isinstance(energy, dict):
        return
    known = {text(device, "id") or "" for _, device in tables(values, "devices")} - {""}
    for at, word in _named(energy):
        if word not in known:
            yield ("energy", *at), f"there is no device {word!r}{suggest(word, known)}"
    tariff = energy.get("tariff")
    if isinstance(tariff, dict):
        yield from _gaps(tariff)
    yield from _contradictions(energy)
    for key in ("charging", "deferrable"):
        for at, load in tables(energy, key):
            yield from _window_too_short(at, load)


def _contradictions(energy: Table) -> Iterator[tuple[locator.Path, str]]:
    """Give limits that no plan could ever keep."""
    contract, limit = number(energy, "contract_kw"), number(energy, "import_limit_kw")
    if contract is not None and limit is not None and contract > limit:
        words = f"{contract:g} kW are more than the connection's {limit:g} kW: lower one of them"
        yield ("energy", "contract_kw"), words
    for at, battery in tables(energy, "batteries"):
        low, high = number(battery, "low"), number(battery, "high")
        if (0.1 if low is None else low) > (0.9 if high is None else high):
            yield ("energy", *at), "`low` is above `high`: nothing is left to move"
    hydrogen = table(energy, "hydrogen")
    most, least = number(hydrogen, "pipeline_kg"), number(hydrogen, "pipeline_least_kg")
    if least and least > (most or 0.0):
        words = f"{least:g} kg are more than `pipeline_kg` = {most or 0.0:g}"
        yield ("energy", "hydrogen", "pipeline_least_kg"), words
    if not hydrogen and (energy.get("fuel_cells") or energy.get("electrolysers")):
        yield ("energy",), "fuel cells and electrolysers need the table [energy.hydrogen]"


def _window_too_short(at: locator.Path, load: Table) -> Iterator[tuple[locator.Path, str]]:
    clocks = [text(load, key) or "" for key in ("begins", "ends")]
    power, energy = number(load, "power_kw"), number(load, "energy_kwh")
    if power is None or energy is None or not all(_CLOCK.fullmatch(clock) for clock in clocks):
        return
    hours = DayWindow(minute(clocks[0]), minute(clocks[1])).minutes / 60
    if energy > power * hours:
        words = f"{energy:g} kWh do not fit: {power:g} kW give {power * hours:g} kWh in {hours:g} h"
        yield ("energy", *at, "energy_kwh"), words


def _named(energy: Table) -> Iterator[tuple[locator.Path, str]]:
    suns = energy.get("photovoltaic")
    for index, word in enumerate(suns if isinstance(suns, list) else ()):
        if isinstance(word, str):
            yield ("photovoltaic", index), word
    places: list[tuple[locator.Path, str | None]] = [(("meter",), text(energy, "meter"))]
    for key in _LISTS:
        places += [((*at, "device"), text(item, "device")) for at, item in tables(energy, key)]
    places += [
        ((key, "device"), text(table(energy, key), "device")) for key in ("hydrogen", "heat")
    ]
    yield from ((at, word) for at, word in places if word is not None)


def _gaps(tariff: Table) -> Iterator[tuple[locator.Path, str]]:
    bands = []
    for _, band in tables(tariff, "bands"):
        clocks = [text(band, key) or "" for key in ("begins", "ends")]
        if not all(_CLOCK.fullmatch(clock) for clock in clocks):
            return  # the schema tells what is wrong with it
        bands.append(TariffBand(minute(clocks[0]), minute(clocks[1]), 0.0))
    for at in range(_DAY) if bands else ():
        if not any(band.holds(at) for band in bands):
            clock = f"{at // 60:02}:{at % 60:02}"
            yield (
                ("energy", "tariff", "bands"),
                f"there is no price at {clock}: cover the whole day",
            )
            return
