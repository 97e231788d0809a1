"""The command line of the gateway: run, status, reload, apply, doctor, devices, discover, pair, ...

Data goes to standard output, talk to standard error. Exit status: 0 done, 1 failed, 2 a file or
argument is wrong, 4 a device or the hub is not reachable, 130 interrupted.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from area_configs.command_line import group, program, version
from edge_agent.cli import devices, field
from edge_agent.cli.shell import FAILED, WRONG, Config, Json, explained, show, stop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from edge_agent.simulators.faults import Fault
app = program(
    "area-edge",
    "Read the devices of one gateway, keep their readings safe, send them to the hub.",
)
log_app = group("log", "Look into the log of readings; it may be in use, nothing is changed.")
app.add_typer(log_app)
app.add_typer(devices.app)
field.register(app)


@app.command()
@explained
def run(
    config: Config,
    claim: Annotated[
        Path | None,
        typer.Option(help="Claim file of the card: wait to be claimed where no settings are yet."),
    ] = None,
    claim_data: Annotated[
        Path | None,
        typer.Option(help="Data folder of a gateway to be; by default the claim file's."),
    ] = None,
    claim_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port for the claim; 0 takes a free one.")
    ] = 9465,
    announce: Annotated[
        bool, typer.Option("--announce/--no-announce", help="Say on the network that it waits.")
    ] = True,
) -> None:
    """Run the agent until it is stopped (SIGTERM or Ctrl-C): read, store, send."""
    from edge_agent import daemon, log

    log.configure()
    if claim and not config.exists():
        place = (claim, config, claim_data or claim.absolute().parent)
        if not field.await_claim(place, ("", claim_port, announce), version()):
            return
    raise typer.Exit(daemon.run(config, version()))


@app.command()
@explained
def status(config: Config, as_json: Json = False) -> None:
    """Say what the agent has read, stored and sent, and what does not answer; also when it is stopped."""
    from edge_agent.health import report
    from edge_agent.settings import read_settings

    found = report.status_of(read_settings(config).data)
    if found is None:
        stop(f"no agent has run with {config} yet: start it with `area-edge run`", FAILED)
    show(found, as_json, report.lines)


@app.command()
@explained
def reload(config: Config, as_json: Json = False) -> None:
    """Have the running agent read its settings and its area again; a file with mistakes changes nothing."""
    import time

    from edge_agent.configuration import requests

    found = requests.reload(config, time.sleep)
    show(found, as_json, lambda _: [found["words"]])
    if found["outcome"] != "applied":
        raise typer.Exit(FAILED)


@app.command()
@explained
def apply(
    new: Annotated[Path, typer.Argument(help="File with the changed settings.")],
    config: Config,
    confirm_within: Annotated[
        float, typer.Option(min=10, max=3600, help="Seconds for the platform to answer.")
    ] = 120.0,
    as_json: Json = False,
) -> None:
    """Try changed settings: they are taken back by themselves unless the platform answers in time."""
    import time
    from dataclasses import asdict

    from edge_agent.configuration import requests

    print(requests.put(config, new, confirm_within), file=sys.stderr)
    trial = requests.outcome(config, time.sleep)
    if trial is None:
        print("no agent runs: the trial begins when it starts", file=sys.stderr)
        return
    show(asdict(trial), as_json, lambda _: [f"{trial.state}: {trial.words}"])
    if trial.state != "confirmed":
        raise typer.Exit(FAILED)


@app.command()
@explained
def doctor(config: Config, as_json: Json = False) -> None:
    """Check settings, ports, radio, platform, log, disk, clock and temperature; say what to do.

    Exit status 1 where something fails.
    """
    from dataclasses import asdict

    from edge_agent.doctor import Machine, examine

    checks = []
    for check in examine(config, Machine()):
        checks.append(check)
        if not as_json:
            print(f"{check.level:<5} {check.name}: {check.words}", flush=True)
    if as_json:
        show([asdict(check) for check in checks], True, lambda _: [])
    if any(check.level == "fail" for check in checks):
        raise typer.Exit(FAILED)


@app.command()
@explained
def pair(
    device: Annotated[str, typer.Argument(help="Id of a Bluetooth device of this gateway.")],
    config: Config,
    minutes: Annotated[float, typer.Option(min=1, max=30, help="How long it may pair.")] = 5.0,
) -> None:
    """Let one Bluetooth device pair with the running agent, once, for some minutes."""
    import time

    from edge_agent.drivers.ble.pairing import open_window
    from edge_agent.health import data_folder
    from edge_agent.settings import read_settings

    settings = read_settings(config)
    found = settings.installation()
    links = {link.id for link in found.gateway.links if link.kind == "ble"}
    known = [d.id for d in found.area.devices_of(found.gateway.id) if d.link in links]
    if device not in known:
        stop(f"gateway {settings.gateway!r} has no Bluetooth device {device!r}", WRONG)
    settings.data.mkdir(parents=True, exist_ok=True)
    open_window(settings.data, device, time.time_ns() // 1000 + round(minutes * 60e6))
    then = "wake it" if data_folder.is_running(settings.data) else "start the agent, then wake it"
    print(f"{device} may pair for {minutes:g} min: {then} near the gateway", file=sys.stderr)


@app.command()
@explained
def decode(
    profile: Annotated[str, typer.Option(help="Id of a bundled device profile, or a file.")],
    frame: Annotated[
        str, typer.Option(help="The answer in hex, or the ERXUDP line of a Wi-SUN module.")
    ],
    request: Annotated[
        str, typer.Option(help="Modbus: the request in hex; it says which registers were read.")
    ] = "",
    address: Annotated[
        str, typer.Option(help="Bluetooth: address of the sender of an encrypted packet.")
    ] = "",
    key_file: Annotated[
        Path | None, typer.Option(help="Bluetooth: file with the bind key, 32 hex digits.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read one raw frame by a device profile, without any device.

    Bluetooth: NAME:HEX, where NAME is a characteristic, FCD2 (BTHome) or 004C (iBeacon).
    """
    from area_configs.loader import load_profile
    from edge_agent.credentials import read_secret
    from edge_agent.decoding import one_frame
    from edge_agent.decoding.one_ble_frame import opener_of

    opener = opener_of(address, read_secret(key_file) if key_file else "")
    found = one_frame.decode(load_profile(profile), frame, request, opener)
    for remark in found.remarks:
        print(remark, file=sys.stderr)
    show(found.as_json(), as_json, lambda _: found.lines())


