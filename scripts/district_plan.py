"""The plan of the model district: its streets, quays, water and every building."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from district_shapes import (
    BEND,
    Face,
    Flat,
    Frame,
    Tier,
    canopy,
    chamfered,
    extrusion,
    gable,
    hipped,
    l_shape,
    polygon,
    prism,
    rectangle,
    sawtooth,
    scaled,
    stairs,
    tiers,
    u_shape,
    vault,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SEED = 20240715

# Street grid: u runs along the island to the north-east, v across it to the north-west.
COLUMNS = ((-370.0, -218.0), (-200.0, -48.0), (-30.0, 122.0), (140.0, 292.0), (310.0, 462.0))
ROWS = ((-275.0, -125.0), (-105.0, 25.0), (55.0, 185.0), (201.0, 300.0))
ISLAND_U = (-470.0, 560.0)
ISLAND_V = (-330.0, 330.0)
CROWN = (-50.0, 50.0)  # the land rises from the quays up to here
BANK_V = (405.0, 535.0)  # the far bank of the canal, with its old low houses
EDGE_U = (-620.0, 560.0)
EDGE_V = (-520.0, 535.0)
BANK_STREETS = ((405.0, 417.0), (466.0, 474.0), (523.0, 535.0))
BRIDGES = ((-48.0, -30.0), (292.0, 310.0))
PIER = ((-545.0, -470.0), (-52.0, -38.0))
_SHARE_BUILT = 0.93  # the other lots are car parks
_NARROWEST = 8.0
_SHARE_DETAILED, _SHARE_GABLED, _SHARE_PITCHED = 0.42, 0.5, 0.8
WATER_Z, BED_Z, PIER_Z = 0.6, -4.0, 2.9

HOME, FLATS, SHOPS, OFFICE, HOTEL = 411, 412, 402, 401, 403
SCHOOL, PUBLIC, WAREHOUSE, SUPPLY = 422, 421, 431, 452


@dataclass(frozen=True, slots=True)
class Building:
    """One building; `lod2` is empty where only its block is known."""

    id: str
    name: str
    usage: int
    height: float
    lod1: list[Face]
    lod2: list[Face]


class Shape(NamedTuple):
    """Footprint, how its LOD2 is drawn, height and height of the LOD1 block of a building to be."""

    ring: Sequence[Flat]
    draw: Callable[[Frame], list[Face]]
    height: float
    block: float


@dataclass(slots=True)
class Town:
    """The buildings so far."""

    buildings: list[Building] = field(default_factory=list)

    def add(
        self, frame: Frame, shape: Shape, usage: int, *names: str, detailed: bool = True
    ) -> None:
        """Add a building; `names` are its id and what people call it."""
        key = names[0] if names else f"{len(self.buildings) + 1:04d}"
        self.buildings.append(
            Building(
                id=f"bldg_harumi_{key}",
                name=names[1] if len(names) > 1 else "",
                usage=usage,
                height=shape.height,
                lod1=prism(frame, shape.ring, 0.0, shape.block),
                lod2=shape.draw(frame) if detailed else [],
            )
        )


def ground(v: float) -> float:
    """Return the height of the land: a low crown in the middle, quays at its sides."""
    if v >= ISLAND_V[1]:
        return 3.4
    flat = CROWN[0] - ISLAND_V[0]
    nearest = min(abs(v - ISLAND_V[0]), abs(v - ISLAND_V[1]), flat)
    return 3.4 + 1.4 * nearest / flat


def build() -> list[Building]:
    """Return every building of the district, always the same ones."""
    town, rng = Town(), random.Random(SEED)  # noqa: S311 - a town, not a secret
    for block in (_harbour_row, _plaza_row, _boulevard_row, _canal_row, _waterfront):
        block(town, rng)
    for low, high in ((419.0, 464.5), (475.5, 521.5)):
        for begin, end in _bank_blocks():
            _small_lots(town, rng, (begin, end), (low, high), tall=0.12)
    return town.buildings


def streets() -> Iterator[tuple[str, Flat, Flat]]:
    """Give name, u range and v range of every street of the island and the far bank."""
    u_bounds = [ISLAND_U[0] + 8, *(edge for column in COLUMNS for edge in column), 480.0]
    gaps = [(u_bounds[k], u_bounds[k + 1]) for k in range(2, len(u_bounds) - 2, 2)]
    gaps = [(-388.0, -370.0), *gaps, (462.0, 480.0)]
    for number, gap in enumerate(gaps, 1):
        yield f"区道{number}号", gap, (-275.0, 318.0)
    for name, rows in zip(("港通り", "晴海大通り", "運河通り"), pairwise(ROWS), strict=True):
        yield name, (-388.0, ISLAND_U[1]), (rows[0][1], rows[1][0])
    yield "水辺通り", (-388.0, ISLAND_U[1]), (-289.0, -275.0)
    yield "朝潮通り", (-388.0, ISLAND_U[1]), (304.0, 318.0)
    for number, street in enumerate(BANK_STREETS, 1):
        yield f"月見{number}丁目通り", EDGE_U, street


# ---------------------------------------------------------------- kinds of building


def tower(ring: Sequence[Flat], height: float, waist: float = 0.93) -> Shape:
    """Return a tower: lobby, shaft, crown and machine room."""
    machines = Tier(scaled(ring, waist * 0.45), height)
    crown = Tier(scaled(ring, waist * 0.8), height * 0.97, (machines,))
    shaft = Tier(scaled(ring, waist), height * 0.93, (crown,))
    lobby = Tier(ring, min(14.0, height * 0.12), (shaft,))
    return Shape(ring, partial(tiers, tier=lobby), height, height)


def terraced(ring: Sequence[Flat], height: float) -> Shape:
    """Return a tower that steps back three times."""
    tier = Tier(scaled(ring, 0.3), height)
    for factor, share in ((0.62, 0.97), (0.82, 0.82), (1.0, 0.5)):
        tier = Tier(scaled(ring, factor), height * share, (tier,))
    return Shape(ring, partial(tiers, tier=tier), height, height)


def block(ring: Sequence[Flat], height: float, *boxes: Sequence[float]) -> Shape:
    """Return a flat roof with boxes (width, depth, s, t) of stairs and machines on it."""
    above = tuple(Tier(rectangle(*box), height + 3.6) for box in boxes)
    top = height + 3.6 if boxes else height
    return Shape(ring, partial(tiers, tier=Tier(ring, height, above)), top, height)


def drawn(length: float, profile: Sequence[Flat]) -> Shape:
    """Return a building with one profile from end to end."""
    ring = rectangle(length, profile[1][0] * 2)
    heights = sorted({z for _, z in profile if z > 0})
    draw = partial(extrusion, length=length, profile=profile)
    return Shape(ring, draw, heights[-1], (heights[0] + heights[-1]) / 2)


def villa(length: float, depth: float, eaves: float, ridge: float) -> Shape:
    """Return a house with a hipped roof."""
    draw = partial(hipped, size=(length, depth), eaves=eaves, ridge=ridge)
    return Shape(rectangle(length, depth), draw, ridge, (eaves + ridge) / 2)


def shelter(width: float, depth: float, clear: float, top: float) -> Shape:
    """Return a roof on columns."""
    draw = partial(canopy, size=(width, depth), clear=clear, top=top)
    return Shape(rectangle(width, depth), draw, top, top)


# ---------------------------------------------------------------- rows of blocks


def _harbour_row(town: Town, rng: random.Random) -> None:
    """Build the blocks towards the harbour: hotel, warehouses, housing, towers, energy."""
    add = partial(_add, town)
    add(
        -310,
        -215,
        block(l_shape(96, 62, 22), 62, (30, 10, -20, -20)),
        HOTEL,
        "hotel",
        "晴海ベイホテル",
    )
    add(-262, -150, block(rectangle(60, 22), 11), SHOPS, "quay_market", "晴海埠頭市場")
    add(-338, -148, drawn(42, vault(24, 6, 13)), SHOPS)
    for k, teeth in enumerate((3, 4, 3, 4)):
        u, v = -166 + (k % 2) * 80, -240 + (k // 2) * 74
        add(u, v, drawn(62, sawtooth(46, 11, 16, teeth)), WAREHOUSE)
    for u, turn, height in ((8, 0, 44), (84, 180, 50)):
        add(
            u,
            -242,
            block(u_shape(62, 52, 15), height, (9, 7, -22, 0), (9, 7, 22, 0)),
            FLATS,
            turn=turn,
        )
    for u, height in ((-10, 41), (46, 47), (102, 38)):
        add(u, -158, drawn(44, stairs(26, (height, height - 9, height - 18, height - 27))), FLATS)
    add(178, -236, tower(polygon(44, 44, 8), 176), FLATS, "tower_c", "晴海タワーC")
    add(252, -166, tower(polygon(44, 44, 8), 162), FLATS, "tower_d", "晴海タワーD")
    add(250, -240, block(l_shape(62, 54, 20), 15, (12, 8, -18, -14)), SHOPS)
    add(176, -160, block(rectangle(52, 46), 12, (20, 12, 0, 0)), PUBLIC, "library", "晴海図書館")
    _energy(town, rng)


def _energy(town: Town, _rng: random.Random) -> None:
    """Build the energy centre and the hydrogen station."""
    add = partial(_add, town)
    centre = drawn(74, sawtooth(44, 15, 21, 4))
    add(356, -236, centre, SUPPLY, "energy_centre", "晴海エネルギーセンター")
    add(322, -188, block(polygon(6.4, 6.4, 12), 58), SUPPLY, "chimney", "エネルギーセンター煙突")
    cells = block(rectangle(40, 20), 7, (4, 4, -12, 0), (4, 4, 0, 0), (4, 4, 12, 0))
    add(352, -188, cells, SUPPLY, "battery_hall", "蓄電池棟")
    plant = block(rectangle(34, 22), 9, (8, 5, -8, 0), (5, 5, 8, 3))
    add(424, -240, plant, SUPPLY, "hydrogen_plant", "水素製造棟")
    for k in range(3):
        add(408 + k * 15, -212, block(polygon(9.5, 9.5, 16), 12.5), SUPPLY)
    station = shelter(30, 17, 5.2, 6.4)
    add(424, -180, station, SUPPLY, "hydrogen_station", "晴海水素ステーション")
    add(424, -158, block(rectangle(24, 8), 4.5), SUPPLY)
    add(354, -150, block(rectangle(66, 26), 24, (14, 8, -20, 0)), OFFICE)


def _plaza_row(town: Town, rng: random.Random) -> None:
    """Build the blocks around the central plaza."""
    add = partial(_add, town)
    for u, v, height in ((-338, -72, 46), (-254, -70, 38), (-334, -8, 31), (-250, -8, 52)):
        add(u, v, block(rectangle(52, 40), height, (18, 10, 8, 4)), OFFICE)
    add(-166, -62, tower(chamfered(42, 42, 8), 182), FLATS, "tower_a", "晴海タワーA")
    add(-84, -62, tower(chamfered(40, 40, 8), 154), FLATS, "tower_b", "晴海タワーB")
    add(-124, 2, block(rectangle(116, 24), 13, (16, 8, -34, 0), (16, 8, 34, 0)), SHOPS)
    add(
        6,
        -40,
        block(l_shape(66, 108, 26), 21, (20, 9, -10, -40), (9, 20, -20, 10)),
        SHOPS,
        "shops",
        "晴海マルシェ",
    )
    add(96, -88, drawn(46, vault(22, 7, 15)), PUBLIC, "hall", "晴海コミュニティホール")
    for k in range(4):
        height = 42 + 6 * (k % 2)
        add(
            162 + k * 36,
            -40,
            block(rectangle(15, 118), height, (9, 8, 0, -38), (9, 8, 0, 38)),
            FLATS,
        )
    add(350, -64, terraced(rectangle(50, 44), 148), OFFICE, "office_east", "晴海イーストスクエア")
    add(422, -58, tower(rectangle(44, 50), 124, 0.9), OFFICE)
    add(386, 4, block(rectangle(130, 22), 17, (30, 8, 0, 0)), SHOPS)
    _small_lots(town, rng, (486, 556), (-268, -108), tall=0.5)


def _boulevard_row(town: Town, rng: random.Random) -> None:
    """Build the blocks north of the boulevard: school, office towers, flats."""
    add = partial(_add, town)
    _small_lots(town, rng, COLUMNS[0], (57, 183), tall=0.4)
    school = block(u_shape(104, 56, 16), 15.5, (10, 7, -40, 4), (10, 7, 40, 4))
    add(-124, 90, school, SCHOOL, "school", "晴海みなと小中学校")
    add(-164, 152, drawn(46, vault(32, 8, 15)), SCHOOL, "school_gym", "晴海みなと小中学校 体育館")
    add(-84, 166, block(rectangle(40, 20), 5), SCHOOL)
    add(0, 90, tower(chamfered(46, 46, 10), 195, 0.95), OFFICE, "triple_a", "晴海トリプルA")
    add(92, 90, terraced(rectangle(48, 42), 172), OFFICE, "triple_b", "晴海トリプルB")
    add(46, 154, tower(rectangle(54, 34), 156, 0.96), OFFICE, "triple_c", "晴海トリプルC")
    add(46, 82, block(rectangle(30, 22), 19), SHOPS)
    for k in range(3):
        profile = stairs(22, (44 - 3 * k, 35 - 3 * k, 26 - 3 * k))
        add(216, 76 + k * 42, drawn(128, profile), FLATS)
    add(350, 86, block(u_shape(66, 50, 16), 36, (10, 8, -24, 0), (10, 8, 24, 0)), FLATS)
    add(424, 86, block(l_shape(58, 50, 17), 45, (12, 8, -12, -16)), FLATS)
    add(386, 158, block(rectangle(132, 20), 33, (9, 8, -40, 0), (9, 8, 40, 0)), FLATS)
    _small_lots(town, rng, (486, 556), (-103, 23), tall=0.5)
    _small_lots(town, rng, (486, 556), (57, 183), tall=0.4)


def _canal_row(town: Town, rng: random.Random) -> None:
    """Build the lower blocks along the canal."""
    add = partial(_add, town)
    for column, tall in ((COLUMNS[0], 0.2), (COLUMNS[1], 0.35), (COLUMNS[4], 0.25)):
        _small_lots(town, rng, column, (203, 298), tall=tall)
    add(10, 250, block(rectangle(62, 52), 26, (20, 10, 0, 0)), PUBLIC, "clinic", "晴海クリニック")
    add(
        86,
        232,
        block(l_shape(52, 40, 18), 18, (6, 6, -16, 8)),
        PUBLIC,
        "fire_station",
        "晴海消防署",
    )
    add(86, 280, block(rectangle(52, 24), 22), OFFICE)
    add(216, 250, block(u_shape(132, 70, 17), 41, (10, 8, -57, 8), (10, 8, 57, 8)), FLATS)
    _small_lots(town, rng, (486, 556), (203, 298), tall=0.3)


def _waterfront(town: Town, _rng: random.Random) -> None:
    """Build the terminal, the kiosk and the pavilions of the park at the island's tip."""
    add = partial(_add, town)
    terminal = block(polygon(46, 46, 8), 13, (14, 14, 0, 0))
    add(-430, 40, terminal, PUBLIC, "terminal", "晴海客船ターミナル")
    add(-452, -62, villa(14, 9, 3.4, 5.6), SHOPS, "kiosk", "桟橋売店")
    for v in (-220, -150, 150, 230):
        add(-428, v, villa(18, 12, 4, 7), SHOPS)


