"""What all programs share: each tells its version, lists whole sentences, and writes any name."""

from __future__ import annotations

import importlib
import io

import pytest
from typer.testing import CliRunner

from area_configs.command_line import speak_any_name, version

PROGRAMS = (
    "area_configs.cli",
    "edge_agent.cli",
    "platform_hub.server.cli",
    "energy_planner.cli",
    "desktop.cli",
    "firmware_tools.cli",
)


@pytest.mark.parametrize("module", PROGRAMS)
def test_each_program_tells_its_version_alone(module):
    said = CliRunner().invoke(importlib.import_module(module).app, ["--version"])
    assert (said.exit_code, said.stdout, said.stderr) == (0, f"{version()}\n", "")


@pytest.mark.parametrize("module", PROGRAMS)
def test_no_sentence_of_the_help_is_cut(module):
    said = CliRunner().invoke(importlib.import_module(module).app, ["--help"])
    assert said.exit_code == 0
    assert "..." not in said.stdout.replace("[ARGS]...", "")


def test_a_name_that_the_terminal_has_no_letters_for_is_written_as_escapes(monkeypatch):
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr("sys.stdout", terminal)
    speak_any_name()
    terminal.write("晴海")
    terminal.flush()
    assert raw.getvalue() == b"\\u6674\\u6d77"
