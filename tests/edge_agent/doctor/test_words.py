"""Every sentence of the doctor's own is there in Japanese too, for the technician's screen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import edge_agent.doctor
from edge_agent.doctor.disk import speed, wear
from edge_agent.doctor.machine import temperature
from edge_agent.doctor.platform import expiry

FILES = sorted(Path(edge_agent.doctor.__file__).parent.glob("*.py"))


def without_japanese(file: Path) -> list[int]:
    """Return the lines of checks that say something of their own in English only."""
    calls = [
        node
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Check"
    ]
    # str(error) and what a link said are words of somebody else; *both are both.
    foreign = (ast.Call, ast.Subscript, ast.Starred)
    return [
        call.lineno
        for call in calls
        if len(call.args) < 4 and not isinstance(call.args[2], foreign)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_sentence_is_in_english_only(file):
    assert without_japanese(file) == []


def test_both_sentences_carry_the_same_numbers(tmp_path):
    (tmp_path / "life_time").write_text("0x09 0x01")
    zone = tmp_path / "class" / "thermal" / "thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "temp").write_text("82000")
    checks = [speed(0.25), wear(tmp_path), temperature(tmp_path), expiry(86_400 * 9.0, 0.0)]
    for check, number in zip(checks, ("250.0 ms", "90 %", "82 °C", "9"), strict=True):
        assert check.level == "warn"
        assert number in check.words
        assert number in check.ja