# ---------------------------------------------------------------- small lots


def _bank_blocks() -> Iterator[Flat]:
    begin = EDGE_U[0] + 6
    while begin < EDGE_U[1] - 60:
        end = begin + 92
        yield begin, min(end, EDGE_U[1] - 4)
        begin = end + 7


def _small_lots(town: Town, rng: random.Random, us: Flat, vs: Flat, *, tall: float) -> None:
    """Fill a block with rows of lots; `tall` is the share of slender buildings among houses."""
    rows = max(1, round((vs[1] - vs[0]) / 24))
    depth = (vs[1] - vs[0]) / rows
    for row in range(rows):
        u, v = us[0], vs[0] + (row + 0.5) * depth
        while u + 9 <= us[1]:
            width = min(rng.uniform(15, 27), us[1] - u)
            if rng.random() < _SHARE_BUILT and width > _NARROWEST:
                _lot(town, rng, (u + width / 2, v), (width - 1.6, depth - 3.2), tall)
            u += width


def _lot(town: Town, rng: random.Random, at: Flat, size: Flat, tall: float) -> None:
    width, depth = size[0] * (1 - at[1] / BEND), size[1]  # the inside of the bow is shorter
    frame = _frame(*at)
    if rng.random() < tall:
        height = 3.4 * rng.randint(5, 13)
        shape = block(rectangle(width, depth), height, (4, 4, width / 4, depth / 4))
        usage = rng.choice((FLATS, FLATS, OFFICE, SHOPS))
    else:
        shape, usage = _house(rng, width, depth), HOME
    town.add(frame, shape, usage, detailed=rng.random() < _SHARE_DETAILED)


def _house(rng: random.Random, width: float, depth: float) -> Shape:
    eaves = rng.choice((5.6, 6.2, 8.4))
    ridge = eaves + rng.uniform(1.6, 2.6)
    kind = rng.random()
    if kind < _SHARE_GABLED:
        return drawn(width, gable(depth * 0.85, eaves, ridge))
    if kind < _SHARE_PITCHED and width > depth:
        return villa(width, depth * 0.8, eaves, ridge)
    return block(rectangle(width, depth), eaves + rng.choice((0, 2.8)))


def _add(
    town: Town, u: float, v: float, shape: Shape, usage: int, *names: str, turn: float = 0.0
) -> None:
    town.add(_frame(u, v, turn), shape, usage, *names)


def _frame(u: float, v: float, turn: float = 0.0) -> Frame:
    return Frame(u, v, round(ground(v) - 0.2, 2), turn)