@app.command()
@explained
def simulate(
    area: Annotated[str, typer.Option(help="A bundled area's id or a path.")],
    directory: Annotated[Path, typer.Option(help="Folder for ports, links.toml and the ledger.")],
    gateway: Annotated[
        list[str] | None, typer.Option(help="Only this gateway; may be given again.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same days.")] = 1,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="What happens in a hydrogen station or to a tag, DEVICE=EVENT; may be given again."
        ),
    ] = None,
) -> None:
    """Serve every device of an area in its real protocol; one JSON line says when they are ready."""
    from area_configs.loader import load_area
    from edge_agent import simulators

    whole = load_area(area)
    wanted = frozenset(gateway) if gateway else None
    if unknown := sorted((wanted or frozenset()) - {known.id for known in whole.gateways}):
        stop(f"area {whole.id!r} has no gateway {', '.join(unknown)}", WRONG)
    serve = functools.partial(
        simulators.serve,
        whole,
        directory,
        gateways=wanted,
        seed=seed,
        faults=_faults(fault or [], {device.id for device in whole.devices}),
        ready=_say_ready,
    )
    _run_until_signal(serve)


@app.command("simulate-past")
@explained
def simulate_past(
    area: Annotated[str, typer.Option(help="A bundled area's id or a path.")],
    output: Annotated[Path, typer.Option(help="CSV to write; each row says that it is simulated.")],
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days before now.")] = 28,
    seed: Annotated[int, typer.Option(help="As of `simulate`: the same past as that present.")] = 1,
) -> None:
    """Write what the simulated energy side would have measured until now, for a planner to learn from."""
    import csv
    from datetime import UTC, datetime

    from area_configs.loader import load_area
    from edge_agent.simulators.past_days import COLUMNS, past_rows

    whole = load_area(area)
    if whole.energy is None:
        stop(f"area {whole.id!r} has no [energy] table: there is no past of it", WRONG)
    with output.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(past_rows(whole, whole.energy, datetime.now(tz=UTC), days, seed))


@log_app.command("stats")
@explained
def log_stats(config: Config, as_json: Json = False) -> None:
    """Count what is stored, what waits for each sink, and what was lost."""
    from edge_agent.store import inspection

    show(inspection.counts(_log_folder(config)), as_json, inspection.count_lines)


@log_app.command("tail")
@explained
def log_tail(
    config: Config,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many readings.")] = 20,
    as_json: Json = False,
) -> None:
    """Show the newest readings."""
    from edge_agent.store import inspection

    found = inspection.tail(_log_folder(config), count)
    cells = [numbered.cells() for numbered in found]
    show(cells, as_json, lambda _: inspection.tail_lines(found))


@log_app.command("verify")
@explained
def log_verify(config: Config, as_json: Json = False) -> None:
    """Look through every file, block by block; exit status 1 where something is damaged."""
    from dataclasses import asdict

    from edge_agent.store import verification

    verdict = verification.verify(_log_folder(config))
    show(asdict(verdict), as_json, lambda _: verification.verdict_lines(verdict))
    if verdict.findings:
        raise typer.Exit(FAILED)


@log_app.command("export")
@explained
def log_export(
    config: Config,
    csv: Annotated[Path, typer.Option("--csv", help="File to write; - for standard output.")],
) -> None:
    """Write every reading that is kept as CSV: one line each, in order.

    Exit status 1 where something is damaged and therefore left out.
    """
    from edge_agent.store import csv_export

    written = csv_export.export(_log_folder(config), csv)
    for words in written.left_out:
        print(f"left out: {words}", file=sys.stderr)
    print(f"{written.readings} readings", file=sys.stderr)
    if written.left_out:
        raise typer.Exit(FAILED)


def _log_folder(config: Path) -> Path:
    from edge_agent.settings import read_settings

    return read_settings(config).log_folder


def _run_until_signal(serve: Callable[..., Coroutine[Any, Any, None]]) -> None:
    import asyncio
    import signal

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(stop=stop)

    asyncio.run(main())


def _faults(words: list[str], devices: set[str]) -> dict[str, Fault]:
    from edge_agent.simulators.faults import STATION_EVENTS, TAG_EVENTS, Fault

    events = STATION_EVENTS | TAG_EVENTS
    faults: dict[str, Fault] = {}
    for word in words:
        device, _, event = word.partition("=")
        if device not in devices:
            stop(f"--fault {word}: the area has no device {device!r}", WRONG)
        if event not in events:
            known = ", ".join(sorted(events))
            stop(f"--fault {word}: expected DEVICE=EVENT, the events are {known}", WRONG)
        faults[device] = Fault(event=event)
    return faults


def _say_ready(facts: dict[str, Any]) -> None:
    import json

    print(json.dumps({"ready": True, **facts}, ensure_ascii=False), flush=True)
