"""`area-hub user` and `area-hub verify-audit`: people and the proof of what they did."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from area_configs.command_line import group
from platform_hub.server.governance.shell import (
    AsJson,
    Data,
    DatabaseUrl,
    now_us,
    one_sentence,
    say,
)

if TYPE_CHECKING:
    from platform_hub.server.governance.people import People

user = group("user", "People: who may log in, as what.")


class UserRole(StrEnum):
    """What a person is."""

    manager = "manager"
    technician = "technician"
    caregiver = "caregiver"
    auditor = "auditor"


Named = Annotated[str, typer.Argument(metavar="NAME", help="The person's login name.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="File with the password as one line; '-' or none reads standard input."),
]


@user.command("add")
def user_add(
    data: Data,
    name: Named,
    role: Annotated[UserRole, typer.Option(help="What this person is.")],
    password_file: PasswordFile = None,
    database: DatabaseUrl = "",
) -> None:
    """Add a person; the password comes from a file or from standard input, never as an option."""
    from platform_hub.server.governance.roles import Role

    with one_sentence():
        _people(data, database).add(name, Role(role), _password(password_file))
    say(f"{name} may log in as {role}")


@user.command("list")
def user_list(data: Data, as_json: AsJson = False, database: DatabaseUrl = "") -> None:
    """List everybody."""
    from platform_hub.wire.timestamps import to_text

    with one_sentence():
        found = _people(data, database).everybody()
    rows = [
        {
            "name": one.name,
            "role": one.role,
            "disabled": one.disabled_us and to_text(one.disabled_us),
        }
        for one in found
    ]
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(f"{row['name']:<20} {row['role']:<12} {'disabled' if row['disabled'] else 'enabled'}")


@user.command("role")
def user_role(
    data: Data,
    name: Named,
    role: Annotated[UserRole, typer.Argument(help="The new role.")],
    database: DatabaseUrl = "",
) -> None:
    """Change what a person is; their sessions end."""
    from platform_hub.server.governance.roles import Role

    with one_sentence():
        _people(data, database).set_role(name, Role(role))
    say(f"{name} is {role} now")


@user.command("password")
def user_password(
    data: Data, name: Named, password_file: PasswordFile = None, database: DatabaseUrl = ""
) -> None:
    """Set a person's password, from a file or standard input; their sessions end."""
    with one_sentence():
        _people(data, database).set_password(name, _password(password_file))
    say(f"the password of {name} is set")


@user.command("disable")
def user_disable(
    data: Data,
    name: Named,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    database: DatabaseUrl = "",
) -> None:
    """Shut a person out at once, sessions included."""
    with one_sentence():
        _people(data, database).set_disabled(name, disabled=not undo)
    say(f"{name} may log in again" if undo else f"{name} is shut out")


def verify_audit(
    data: Data,
    head: Annotated[
        str, typer.Option(help="A signed head that was kept elsewhere: finds a log cut short.")
    ] = "",
    as_json: AsJson = False,
    database: DatabaseUrl = "",
) -> None:
    """Check that no entry of the audit log was changed, removed or moved; exit status 1 if one was."""
    import msgspec

    with one_sentence():
        verdict = _people(data, database).verdict(head)
    if as_json:
        print(json.dumps(msgspec.to_builtins(verdict)))
    elif not verdict.broken:
        print(verdict.head)
        say(f"{verdict.entries} entries, none changed; keep the line above elsewhere as --head")
    for one in verdict.broken:
        say(f"entry {one.seq}: {one.reason}" if one.seq else one.reason)
    if verdict.broken:
        raise typer.Exit(1)


def _people(data: Path, url: str) -> People:
    from platform_hub.server.governance.people import People
    from platform_hub.server.settings import HubFolder

    folder = HubFolder(data, url=url)
    folder.settings()
    return People(folder, folder.place(), now_us())


def _password(file: Path | None) -> str:
    """Read a password; from a terminal it is asked for without being shown."""
    from area_configs.domain.errors import SmartAreaError

    if file is None and sys.stdin.isatty():
        import getpass

        return getpass.getpass("Password: ")
    try:
        on_stdin = file is None or str(file) == "-"
        text = sys.stdin.read() if on_stdin or file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SmartAreaError(f"the password cannot be read: {error}") from error
    return text.rstrip("\r\n")
