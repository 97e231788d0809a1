"""Every bundled device profile reads its recorded frames.

A new model is a profile `area_configs/profiles/<id>.toml` and a capture `tests/captures/<id>.toml`
with one or more tables `[[captures]]`: `source` (where the bytes are from), `frame`, for Modbus
`request`, for an encrypted broadcast `address` and `key`, and the `readings` that follow, in the order of the profile. No Python.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from area_configs.domain.quantities import BY_GATEWAY
from area_configs.loader import load_profile, profile_ids
from edge_agent.decoding.one_ble_frame import Opener
from edge_agent.decoding.one_frame import decode

CAPTURES = Path(__file__).parents[2] / "captures"


def _captures(profile: str) -> list[dict]:
    file = CAPTURES / f"{profile}.toml"
    assert file.is_file(), f"profile {profile} has no capture: write {file}"
    return tomllib.loads(file.read_text(encoding="utf-8"))["captures"]


@pytest.mark.parametrize("profile", profile_ids())
def test_a_profile_reads_its_captures(profile):
    model = load_profile(profile)
    for capture in _captures(profile):
        opener = Opener(capture.get("address", ""), bytes.fromhex(capture.get("key", "")))
        found = decode(model, capture["frame"], capture.get("request", ""), opener)
        assert [
            (reading.quantity, reading.value, reading.quality.reason.value)
            for reading in found.readings
        ] == [
            (expected["quantity"], expected.get("value"), expected.get("reason", "ok"))
            for expected in capture["readings"]
        ], capture["source"]


@pytest.mark.parametrize("profile", profile_ids())
def test_captures_cover_every_point(profile):
    seen = {reading["quantity"] for c in _captures(profile) for reading in c["readings"]}
    said = {point.quantity for point in load_profile(profile).points} - BY_GATEWAY
    assert said <= seen


def test_no_capture_without_its_profile():
    assert {file.stem for file in CAPTURES.glob("*.toml")} == set(profile_ids())
