"""Property: any split, replay and order of a log's blocks ends in the same history."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from area_configs.domain.readings import Reading
from platform_hub.server.history import series
from platform_hub.server.history.recording import Recorder
from platform_hub.server.history.series import Window
from platform_hub.server.ingest import watermarks
from platform_hub.server.store import entities, gateways
from platform_hub.server.store.database import Database
from platform_hub.wire import blocks, ngsi_ld
from platform_hub.wire.blocks import Block
from tests.platform_hub.server.town import SECOND, T0

if TYPE_CHECKING:
    from platform_hub.server.store.database import Transaction

_READING = st.tuples(
    st.sampled_from(["meter-1", "meter-2", "stranger"]),
    st.sampled_from(["active_power", "current_r"]),
    st.integers(0, 40),
)


@st.composite
def _logs(draw: st.DrawFn) -> tuple[list[Reading], list[tuple[int, int]]]:
    """Draw a log of distinct readings, and the runs of it that arrive: all, and some again."""
    places = draw(st.lists(_READING, min_size=1, max_size=25, unique=True))
    log = [
        Reading(device, quantity, T0 + second * SECOND, float(n))
        for n, (device, quantity, second) in enumerate(places)
    ]
    cuts = sorted(draw(st.sets(st.integers(1, len(log)), max_size=5)) | {0, len(log)})
    runs = list(itertools.pairwise(cuts))
    ends = st.integers(0, len(log))
    again = draw(st.lists(st.tuples(ends, ends).map(sorted).map(tuple), max_size=4))
    return log, draw(st.permutations([*runs, *again]))


def _arrive(transaction: Transaction, log: list[Reading], run: tuple[int, int]) -> int:
    block = blocks.decode(blocks.encode(Block("gw", 1, run[0] + 1, tuple(log[slice(*run)]))))
    Recorder("town", 1000).record(transaction, "gw", block.readings, T0)
    before = gateways.arrived(transaction, "gw", 1)
    runs = [(block.first_seq, block.last_seq)] if block.readings else []
    state = watermarks.arrive(before, runs)
    gateways.save_arrived(transaction, "gw", 1, before, state)
    return state.upto


def _history(transaction: Transaction) -> list[Reading]:
    every = Window()
    return [
        ngsi_ld.reading_of(
            Reading(ngsi_ld.device_of(entity.id) or "", ngsi_ld.quantity_of(name), 0, None).series,
            blocks.msgspec.json.decode(one.body) | {"observedAt": _text(one.key.observed_us)},
        )
        for entity in entities.select_by(transaction)
        for name, held in series.read(transaction, [entity.pk], every, 1000)
        .series[entity.pk]
        .items()
        for one in held
    ]


def _text(instant_us: int) -> str:
    return ngsi_ld.timestamps.to_text(instant_us)


def _key(reading: Reading) -> tuple[str, str, int]:
    return (*reading.series, reading.observed_us)


def _newest(log: list[Reading]) -> dict[tuple[str, str], Reading]:
    return {reading.series: reading for reading in sorted(log, key=lambda r: r.observed_us)}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_logs())
def test_each_reading_is_there_once_and_the_watermark_never_lies(
    case: tuple[list[Reading], list[tuple[int, int]]],
) -> None:
    log, runs = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hub.sqlite")
        Database.create(path)
        with contextlib.closing(Database(path)) as database:
            arrived: set[int] = set()
            for run in runs:
                upto = database.write(lambda tx, run=run: _arrive(tx, log, run)).result()
                arrived |= set(range(run[0] + 1, run[1] + 1))
                assert set(range(1, upto + 1)) <= arrived
                assert upto + 1 not in arrived
            history = database.read(_history)
            assert sorted(history, key=_key) == sorted(log, key=_key)
            _assert_current(database, log)


def _assert_current(database: Database, log: list[Reading]) -> None:
    newest = _newest(log)
    held = {}
    for entity in database.read(entities.select_by):
        for name, attribute in entity.document.items():
            if "observedAt" in attribute:
                series_ = (ngsi_ld.device_of(entity.id), ngsi_ld.quantity_of(name))
                held[series_] = attribute["value"]
    assert held == {series_: reading.value for series_, reading in newest.items()}
