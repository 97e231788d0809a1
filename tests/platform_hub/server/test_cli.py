"""`area-hub`: founding, keys, and one sentence for whatever a person can mend."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from platform_hub.server.cli import app
from platform_hub.server.store import lock

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

MEASURE = """
import resource, sys
from platform_hub.server.cli import app
try:
    app(["--help"])
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, *sys.modules, file=sys.stderr)
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(*arguments: object) -> str:
    """Run what must fail with status 2 and one sentence; return the sentence."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    return result.stderr


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded") / "hub"
    assert run("init", folder).exit_code == 0
    return folder


def test_init_makes_a_hub_and_prints_its_keys(tmp_path: Path) -> None:
    result = run("init", tmp_path / "hub", "--json")
    assert result.exit_code == 0, result.output
    keys = json.loads(result.stdout)["keys"]
    assert set(keys) == {"gw-residence", "gw-energy", "gw-waterfront", "reader", "manager"}
    assert {p.name for p in (tmp_path / "hub").iterdir()} == {
        "area",
        "hub.lock",
        "hub.sqlite",
        "hub.toml",
        "trust",
    }


def test_keys_for_people_stand_alone_on_stdout(tmp_path: Path) -> None:
    result = run("init", tmp_path / "hub")
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        *["gateway"] * 3,
        "reader",
        "manager",
    ]
    assert "not shown again" in result.stderr


def test_init_refuses_what_is_taken(founded: Path, tmp_path: Path) -> None:
    before = (founded / "hub.sqlite").read_bytes()
    assert "is a hub already" in refused("init", founded)
    assert (founded / "hub.sqlite").read_bytes() == before
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    assert "is not empty" in refused("init", tmp_path)
    assert "is a file" in refused("init", tmp_path / "note.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_init_by_force_begins_anew_and_spares_other_files(tmp_path: Path) -> None:
    first = json.loads(run("init", tmp_path / "hub", "--json").stdout)["keys"]
    (tmp_path / "hub" / "note.txt").write_text("mine", encoding="utf-8")
    result = run("init", tmp_path / "hub", "--force", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["keys"] != first
    listed = json.loads(run("key", "list", "--data", tmp_path / "hub", "--json").stdout)
    assert len(listed) == len(first)
    assert (tmp_path / "hub" / "note.txt").exists()


def test_a_wrong_area_leaves_nothing(tmp_path: Path) -> None:
    result = run("init", tmp_path / "hub", "--area", "atlantis")
    assert result.exit_code == 2
    assert "atlantis" in result.stderr
    assert not (tmp_path / "hub").exists()


def test_force_does_not_touch_a_running_hub(founded: Path) -> None:
    with lock.held(founded / "hub.lock"):
        assert "in use by another area-hub" in refused("init", founded, "--force")


def test_keys_are_made_listed_and_revoked(founded: Path) -> None:
    made = run("key", "create", "--data", founded, "--role", "reader", "--name", "visitor")
    secret = made.stdout.strip()
    assert secret.startswith("sah_")
    shown = run("key", "list", "--data", founded)
    assert "visitor" in shown.stdout
    assert secret not in shown.stdout
    assert run("key", "revoke", "--data", founded, "--name", "visitor").exit_code == 0
    listed = json.loads(run("key", "list", "--data", founded, "--json").stdout)
    assert [key["revoked"] is not None for key in listed if key["name"] == "visitor"] == [True]
    assert "no valid key" in refused("key", "revoke", "--data", founded, "--name", "visitor")


def test_revoking_may_be_limited_to_a_role(founded: Path) -> None:
    for role in ("reader", "manager"):
        run("key", "create", "--data", founded, "--role", role, "--name", "two")
    result = run("key", "revoke", "--data", founded, "--name", "two", "--role", "manager", "--json")
    assert json.loads(result.stdout) == {"revoked": 1}


def test_a_key_needs_a_name(founded: Path) -> None:
    assert "--name" in refused(
        "key", "create", "--data", founded, "--role", "reader", "--name", " "
    )


def test_a_key_of_a_gateway_names_one_of_the_area(founded: Path) -> None:
    make = ("key", "create", "--data", founded, "--role", "gateway", "--json", "--name")
    before = run("key", "list", "--data", founded).stdout
    words = refused(*make, "gw-waterfont")
    assert "gw-waterfont" in words
    assert "gw-waterfront" in words, "those that there are"
    assert run("key", "list", "--data", founded).stdout == before
    assert json.loads(run(*make, "gw-waterfront").stdout)["name"] == "gw-waterfront"


def test_only_loopback_is_served_in_the_open(founded: Path) -> None:
    serve = ("serve", "--data", founded, "--port", 0)
    assert "loopback only" in refused(*serve, "--no-auth", "--host", "0.0.0.0")  # noqa: S104  # what must be refused or is turned into loopback
    assert "together" in refused(*serve, "--tls-cert", founded / "hub.toml")
    files = ("--tls-cert", founded / "hub.toml", "--tls-key", founded / "hub.toml")
    assert "cannot be used" in refused(*serve, *files)
    assert "no address of this machine" in refused(*serve, "--host", "256.1.1.1.example", *files)


def test_an_address_of_another_machine_is_not_blamed_on_the_port(founded: Path) -> None:
    said = refused("serve", "--data", founded, "--port", 0, "--host", "192.0.2.1")
    assert said == "192.0.2.1 is no address of this machine: correct --host\n"


def test_a_backup_that_is_not_there_is_said(tmp_path: Path) -> None:
    missing = tmp_path / "missing.backup"
    assert refused("restore", missing) == f"{missing}: there is no such file\n"


def test_a_port_in_use_is_named(founded: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refused("serve", "--data", founded, "--port", port, "--no-auth")
    assert str(port) in sentence
    assert "--port" in sentence


def test_a_folder_that_is_no_hub_is_named(tmp_path: Path) -> None:
    for command in (("serve", "--port", 0), ("key", "list")):
        assert "area-hub init" in refused(*command, "--data", tmp_path)


def test_a_second_hub_on_one_folder_is_refused(founded: Path) -> None:
    with lock.held(founded / "hub.lock"):
        assert "another area-hub" in refused("serve", "--data", founded, "--port", 0)


def test_a_damaged_area_or_database_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    run("init", folder)
    (folder / "hub.sqlite").write_bytes(b"damaged" * 1000)
    assert "hub.sqlite" in refused("serve", "--data", folder, "--port", 0)
    (folder / "area" / "area.toml").write_text("id = [", encoding="utf-8")
    assert "area.toml" in refused("serve", "--data", folder, "--port", 0)


def test_help_starts_light() -> None:
    result = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=False
    )
    cpu_s, *modules = result.stderr.split()
    assert "serve" in result.stdout
    assert float(cpu_s) <= 0.4
    heavy = {"PySide6", "vtkmodules", "numpy", "pandas", "sqlalchemy", "starlette", "uvicorn"}
    assert not heavy & {name.partition(".")[0] for name in modules}
