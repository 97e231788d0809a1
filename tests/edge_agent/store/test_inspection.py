"""What a technician sees of a log: in use, stopped and damaged."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from edge_agent.cli import app
from edge_agent.clock import Sight
from edge_agent.store import Gap, LogUnavailable, ReadingLog, Retention, csv_export
from tests.edge_agent.store.conftest import segment_files, some_readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW_US = 1_790_000_000_000_000


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "edge.toml"
    file.write_text(
        'gateway = "gw-1"\narea = "harumi"\ndata = "data"\n[hub]\nurl = "http://127.0.0.1:1"\n'
    )
    (tmp_path / "data").mkdir()
    return file


@pytest.fixture
def data(config: Path) -> Path:
    return config.parent / "data" / "log"


@pytest.fixture
def running(data: Path) -> Iterator[ReadingLog]:
    """The log of an agent that runs."""

    def look() -> Sight:
        return Sight(NOW_US, 5_000_000, "boot", trusted=True)

    with ReadingLog(data, gateway="gw-1", look=look, retention=Retention(segment_bytes=1)) as log:
        for n in range(3):
            log.append(some_readings(10, 10 * n)).result()
        bad = Quality(Reason.NO_DATA, "7FFF")
        log.append([Reading("m", "active_power", NOW_US, None, bad)]).result()
        log.acknowledge("hub", 12, gaps=[Gap(3, 4, "unknown device")])
        yield log


def _run(*words: str):
    return CliRunner().invoke(app, ["log", *words])


def _damage(data: Path, which: int = 0) -> None:
    with sqlite3.connect(segment_files(data)[which]) as database:
        database.execute("UPDATE block SET body = substr(body, 1, length(body) - 1)")
    database.close()


@pytest.mark.usefixtures("running")
class TestWhileTheAgentRuns:
    def test_stats(self, config: Path):
        result = _run("stats", "--config", str(config))
        assert result.exit_code == 0
        lines = result.stdout.splitlines()
        assert lines[0].startswith("gateway gw-1, epoch ")
        assert lines[1].startswith("31 readings stored, ")
        assert lines[1].endswith("in 4 segments")
        assert lines[2] == (
            "hub: up to 12 acknowledged, 19 wait, the oldest of 1970-01-01T00:00:10.000Z, 2 refused"
        )

    def test_stats_as_json(self, config: Path):
        found = json.loads(_run("stats", "--config", str(config), "--json").stdout)
        assert (found["stored"], found["segments"], found["damaged"]) == (31, 4, 0)
        assert found["sinks"]["hub"]["backlog"] == 19
        assert found["losses"] == found["quarantine"] == []

    def test_tail(self, config: Path):
        result = _run("tail", "--config", str(config), "-n", "2")
        assert [line.split() for line in result.stdout.splitlines()] == [
            ["seq", "observed_at", "device", "quantity", "value", "quality", "code", "clock"],
            ["30", "1970-01-01T00:00:29.000Z", "meter-2", "active_power", "14.5", "ok", "device"],
            ["31", "2026-09-21T14:13:20.000Z", "m", "active_power", "no_data", "7FFF", "set"],
        ]

    def test_tail_as_json(self, config: Path):
        found = json.loads(_run("tail", "--config", str(config), "-n", "12", "--json").stdout)
        assert [row["seq"] for row in found] == [*range(20, 32)]
        assert found[-1]["value"] is None

    def test_verify(self, config: Path):
        result = _run("verify", "--config", str(config))
        assert (result.exit_code, result.stdout) == (0, "31 readings can be read\n")

    def test_export(self, config: Path, tmp_path: Path):
        target = tmp_path / "all.csv"
        result = _run("export", "--config", str(config), "--csv", str(target))
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "31 readings\n")
        rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
        assert [int(row["seq"]) for row in rows] == [*range(1, 32)]
        assert rows[1]["value"] == "0.5"
        assert rows[30]["value"] == ""
        assert {f.name for f in tmp_path.iterdir()} == {"all.csv", "data", "edge.toml"}

    def test_export_to_standard_output(self, config: Path):
        result = _run("export", "--config", str(config), "--csv", "-")
        assert len(list(csv.reader(io.StringIO(result.stdout)))) == 32

    def test_what_is_no_file_is_never_replaced(self, config, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        result = _run("export", "--config", str(config), "--csv", str(pipe))
        assert (result.exit_code, result.stdout) == (2, "")
        assert "no file: choose another" in result.stderr
        assert pipe.is_fifo()

    @pytest.mark.usefixtures("config")
    def test_nor_is_it_by_who_calls_the_export_itself(self, data, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        with pytest.raises(LogUnavailable, match="no file: choose another"):
            csv_export.export(data, pipe)
        assert pipe.is_fifo()

    def test_a_link_is_followed_not_replaced(self, config: Path, tmp_path: Path):
        link, target = tmp_path / "link.csv", tmp_path / "all.csv"
        link.symlink_to(target)
        _run("export", "--config", str(config), "--csv", str(link))
        assert link.is_symlink()
        assert len(target.read_text(encoding="utf-8").splitlines()) == 32

    def test_an_export_that_cannot_be_written_is_explained(self, config: Path, tmp_path: Path):
        result = _run("export", "--config", str(config), "--csv", str(tmp_path / "no" / "all.csv"))
        assert result.exit_code == 2
        assert "cannot be written" in result.stderr

    def test_damage_is_said_with_its_place_and_exit_status_1(self, config: Path, data: Path):
        _damage(data)
        result = _run("verify", "--config", str(config))
        assert result.exit_code == 1
        assert "readings 1 to 10: reading block is damaged" in result.stdout
        assert "21 readings can be read" in result.stdout
        found = json.loads(_run("verify", "--config", str(config), "--json").stdout)
        assert found["findings"][0]["readings"] == 10
        assert found["findings"][0]["file"] == str(segment_files(data)[0])

    def test_a_missing_segment_is_damage(self, config: Path, data: Path):
        with sqlite3.connect(segment_files(data)[1]) as database:
            database.execute("DELETE FROM block")
        database.close()
        result = _run("verify", "--config", str(config))
        assert result.exit_code == 1
        assert "readings 11 to 20 are missing" in result.stdout


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("command", ["verify", "tail", "stats", "export --csv -"])
def test_a_segment_that_is_just_being_made_is_no_damage(config: Path, data: Path, command: str):
    epoch = segment_files(data)[0].name.split("-")[1]
    (data / f"seg-{epoch}-32.db").touch()
    result = _run(*command.split(), "--config", str(config))
    assert result.exit_code == 0
    assert "left out" not in result.stderr


def test_all_of_it_when_the_agent_is_stopped(running: ReadingLog, config: Path):
    running.close()
    assert _run("stats", "--config", str(config)).stdout.splitlines()[1].startswith("31 readings")
    assert len(_run("tail", "--config", str(config)).stdout.splitlines()) == 21
    assert _run("verify", "--config", str(config)).exit_code == 0
    assert _run("export", "--config", str(config), "--csv", "-").exit_code == 0


def test_a_file_that_is_no_database_is_found(running: ReadingLog, config: Path, data: Path):
    running.close()
    segment_files(data)[0].write_bytes(b"holiday pictures" * 1000)
    result = _run("verify", "--config", str(config))
    assert result.exit_code == 1
    assert "not a database" in result.stdout
    assert "21 readings can be read" in result.stdout
    stats = _run("stats", "--config", str(config))
    assert (stats.exit_code, stats.stdout) == (2, "")
    assert "area-edge log verify" in stats.stderr


def test_an_export_has_what_can_be_read_and_says_what_is_left_out(
    running: ReadingLog, config: Path, data: Path, tmp_path: Path
):
    running.close()
    segment_files(data)[0].write_bytes(b"holiday pictures" * 1000)
    _damage(data, 1)
    target = tmp_path / "all.csv"
    export = _run("export", "--config", str(config), "--csv", str(target))
    assert export.exit_code == 1
    segment, block, count = export.stderr.splitlines()
    assert segment.startswith("left out: ")
    assert segment.endswith("cannot be read behind number 0: file is not a database")
    assert block.startswith("left out: readings 11 to 20: reading block is damaged")
    assert count == "11 readings"
    rows = csv.DictReader(io.StringIO(target.read_text(encoding="utf-8")))
    assert [int(row["seq"]) for row in rows] == [*range(21, 32)]


def _spoil(notes: Path) -> None:
    notes.write_bytes(b"holiday pictures" * 1000)


def _empty(notes: Path) -> None:
    notes.write_bytes(b"")


@pytest.mark.parametrize(
    ("harm", "words"),
    [(_spoil, "not a database"), (_empty, "no such table"), (Path.unlink, "it is missing")],
)
def test_readings_can_be_looked_at_where_the_notes_are_damaged(
    running: ReadingLog, config: Path, data: Path, harm: Callable[[Path], None], words: str
):
    running.close()
    harm(data / "control.db")
    verdict = _run("verify", "--config", str(config))
    assert verdict.exit_code == 1
    assert verdict.stdout.startswith(f"{data / 'control.db'}: ")
    assert words in verdict.stdout
    assert "the agent makes it anew at its next start" in verdict.stdout
    assert "31 readings can be read" in verdict.stdout
    assert len(_run("tail", "--config", str(config), "-n", "5").stdout.splitlines()) == 6
    export = _run("export", "--config", str(config), "--csv", "-")
    assert (export.exit_code, len(export.stdout.splitlines())) == (0, 32)
    stats = _run("stats", "--config", str(config))
    assert (stats.exit_code, stats.stdout) == (2, "")
    assert "the agent mends it at its next start" in stats.stderr


def test_the_newest_file_is_missed(running: ReadingLog, config: Path, data: Path):
    running.close()
    newest = segment_files(data)[-1]
    newest.unlink()
    verdict = _run("verify", "--config", str(config))
    assert verdict.exit_code == 1
    assert verdict.stdout.startswith(f"{newest}: the file in use is missing\n")


def test_what_a_sink_has_and_the_log_has_not_is_missed(
    running: ReadingLog, config: Path, data: Path
):
    running.acknowledge("hub", 31)
    running.close()
    newest = segment_files(data)[-1]
    with sqlite3.connect(newest) as database:
        database.execute("DELETE FROM block")
    database.close()
    verdict = _run("verify", "--config", str(config))
    assert verdict.exit_code == 1
    assert verdict.stdout.startswith(f"{newest}: readings 31 to 31 are missing (1 reading)")


@pytest.mark.logs("are lost")
def test_known_losses_are_no_new_damage(running: ReadingLog, config: Path, data: Path):
    _damage(data)
    running.read("other", 100)
    running.append([]).result()
    result = _run("verify", "--config", str(config))
    assert result.exit_code == 1, "the block is still damaged"
    assert "known to be lost: 10 readings (damaged)" in result.stdout
    assert "lost: 10 readings (damaged)" in _run("stats", "--config", str(config)).stdout


@pytest.mark.parametrize("command", ["stats", "tail", "verify"])
def test_where_no_agent_ever_ran_one_sentence_says_so(config: Path, command: str):
    result = _run(command, "--config", str(config))
    assert result.exit_code == 2
    assert result.stderr.startswith("area-edge: there is no reading log in ")
    assert result.stdout == ""
