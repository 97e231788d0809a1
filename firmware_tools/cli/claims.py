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
from firmware_tools.cli.signing_in import Hub, HubCa, KeyFile, PasswordFile, User, clients

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firmware_tools.claim import Claimed, Desk
    from platform_hub.client import AreaClient
    from platform_hub.client.discovering import Found

Host = Annotated[str, typer.Argument(help="Address of the gateway, as `discover` shows it.")]
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
    with clients(hub, hub_ca, (user, password_file, key_file), no_input or as_json) as (area, _, _):
        _revoke(area, gateway)
    show({"gateway": gateway, "revoked": True}, as_json, lambda _: [f"{gateway}: key revoked"])
    say("next: on the gateway itself, area-edge factory-reset --config /etc/area-edge/edge.toml")


def _revoke(area: AreaClient, gateway: str) -> None:
    from http import HTTPStatus

    from area_configs.domain.errors import HubRejected
    from firmware_tools.sentences import Refused

    try:
        area.revoke_gateway(gateway)
    except HubRejected as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise Refused("no_key", gateway=gateway) from error
        raise


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

    with clients(hub, ca, who, no_input) as (area, readings, name):
        yield Desk(area, readings, hub.rstrip("/"), lambda: time.time_ns() // 1000, name)
