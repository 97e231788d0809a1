"""Blocks: what goes in comes out, and what is damaged never does."""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import replace

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.quality import GOOD
from area_configs.domain.readings import ClockStamp, Reading
from platform_hub.wire import blocks
from platform_hub.wire.blocks import BadBlock, Block
from tests.platform_hub.wire.strategies import readings

epochs = st.integers(0, 2**53 - 1)
some_blocks = st.builds(
    Block,
    st.text(st.characters(codec="utf-8"), max_size=10),
    epochs,
    st.integers(1, 2**53),
    st.lists(readings, max_size=20).map(tuple),
)
A_BLOCK = Block(
    "gw-1", 7, 41, tuple(Reading("meter", "active_power", n * 10**6, n * 1.5) for n in range(20))
)


@given(some_blocks)
def test_a_block_comes_out_as_it_went_in(block: Block):
    data = blocks.encode(block)
    blocks.check(data)
    assert blocks.decode(data) == block


def test_minus_zero_and_the_smallest_number_survive():
    values = [-0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf]
    block = Block("g", 1, 1, tuple(Reading("m", "q", n, v) for n, v in enumerate(values)))
    back = [r.value for r in blocks.decode(blocks.encode(block)).readings]
    assert [struct.pack("<d", v) for v in back] == [struct.pack("<d", v) for v in values]


def test_whole_numbers_and_truth_values_become_numbers():
    block = Block("g", 1, 1, (Reading("m", "q", 1, 3), Reading("m", "q", 2, True)))
    values = [r.value for r in blocks.decode(blocks.encode(block)).readings]
    assert values == [3.0, 1.0]
    assert all(type(value) is float for value in values)


def test_the_last_number_follows_from_the_first():
    assert A_BLOCK.last_seq == 60


@pytest.mark.parametrize("instant", [2**64, -(2**63) - 1])
def test_an_instant_that_no_block_can_hold_is_refused_when_packing(instant: int):
    with pytest.raises(OverflowError):
        blocks.encode(Block("g", 1, 1, (Reading("m", "q", instant, 1.0),)))


@given(st.data())
def test_a_block_with_any_bit_flipped_is_refused(data: st.DataObject):
    body = bytearray(blocks.encode(A_BLOCK))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= 1 << data.draw(st.integers(0, 7))
    for read in (blocks.check, blocks.decode):
        with pytest.raises(BadBlock):
            read(bytes(body))


@given(st.integers(0, len(blocks.encode(A_BLOCK)) - 1))
def test_a_block_that_is_cut_is_refused(length: int):
    with pytest.raises(BadBlock):
        blocks.decode(blocks.encode(A_BLOCK)[:length])


@given(st.binary(max_size=100))
def test_other_bytes_are_refused(data: bytes):
    with pytest.raises(BadBlock, match="not a reading block"):
        blocks.decode(data)


def _sealed(payload: bytes) -> bytes:
    return b"SAB1" + struct.pack("<I", zlib.crc32(payload)) + payload


def _packed(*columns: object) -> bytes:
    return _sealed(zstandard.compress(msgspec.msgpack.encode(columns)))


GOOD_COLUMNS = ("g", 1, 1, [("m", "q")], [("ok", "")], 0, [0], [0], [1.0], [0])


def test_the_columns_are_what_they_are():
    assert blocks.decode(_packed(*GOOD_COLUMNS)) == Block(
        "g", 1, 1, (Reading("m", "q", 0, 1.0, GOOD),)
    )


@pytest.mark.parametrize(
    ("column", "content"),
    [
        (3, []),  # no series for the number in column 6
        (4, [("unheard-of", "")]),
        (6, [1]),
        (6, [-1]),
        (6, [0, 0]),  # columns of different lengths
        (8, []),
        (8, ["1.0"]),
        (9, [-1]),
        (2, "1"),
    ],
)
def test_a_sealed_block_that_contradicts_itself_is_refused(column: int, content: object):
    columns = list(GOOD_COLUMNS)
    columns[column] = content
    with pytest.raises(BadBlock):
        blocks.decode(_packed(*columns))


@pytest.mark.parametrize("payload", [b"", b"x" * 20, zstandard.compress(b"\xc1")])
def test_a_sealed_block_that_is_no_block_is_refused(payload: bytes):
    with pytest.raises(BadBlock):
        blocks.decode(_sealed(payload))


def test_a_bomb_is_refused_before_it_unpacks():
    bomb = zstandard.compress(bytes((64 << 20) + 1))
    assert len(bomb) < 10_000
    with pytest.raises(BadBlock, match="would unpack to more than"):
        blocks.decode(_sealed(bomb))


def test_a_bomb_that_hides_its_size_is_refused():
    hidden = zstandard.ZstdCompressor(write_content_size=False).compress(bytes((64 << 20) + 1))
    with pytest.raises(BadBlock, match="cannot be unpacked"):
        blocks.decode(_sealed(hidden))


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_bodies_joined_are_split_again(bodies: list[bytes]):
    assert list(blocks.split(blocks.join(bodies))) == bodies


def test_a_body_without_blocks_is_empty():
    assert blocks.join([]) == b""
    assert list(blocks.split(b"")) == []


@given(st.data())
def test_a_body_that_is_cut_is_refused(data: st.DataObject):
    whole = blocks.join([b"first", b"second"])
    ends = {0, 9, len(whole)}
    length = data.draw(st.integers(1, len(whole)).filter(lambda n: n not in ends))
    with pytest.raises(BadBlock, match=r"ends inside the block that begins at byte [09]"):
        list(blocks.split(whole[:length]))


BOOTED = ClockStamp("0123456789ab", 1_790_000_000_000_000, trusted=True)
UNSET = ClockStamp("0123456789ab", 17, trusted=False)
MOVED = ClockStamp("fedcba987654", 40, trusted=True, shift_us=-3)
stamps = st.one_of(
    st.none(),
    st.sampled_from([BOOTED, UNSET, MOVED]),
    st.builds(ClockStamp, st.just("x"), st.none() | st.integers(-(2**62), 2**62), st.booleans()),
)


@given(some_blocks, st.lists(stamps, min_size=20, max_size=20))
def test_what_dated_each_reading_survives(block: Block, dated: list[ClockStamp | None]):
    stamped = tuple(replace(r, stamp=s) for r, s in zip(block.readings, dated, strict=False))
    back = blocks.decode(blocks.encode(replace(block, readings=stamped))).readings
    assert [r.stamp for r in back] == [r.stamp for r in stamped]
    assert back == block.readings, "a stamp does not tell readings apart"


def test_stamps_can_be_given_in_runs():
    runs = [(15, BOOTED), (4, None), (1, MOVED)]
    data = blocks.encode(A_BLOCK, runs)
    back = blocks.decode(data).readings
    assert [r.stamp for r in back] == [BOOTED] * 15 + [None] * 4 + [MOVED]
    assert blocks.runs_of(back) == runs
    assert back[0].monotonic_us == -1_790_000_000_000_000
    assert back[15].monotonic_us is None


def test_a_block_from_before_there_were_stamps_has_none():
    (reading,) = blocks.decode(_packed(*GOOD_COLUMNS)).readings
    assert reading.stamp is None


@pytest.mark.parametrize(
    "clock", [[(2, "b", 0, True, 0)], [(0, "b", 0, True, 0)], [(-1, "b", 0, True, 0)], [(1, "b")]]
)
def test_stamps_that_do_not_fit_the_readings_are_refused(clock: object):
    with pytest.raises(BadBlock):
        blocks.decode(_packed(*GOOD_COLUMNS, clock))
