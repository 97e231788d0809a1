"""`area-hub user`, `backup`, `restore`, `certificate` and `verify-audit`."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from platform_hub.server.cli import app
from platform_hub.server.settings import HubFolder
from platform_hub.server.store import users
from platform_hub.server.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


def run(*arguments: object, said: str = "") -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=said)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "hub"
    assert run("init", folder).exit_code == 0
    assert run("user", "add", "--data", folder, "anna", "--role", "manager", said=PASSWORD)
    return folder


def user(data: Path, *arguments: object, said: str = "") -> Result:
    return run("user", *arguments[:1], "--data", data, *arguments[1:], said=said)


def listed(data: Path) -> dict[str, tuple[str, bool]]:
    found = json.loads(user(data, "list", "--json").stdout)
    return {one["name"]: (one["role"], bool(one["disabled"])) for one in found}


def hashes(data: Path) -> dict[str, str]:
    with contextlib.closing(Database(HubFolder(data).database)) as database:
        return {one.name: one.password for one in database.read(users.all_users)}


def test_people_are_added_changed_and_shut_out(data: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    added = user(data, "add", "ben", "--role", "caregiver", "--password-file", tmp_path / "secret")
    assert added.exit_code == 0, added.output
    assert PASSWORD not in added.output
    assert listed(data) == {"anna": ("manager", False), "ben": ("caregiver", False)}
    assert user(data, "role", "ben", "auditor").exit_code == 0
    assert user(data, "disable", "ben").exit_code == 0
    assert listed(data)["ben"] == ("auditor", True)
    assert user(data, "disable", "ben", "--undo").exit_code == 0
    assert listed(data)["ben"] == ("auditor", False)
    before = hashes(data)
    assert user(data, "password", "ben", said="another long one\n").exit_code == 0
    assert hashes(data)["anna"] == before["anna"]
    assert hashes(data)["ben"] != before["ben"]
    assert "anna" in user(data, "list").stdout


@pytest.mark.parametrize(
    ("arguments", "said", "words"),
    [
        (("add", "anna", "--role", "auditor"), PASSWORD, "already"),
        (("add", "Carl", "--role", "auditor"), PASSWORD, "small letters"),
        (("add", "carl", "--role", "auditor"), "short", "10 to 256"),
        (("add", "carl", "--role", "auditor", "--password-file", "/nowhere"), "", "cannot be read"),
        (("role", "nobody", "auditor"), "", "no user nobody"),
        (("password", "nobody"), PASSWORD, "no user nobody"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    data: Path, arguments: tuple[str, ...], said: str, words: str
) -> None:
    result = user(data, *arguments, said=said)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(listed(data)) == ["anna"]


def test_a_password_is_never_an_option(data: Path) -> None:
    result = user(data, "add", "carl", "--role", "auditor", "--password", PASSWORD)
    assert result.exit_code == 2
    assert list(listed(data)) == ["anna"]


def test_an_untouched_audit_log_passes(data: Path) -> None:
    user(data, "role", "anna", "manager")
    result = run("verify-audit", "--data", data)
    assert result.exit_code == 0, result.output
    assert "3 entries, none changed" in result.stderr
    head = result.stdout.strip()
    assert run("verify-audit", "--data", data, "--head", head).exit_code == 0
    assert run("verify-audit", "--data", data, "--head", "x.y.z").exit_code == 2


def test_a_touched_audit_log_fails_and_says_where(data: Path) -> None:
    for role in ("auditor", "technician", "manager"):
        user(data, "role", "anna", role)
    head = run("verify-audit", "--data", data).stdout.strip()
    with contextlib.closing(sqlite3.connect(data / "hub.sqlite")) as opened, opened:
        opened.execute("DELETE FROM audit WHERE seq = 2")
    result = run("verify-audit", "--data", data)
    assert result.exit_code == 1
    assert "entry 3: entry 2 before it was removed" in result.stderr
    found = json.loads(run("verify-audit", "--data", data, "--json").stdout)
    assert [one["seq"] for one in found["broken"]] == [3]
    with contextlib.closing(sqlite3.connect(data / "hub.sqlite")) as opened, opened:
        opened.execute("DELETE FROM audit")
        opened.execute("DELETE FROM audit_head")
    assert "the log is empty" in run("verify-audit", "--data", data).stderr
    user(data, "role", "anna", "auditor")
    assert run("verify-audit", "--data", data).exit_code == 0  # by itself it is a sound log
    assert run("verify-audit", "--data", data, "--head", head).exit_code == 1


def test_a_hub_is_backed_up_and_restored(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "hub.tar"
    made = run("backup", "--data", data, file, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["files"] > 5
    assert run("restore", file).exit_code == 0
    again = tmp_path / "again"
    assert run("restore", file, "--data", again).exit_code == 0
    assert listed(again) == listed(data)
    assert run("verify-audit", "--data", again).exit_code == 0
    assert run("restore", file, "--data", again).exit_code == 2
    assert run("backup", "--data", tmp_path / "nothing", tmp_path / "x.tar").exit_code == 2


def test_a_certificate_gets_further_names(data: Path) -> None:
    first = json.loads(run("certificate", "--data", data, "--json").stdout)
    assert "hub.harumi.smartarea.internal" in first["names"]
    result = run("certificate", "--data", data, "--name", "hub.example", "--json")
    second = json.loads(result.stdout)
    assert second["names"] == [*first["names"], "hub.example"]
    assert (
        second["fingerprint"] == first["fingerprint"]
    )  # of the CA: whoever pinned it is not asked
    assert run("certificate", "--data", data, "--name", "日本").exit_code == 2
    assert second["fingerprint"] in run("certificate", "--data", data).stdout


@pytest.mark.slow
def test_people_and_keys_are_kept_in_postgresql(data: Path, new_url: Callable[[], str]) -> None:
    url = new_url()
    Database.create(url)
    there = ("--data", data, "--database", url)
    added = run("user", "add", *there, "ben", "--role", "auditor", said=PASSWORD)
    assert added.exit_code == 0, added.output
    found = json.loads(run("user", "list", *there, "--json").stdout)
    assert [one["name"] for one in found] == ["ben"]
    assert listed(data).keys() == {"anna"}
    made = run("key", "create", *there, "--role", "reader", "--name", "wall")
    assert made.exit_code == 0, made.output
    assert [one["name"] for one in json.loads(run("key", "list", *there, "--json").stdout)] == [
        "wall"
    ]
    assert run("key", "revoke", *there, "--name", "wall").exit_code == 0
    assert run("verify-audit", *there).exit_code == 0
