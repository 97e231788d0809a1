"""What all programs share: each tells its version, lists whole sentences, and writes any name."""

from __future__ import annotations

import errno
import importlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from area_configs.command_line import program, speak_any_name, version

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


A_GROUP_WITHIN = """
from area_configs.command_line import group, program
app, within = program("area-try", "Try."), group("within", "Try more.")
app.add_typer(within)
within.command("say")(lambda: print("a word"))
within.command("be-silent")(lambda: None)
app(["within", "say"])
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
@pytest.mark.parametrize(
    "words",
    [
        ("-m", "area_configs", "check", "harumi"),
        ("-m", "area_configs", "list", "--json"),
        ("-m", "area_configs", "schema", "area"),
        ("-c", A_GROUP_WITHIN),
    ],
)
def test_a_full_disk_is_one_sentence(words):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "No space left on device: make room" in done.stderr


def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path):
    app = program("area-try", "Try.")

    @app.command()
    def write() -> None:
        (tmp_path / "none" / "at" / "all").write_text("")

    @app.command()
    def fail() -> None:
        raise OSError(errno.EINVAL, "a mistake of ours")

    said = CliRunner().invoke(app, ["write"], prog_name="area-try")
    file = tmp_path / "none" / "at" / "all"
    words = f"area-try: {file}: No such file or directory: correct the path or its rights\n"
    assert (said.exit_code, said.stderr) == (2, words)
    assert isinstance(CliRunner().invoke(app, ["fail"]).exception, OSError)


def test_a_name_that_the_terminal_has_no_letters_for_is_written_as_escapes(monkeypatch):
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr("sys.stdout", terminal)
    speak_any_name()
    terminal.write("晴海")
    terminal.flush()
    assert raw.getvalue() == b"\\u6674\\u6d77"
