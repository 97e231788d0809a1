"""What the fault tests share: dice from a printed seed, and the summary of the long proofs."""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults import write_log

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
_SUMMARY = ROOT / "soak-output" / "faults.json"
_ALWAYS = 20_260_101  # the short proofs throw the same dice each time, the long ones new dice


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Return the seed of everything random in a test; SMART_AREA_SEED repeats a run."""
    soaking = request.node.get_closest_marker("soak") is not None
    drawn = secrets.randbelow(1 << 32) if soaking else _ALWAYS
    seed = int(os.environ.get("SMART_AREA_SEED", drawn))
    print(f"SMART_AREA_SEED={seed}")  # noqa: T201  # shown where a test fails
    return seed


@pytest.fixture
def rng(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.fixture
def note(request: pytest.FixtureRequest, seed: int) -> Callable[..., None]:
    """Return a function that adds a long proof's figures to soak-output/faults.json."""

    def add(**figures: Any) -> None:
        print(figures)  # noqa: T201  # shown where a test fails
        if request.node.get_closest_marker("soak") is None:
            return
        known = json.loads(_SUMMARY.read_text()) if _SUMMARY.exists() else {}
        known[request.node.name] = {"seed": seed, **figures}
        _SUMMARY.parent.mkdir(exist_ok=True)
        _SUMMARY.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")

    return add


@pytest.fixture(scope="session")
def shim() -> Path:
    """Return the recorder; skip where it cannot be built."""
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed: it builds the recorder of writes")
    return write_log.shim()
