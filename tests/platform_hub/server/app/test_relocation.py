"""`area-hub migrate`: from the folder to PostgreSQL, or one sentence why not."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from platform_hub.server.cli import app
from platform_hub.server.history.recording import Recorder
from platform_hub.server.settings import HubFolder
from platform_hub.server.store import keys, lock
from platform_hub.server.store.database import Database
from tests.platform_hub.server.town import T0, power

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> HubFolder:
    """Return a hub with three readings."""
    made = HubFolder(tmp_path / "hub")
    assert run("init", str(made.path))[0] == 0
    with contextlib.closing(Database(made.database)) as database:
        readings = [power(n) for n in range(3)]
        recorder = Recorder("harumi", 100)
        database.write(lambda tx: recorder.record(tx, "gw-1", readings, T0)).result()
    return made


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.stdout, result.stderr


def test_a_hub_moves_and_is_found_there(folder: HubFolder, new_url: Callable[[], str]) -> None:
    url = new_url()
    code, out, _ = run("migrate", "--from", str(folder.path), "--to", url, "--json")
    moved = json.loads(out)
    assert (code, moved["instances"], moved["copied"]) == (0, 3, 3)
    with contextlib.closing(Database(folder.database)) as old:
        before = old.read(keys.all_keys)
    folder.settings_file.write_text(f'database = "{url}"\n', encoding="utf-8")
    _, listed, _ = run("key", "list", "--data", str(folder.path), "--json")
    assert [key["name"] for key in json.loads(listed)] == [key.name for key in before]


def test_the_next_step_is_said(folder: HubFolder, new_url: Callable[[], str]) -> None:
    code, out, err = run("migrate", "--from", str(folder.path), "--to", new_url())
    assert (code, out) == (0, "")
    assert "3 readings of 1 series are the same on both sides" in err
    assert "hub.toml" in err


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("nothing", 2, "postgresql://"),
        ("mysql://host/name", 2, "no engine for mysql"),
        ("postgresql://hub:secret@/none?host=/nowhere", 4, "does not answer"),
    ],
)
def test_what_is_no_database_is_said(folder: HubFolder, url: str, status: int, words: str) -> None:
    code, out, err = run("migrate", "--from", str(folder.path), "--to", url)
    assert (code, out) == (status, "")
    assert words in err
    assert err.count("\n") == 1
    assert "secret" not in err


def test_timescale_is_taken_only_where_it_is(folder: HubFolder, new_url: Callable[[], str]) -> None:
    code, _, err = run("migrate", "--from", str(folder.path), "--to", new_url(), "--timescale")
    assert code == 2
    assert "leave --timescale out" in err


def test_a_hub_that_is_served_is_not_moved(folder: HubFolder) -> None:
    with lock.held(folder.lock):
        code, _, err = run("migrate", "--from", str(folder.path), "--to", "postgresql:///x")
    assert code == 2
    assert "stop that one first" in err
