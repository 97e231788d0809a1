"""Every decoder takes or refuses any bytes: nothing unhandled, no hang, no growth."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.edge_agent.decoding.decoders import DECODERS, survives

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", DECODERS)
def test_a_right_input_is_taken(name):
    assert survives(*DECODERS[name])


@pytest.mark.parametrize("name", DECODERS)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused(name, data):
    survives(DECODERS[name][0], data)


@pytest.mark.parametrize("name", DECODERS)
@given(data=st.data())
def test_a_right_input_with_damage_is_taken_or_refused(name, data):
    decoder, right = DECODERS[name]
    at = data.draw(st.integers(0, len(right) - 1))
    cut = data.draw(st.integers(0, len(right)))
    survives(decoder, (right[:at] + data.draw(st.binary(max_size=4)) + right[at + 1 :])[:cut])


@pytest.mark.soak
@pytest.mark.parametrize("name", DECODERS)
def test_ten_million_inputs_grow_nothing(name):
    """Mutations of a right input, shared among all decoders: ten million together."""
    decoder, right = DECODERS[name]
    chance, share = random.Random(name), 10_000_000 // len(DECODERS) + 1
    for _ in range(10_000):
        survives(decoder, _mutated(right, chance))
    before = psutil.Process().memory_info().rss
    for _ in range(share):
        survives(decoder, _mutated(right, chance))
    assert psutil.Process().memory_info().rss - before < 8 << 20


@pytest.mark.soak
@pytest.mark.parametrize("name", DECODERS)
def test_a_fuzzer_that_sees_branches_finds_nothing(name, tmp_path):
    pytest.importorskip("atheris", reason="atheris is not installed (pip install atheris)")
    script = ROOT / "tests" / "edge_agent" / "decoding" / "fuzz_decoder.py"
    command = [sys.executable, str(script), name, "-runs=100000", "-max_len=256", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def _mutated(right: bytes, chance: random.Random) -> bytes:
    data = bytearray(right)
    for _ in range(chance.randrange(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 else data)
