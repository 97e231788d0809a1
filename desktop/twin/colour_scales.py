"""The colours of the twin: a calm grey city, and strong colours for what is abnormal only."""

from __future__ import annotations

from dataclasses import dataclass

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class CityColours:
    """The greys of one theme; ISA-101: what is normal keeps quiet.

    Attributes:
        sky: background, and what the far ground fades into.
        dress: the light in which pictures on buildings are seen.
        ink, paper: text of the overlay and what stands behind it.
        accent: what is chosen.
        uncertain, no_data, stale, alarm: device states; a normal device has the ink.
    """

    sky: Rgb
    ground: Rgb
    road: Rgb
    water: Rgb
    plant: Rgb
    building: Rgb
    foot: Rgb
    dress: Rgb
    edge: Rgb
    mast: Rgb
    ink: Rgb
    paper: Rgb
    accent: Rgb
    uncertain: Rgb
    no_data: Rgb
    stale: Rgb
    alarm: Rgb


LIGHT = CityColours(
    sky=(236, 238, 240),
    ground=(200, 204, 206),
    road=(226, 228, 229),
    water=(176, 192, 204),
    plant=(174, 190, 172),
    building=(244, 244, 242),
    foot=(190, 192, 193),
    dress=(255, 255, 255),
    edge=(128, 132, 136),
    mast=(86, 92, 98),
    ink=(38, 42, 46),
    paper=(255, 255, 255),
    accent=(29, 100, 184),
    uncertain=(166, 110, 0),
    no_data=(106, 112, 118),
    stale=(112, 84, 150),
    alarm=(204, 36, 29),
)
DARK = CityColours(
    sky=(38, 41, 45),
    ground=(54, 58, 62),
    road=(70, 74, 79),
    water=(48, 64, 80),
    plant=(66, 80, 66),
    building=(116, 120, 125),
    foot=(78, 82, 86),
    dress=(150, 152, 156),
    edge=(40, 43, 46),
    mast=(190, 194, 198),
    ink=(236, 238, 240),
    paper=(46, 50, 54),
    accent=(96, 165, 250),
    uncertain=(240, 180, 60),
    no_data=(168, 174, 180),
    stale=(190, 160, 230),
    alarm=(255, 92, 84),
)


def unit(colour: Rgb) -> tuple[float, float, float]:
    """Return a colour as three numbers from 0 to 1."""
    return (colour[0] / 255, colour[1] / 255, colour[2] / 255)


def blend(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Return a colour between two; share 0 gives the first, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return (red, green, blue)
