"""`area-tech discover`, `claim`, `replace`, `revoke`: gateways that join an area and leave it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from firmware_tools.cli.shell import (
    STANDARD_INPUT,
    Json,
    NoInput,
    asked,
    explained,
    say,
    show,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from firmware_tools.claim import Claimed, Desk
    from platform_hub.client import AreaClient, HubClient, Session
    from platform_hub.client.discovering import Found

Host = Annotated[str, typer.Argument(help="Address of the gateway, as `discover` shows it.")]
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
Code = Annotated[
    str, typer.Option(help="Code of the label, or what its QR code says; - for standard input.")
]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the gateway's claim server.")]


def register(app: typer.Typer) -> None:
    """Add the commands to a program."""
    for command in (discover, claim, replace, revoke):
        app.command()(command)


@explained
def discover(
    seconds: Annotated[float, typer.Option(min=1, max=60, help="How long to listen.")] = 4.0,
    host: Annotated[
        str, typer.Option(help="Ask this address instead, where the network has no mDNS.")
    ] = "",
    port: Port = 9465,
    as_json: Json = False,
) -> None:
    """List gateways and hubs that announce themselves; a hint only, `claim` proves which it is."""
    import threading
    from dataclasses import asdict

    from platform_hub.client import discovering as search

    found = [_asked(host, port)] if host else search.look(seconds, threading.Event())
    rows = [asdict(one) for one in found]
    lines = [
        f"{r['name']:<20} {r['state']:<10} {r['host']}:{r['port']}  {r['version']}" for r in rows
    ]
    show(rows, as_json, lambda _: lines or ["nothing announces itself here: try --host ADDRESS"])


@explained
def claim(  # noqa: PLR0913, PLR0917 - one parameter per option
    host: Host,
    hub: Hub,
    code: Code = "",
    gateway: Annotated[str, typer.Option(help="Which one it must be; else what it says.")] = "",
    hub_ca: HubCa = None,
    user: User = "",
    password_file: PasswordFile = None,
    key_file: KeyFile = None,
    port: Port = 9465,
    no_input: NoInput = False,
    as_json: Json = False,
) -> None:
    """Make a waiting gateway part of the hub's area: its key is made on it, the hub's is pinned.

    Five tries, ten minutes after its start. Its first configuration is signed by the hub.
    """
    with _desk(hub, hub_ca, (user, password_file, key_file), no_input or as_json) as desk:
        done = _claimed(desk, (host, port), _label(code, no_input), gateway)
    _tell(done, as_json)


@explained
def replace(  # noqa: PLR0913, PLR0917 - one parameter per option
    host: Host,
    hub: Hub,
    gateway: Annotated[str, typer.Option(help="Id of the gateway whose place it takes.")],
    code: Code = "",
    hub_ca: HubCa = None,
    user: User = "",
    password_file: PasswordFile = None,
    key_file: KeyFile = None,
    port: Port = 9465,
    no_input: NoInput = False,
    as_json: Json = False,
) -> None:
    """Put a new box in the place of a dead gateway: the old key is refused, its configuration stays."""
    with _desk(hub, hub_ca, (user, password_file, key_file), no_input or as_json) as desk:
        done = _claimed(desk, (host, port), _label(code, no_input), gateway, again=True)
    _tell(done, as_json)


@explained
def revoke(  # noqa: PLR0913, PLR0917 - one parameter per option
    gateway: Annotated[str, typer.Argument(help="Id of the gateway.")],
    hub: Hub,
    hub_ca: HubCa = None,
    user: User = "",
    password_file: PasswordFile = None,
    key_file: KeyFile = None,
    no_input: NoInput = False,
    as_json: Json = False,
) -> None:
    """Refuse a gateway's key from the next request on, for one that was stolen or is given away."""
    with _clients(hub, hub_ca, (user, password_file, key_file), no_input or as_json) as clients:
        clients[0].revoke_gateway(gateway)
    show({"gateway": gateway, "revoked": True}, as_json, lambda _: [f"{gateway}: key revoked"])
    say("next: on the gateway itself, area-edge factory-reset --config /etc/area-edge/edge.toml")


def _claimed(
    desk: Desk, place: tuple[str, int], code: str, gateway: str, *, again: bool = False
) -> Claimed:
    from firmware_tools.claim import read_label
    from firmware_tools.gateway_link import ClaimLink

    link = ClaimLink(*place)
    try:
        return desk.claim(link, read_label(code), gateway, again=again)
    finally:
        link.close()


def _label(code: str, no_input: bool) -> str:
    given = typed() if code == STANDARD_INPUT else code
    return asked(given, "code", "--code", no_input)


def _tell(done: Claimed, as_json: bool) -> None:
    from dataclasses import asdict

    show(asdict(done), as_json, lambda found: [f"{key}: {value}" for key, value in found.items()])
    say("next: area-tech commission")


def _asked(host: str, port: int) -> Found:
    from firmware_tools.gateway_link import ClaimLink
    from platform_hub.client.discovering import Found

    link = ClaimLink(host, port)
    try:
        said = link.state()
    finally:
        link.close()
    return Found(said.gateway, said.state, host, port, said.version, str(said.proto))


@contextmanager
def _desk(
    hub: str, ca: Path | None, who: tuple[str, Path | None, Path | None], no_input: bool
) -> Iterator[Desk]:
    import time

    from firmware_tools.claim import Desk

    with _clients(hub, ca, who, no_input) as (area, readings, name):
        yield Desk(area, readings, hub.rstrip("/"), lambda: time.time_ns() // 1000, name)


@contextmanager
def _clients(
    hub: str, ca: Path | None, who: tuple[str, Path | None, Path | None], no_input: bool
) -> Iterator[tuple[AreaClient, HubClient, str]]:
    from contextlib import ExitStack

    from area_configs.domain.errors import SmartAreaError
    from platform_hub.client import AreaClient, HubClient

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

    from platform_hub.client import session_at

    user, password_file, key_file = who
    if key_file:
        return _secret(key_file), ""
    session = stack.enter_context(closing(session_at(place[0], verify=place[1])))
    name = asked(user, "name at the hub", "--user", no_input)
    given = _secret(password_file) if password_file else ""
    session.login(name, asked(given, "password", "--password-file", no_input, hidden=True))
    stack.callback(session.logout)
    return session, name


def _secret(file: Path) -> str:
    from firmware_tools.sentences import Refused

    if str(file) == STANDARD_INPUT:
        return typed()
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad_table", source=file, why=str(error)) from error
