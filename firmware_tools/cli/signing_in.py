"""Signing in at the hub, as the commands that speak to it do: by name and password, or by a key."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from firmware_tools.cli.shell import asked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from platform_hub.client import AreaClient, HubClient, Session

Hub = Annotated[str, typer.Option("--hub", help="Address of the hub; the gateway uses it too.")]
HubCa = Annotated[Path | None, typer.Option(help="The hub's certificate authority (PEM).")]
User = Annotated[str, typer.Option(help="Your name at the hub; the password is asked for.")]
PasswordFile = Annotated[
    Path | None, typer.Option(help="File with the password, for scripts (mode 0600).")
]
KeyFile = Annotated[
    Path | None,
    typer.Option(help="File with a technician's API key instead of a name; - for standard input."),
]


@contextmanager
def clients(
    hub: str, ca: Path | None, who: tuple[str, Path | None, Path | None], no_input: bool
) -> Iterator[tuple[AreaClient, HubClient, str]]:
    """Give clients of the hub for whoever signs in, and who that is.

    Raises:
        SmartAreaError: the address is none, or a file cannot be used.
        HubUnavailable, HubRejected: as of the clients.
    """
    from contextlib import ExitStack

    from area_configs.domain.errors import SmartAreaError
    from firmware_tools.cli import given
    from platform_hub.client import AreaClient, HubClient

    if ca:
        given.certificate(ca)
    verify: bool | Path = ca or True
    with ExitStack() as stack:
        try:
            credential, name = _credential(stack, (hub, verify), who, no_input)
            area = stack.enter_context(AreaClient(hub, credential, verify=verify))
            readings = stack.enter_context(HubClient(hub, credential, verify=verify))
        except ValueError as error:
            raise SmartAreaError(str(error)) from error
        yield area, readings, name or area.me()["name"]


def _credential(
    stack: ExitStack,
    place: tuple[str, bool | Path],
    who: tuple[str, Path | None, Path | None],
    no_input: bool,
) -> tuple[str | Session, str]:
    from contextlib import closing

    from firmware_tools.cli import given
    from platform_hub.client import session_at

    user, password_file, key_file = who
    if key_file:
        return given.secret(key_file), ""
    session = stack.enter_context(closing(session_at(place[0], verify=place[1])))
    name = asked(user, "name at the hub", "--user", no_input)
    password = given.secret(password_file) if password_file else ""
    session.login(name, asked(password, "password", "--password-file", no_input, hidden=True))
    stack.callback(session.logout)
    return session, name
