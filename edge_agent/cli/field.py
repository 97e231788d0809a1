"""Commands for work in the field: the gateway's identity, confirmations, raw frames."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from edge_agent.cli.shell import UNREACHABLE, Config, Json, explained, show, stop


def register(app: typer.Typer) -> None:
    """Add the commands to a program."""
    for command in (identity, pseudonyms, confirm, record, replay):
        app.command()(command)
    app.command("factory-reset")(factory_reset)


@explained
def identity(config: Config, as_json: Json = False) -> None:
    """Show the gateway's own public key, made here on first use; register it at the hub."""
    from edge_agent.configuration.identity import make_identity
    from edge_agent.settings import read_settings
    from platform_hub.wire import tokens

    settings = read_settings(config)
    public = make_identity(settings.identity_file).public_key()
    found = {
        "gateway": settings.gateway,
        "keyId": tokens.key_id(public),
        "publicKey": tokens.public_text(public),
    }
    show(found, as_json, lambda facts: [f"{key}: {value}" for key, value in facts.items()])


@explained
def pseudonyms(config: Config, as_json: Json = False) -> None:
    """Show the pseudonym of every wearer, to register at the hub; what links the two stays here."""
    from edge_agent.care.pseudonyms import Pseudonyms
    from edge_agent.daemon.caring import FOLDER
    from edge_agent.settings import read_settings

    settings = read_settings(config)
    names = Pseudonyms(settings.data / FOLDER)
    found = {wearer: names.of(wearer) for wearer in sorted(set(settings.care.wearers.values()))}
    show(found, as_json, lambda facts: [f"{key}: {value}" for key, value in facts.items()])


@explained
def confirm(
    order: Annotated[str, typer.Argument(help="Id of the order, as `area-edge status` shows it.")],
    config: Config,
) -> None:
    """Confirm a command that must be confirmed at the gateway; it goes out then."""
    from edge_agent.configuration import confirmations
    from edge_agent.settings import read_settings

    confirmations.confirm(read_settings(config).data, order)
    print(f"{order} is confirmed", file=sys.stderr)


@explained
def record(
    file: Annotated[Path, typer.Argument(help="File to write: one JSON line a frame.")],
    config: Config,
    link: Annotated[str, typer.Option(help="Id of the link.")],
    seconds: Annotated[float, typer.Option(min=1, max=86_400, help="How long.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Keep every raw frame of one link, for a fault in the field; the running agent does it itself.

    Where no agent runs, the link is polled for it.
    """
    import asyncio

    from area_configs.domain.errors import SmartAreaError
    from edge_agent.daemon import field
    from edge_agent.health import data_folder
    from edge_agent.settings import read_settings

    settings = read_settings(config)
    try:
        if data_folder.is_running(settings.data):
            found = field.recorded_by_agent(settings, link, seconds, file)
        else:
            wiring = field.wiring_of(settings, settings.installation((link,)), link)
            found = asyncio.run(field.record_link(wiring, seconds, file))._asdict()
    except OSError as error:
        raise SmartAreaError(
            f"{error.filename or file} cannot be used: {error.strerror}"
        ) from error
    show(found, as_json, lambda it: [f"{it['frames']} frames in {file}"])
    if not found["frames"]:
        stop(f"nothing was heard on link {link}", UNREACHABLE)


@explained
def replay(
    file: Annotated[Path, typer.Argument(help="What `area-edge record` wrote.")],
    profile: Annotated[str, typer.Option(help="Id of a bundled device profile, or a file.")],
    peer: Annotated[str, typer.Option(help="Only frames of this address.")] = "",
    as_json: Json = False,
) -> None:
    """Read recorded frames by a device profile, without any device."""
    from area_configs.domain.errors import SmartAreaError
    from area_configs.loader import load_profile
    from edge_agent.decoding import replay as reading
    from edge_agent.transports.recording import frames

    model = load_profile(profile)
    try:
        raw = [
            reading.Frame(f.t, f.direction == "in", f.data)
            for f in frames(file)
            if peer in ("", f.peer)
        ]
    except OSError as error:
        raise SmartAreaError(f"{file} cannot be read: {error.strerror}") from error
    if not raw:
        print(f"{file}: no recorded frame" + (f" of {peer}" if peer else ""), file=sys.stderr)
    found = list(reading.replay(model, raw))
    rows = [
        {"t": one.t, **(one.decoded.as_json() if one.decoded else {"problem": one.words})}
        for one in found
    ]
    show(rows, as_json, lambda _: [line for one in found for line in one.lines()])


@explained
def factory_reset(
    config: Config,
    discard: Annotated[
        bool, typer.Option("--discard", help="Also readings that still wait for the hub.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make this gateway nobody's: remove settings, identity, claim and log; the release stays.

    Revoke its key at the hub as well, and give it a new code (`area-tech image`) before the next claim.
    """
    from edge_agent.configuration import joining

    gone = joining.leave(config, discard=discard)
    show({"removed": gone}, as_json, lambda _: [f"removed {path}" for path in gone])


def await_claim(
    place: tuple[Path, Path, Path], listening: tuple[str, int, bool], version: str
) -> bool:
    """Wait until a technician claims this gateway; tell whether one has and nobody ended the wait.

    SIGTERM and Ctrl-C end it; afterwards they do what they did before, so that neither is lost on
    the way from the claim to the agent.
    """
    import os
    import signal
    import threading

    from edge_agent.daemon.claim_server import Listening, Place, wait_to_be_claimed
    from edge_agent.health.service_manager import ServiceManager

    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    manager = ServiceManager(os.environ)

    def ready(port: int) -> None:
        print(f"waits to be claimed on port {port}", file=sys.stderr, flush=True)

    try:
        claimed = wait_to_be_claimed(
            Place(*place), Listening(*listening), version, manager, stop, ready
        )
    finally:
        manager.close()
        for number, handler in before.items():
            signal.signal(number, handler)
    return claimed and not stop.is_set()
