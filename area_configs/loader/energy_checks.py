"""Checks of the `[energy]` table against the devices, and of its prices over the day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from area_configs.domain.energy import TariffBand
from area_configs.loader.sentences import suggest
from area_configs.loader.tolerant import Table, tables, text
from area_configs.schema.energy_file import minute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from area_configs.loader import locator

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY = 24 * 60
_LISTS = ("batteries", "fuel_cells", "electrolysers")


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


def _named(energy: Table) -> Iterator[tuple[locator.Path, str]]:
    if (meter := text(energy, "meter")) is not None:
        yield ("meter",), meter
    suns = energy.get("photovoltaic")
    for index, word in enumerate(suns if isinstance(suns, list) else ()):
        if isinstance(word, str):
            yield ("photovoltaic", index), word
    for key in _LISTS:
        for at, asset in tables(energy, key):
            if (word := text(asset, "device")) is not None:
                yield (*at, "device"), word
    hydrogen = energy.get("hydrogen")
    if isinstance(hydrogen, dict) and (word := text(hydrogen, "device")) is not None:
        yield ("hydrogen", "device"), word


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
