"""Coordinates from text to numbers: all rings of a file at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import simdjson

from area_configs.domain.errors import CityFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from desktop.twin.citygml.outline import Outline

CORNERS = 3
_WORDS = 80
_BORDER = b",-8.98846567431158e307,"


def numbers(name: str, outline: Outline) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return all rings' points (n, 3) as the file has them, and each ring's number of points.

    Raises:
        CityFileError: something else than numbers, or no triples of them; names the owner.
    """
    values, counts = parsed(name, outline.texts, lambda ring: owner(outline, ring))
    if (counts % CORNERS).any():
        ring = int(np.flatnonzero(counts % CORNERS)[0])
        raise CityFileError(
            f"{name}: a ring of {owner(outline, ring)} has {counts[ring]} numbers, which are no "
            "triples of latitude, longitude and height; export the file in EPSG:6697 (JGD2011)."
        )
    return values.reshape(-1, CORNERS), counts // CORNERS


def parsed(
    name: str, texts: list[bytes], owner_of: Callable[[int], str]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return all numbers of some texts in one array, and how many each text holds.

    Raises:
        CityFileError: something else than numbers; names the owner of the text.
    """
    # JSON refuses what stands in lines or with several blanks; few files have that
    found = _quick(texts) or _quick([b" ".join(text.split()) for text in texts])
    if found is not None:
        return found
    return _patient(name, texts, owner_of)


def _quick(texts: list[bytes]) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
    """Read numbers as one list of JSON, the fastest way; None where they are not quite that.

    Between two texts stands a number that no file has: how many come before it is then known.
    """
    flat = _BORDER.join(texts).replace(b" ", b",")
    try:
        array = simdjson.Parser().parse(b"[" + flat + b"]")
        values = np.frombuffer(cast("simdjson.Array", array).as_buffer(of_type="d"))
    except (ValueError, TypeError):  # JSON is stricter than XML: +1, .5, 007, an empty list
        return None
    border = values == float(_BORDER.strip(b","))
    ends = np.append(border.nonzero()[0], len(values))
    if len(ends) != len(texts):
        return None
    return values[~border], np.diff(ends, prepend=-1) - 1


def owner(outline: Outline, ring: int) -> str:
    """Name the city object that a ring belongs to, for messages."""
    thing = outline.objects[outline.owners[ring]]
    return f"{thing.kind} {thing.id or 'without id'}"


def _patient(
    name: str, texts: list[bytes], owner_of: Callable[[int], str]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows: list[list[float]] = []
    for ring, text in enumerate(texts):
        try:
            rows.append([float(word) for word in text.split()])
        except ValueError as error:
            raise CityFileError(
                f"{name}: the coordinates of {owner_of(ring)} hold something else than "
                f"numbers ({str(error)[:_WORDS]}); fetch the file again or have it repaired."
            ) from error
    counts = np.array([len(row) for row in rows], np.int64)
    return np.array([value for row in rows for value in row], np.float64), counts
