"""The command line of the gateway: run, status, reload, apply, doctor, devices, discover, pair, ...

Data goes to standard output, talk to standard error. Exit status: 0 done, 1 failed, 2 a file or
argument is wrong, 4 a device or the hub is not reachable, 130 interrupted.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from area_configs.domain.areas import Area, Device, Gateway

app = typer.Typer(
    name="area-edge",
    help="Read the devices of one gateway, keep their readings safe, send them to the hub.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)

_FAILED, _WRONG, _UNREACHABLE, _INTERRUPTED = 1, 2, 4, 130

log_app = typer.Typer(
    name="log",
    help="Look into the log of readings; it may be in use, nothing is changed.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.add_typer(log_app)

Config = Annotated[Path, typer.Option("--config", help="Settings file of the gateway (TOML).")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]


def _explained(command: Callable[..., None]) -> Callable[..., None]:
    """Turn errors that the suite explains into one sentence and an exit status."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        from area_configs.domain.errors import DeviceUnavailable, HubUnavailable, SmartAreaError

        try:
            command(*args, **kwargs)
        except (DeviceUnavailable, HubUnavailable) as error:
            _stop(str(error), _UNREACHABLE)
        except SmartAreaError as error:
            _stop(str(error), _WRONG)
        except KeyboardInterrupt:
            raise typer.Exit(_INTERRUPTED) from None

    return wrapped


@app.command()
@_explained
def run(config: Config) -> None:
    """Run the agent until it is stopped (SIGTERM or Ctrl-C): read, store, send."""
    from edge_agent import daemon, log

    log.configure()
    raise typer.Exit(daemon.run(config, _version()))


@app.command()
@_explained
def status(config: Config, as_json: Json = False) -> None:
    """Say what the agent has read, stored and sent, and what does not answer; also when it is stopped."""
    from edge_agent.health import report
    from edge_agent.settings import read_settings

    found = report.status_of(read_settings(config).data)
    if found is None:
        _stop(f"no agent has run with {config} yet: start it with `area-edge run`", _FAILED)
    _print(found, as_json, report.lines)


@app.command()
@_explained
def reload(config: Config, as_json: Json = False) -> None:
    """Have the running agent read its settings and its area again; a file with mistakes changes nothing."""
    import time

    from edge_agent.configuration import requests

    found = requests.reload(config, time.sleep)
    _print(found, as_json, lambda _: [found["words"]])
    if found["outcome"] != "applied":
        raise typer.Exit(_FAILED)


@app.command()
@_explained
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
    _print(asdict(trial), as_json, lambda _: [f"{trial.state}: {trial.words}"])
    if trial.state != "confirmed":
        raise typer.Exit(_FAILED)


@app.command()
@_explained
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
        _print([asdict(check) for check in checks], True, lambda _: [])
    if any(check.level == "fail" for check in checks):
        raise typer.Exit(_FAILED)


@app.command()
@_explained
def devices(
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings file: the devices of its gateway.")
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", help="A bundled area's id or a path: all its devices.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List devices: how each is reached and what it gives."""
    from area_configs.loader import load_area
    from edge_agent.settings import read_settings

    if (config is None) == (area is None):
        _stop("give either --config or --area", _WRONG)
    if config:
        found = read_settings(config).installation()
        rows = [_row(found.area, found.gateway, d) for d in found.area.devices_of(found.gateway.id)]
    else:
        whole = load_area(str(area))
        rows = [_row(whole, whole.gateway(d.gateway), d) for d in whole.devices]
    _print(rows, as_json, _table)


@app.command()
@_explained
def pair(
    device: Annotated[str, typer.Argument(help="Id of a Bluetooth device of this gateway.")],
    config: Config,
    minutes: Annotated[float, typer.Option(min=1, max=30, help="How long it may pair.")] = 5.0,
) -> None:
    """Let one Bluetooth device pair with the running agent, once, for some minutes."""
    import time

    from edge_agent.drivers.ble.pairing import open_window
    from edge_agent.settings import read_settings

    settings = read_settings(config)
    found = settings.installation()
    links = {link.id for link in found.gateway.links if link.kind == "ble"}
    known = [d.id for d in found.area.devices_of(found.gateway.id) if d.link in links]
    if device not in known:
        _stop(f"gateway {settings.gateway!r} has no Bluetooth device {device!r}", _WRONG)
    settings.data.mkdir(parents=True, exist_ok=True)
    open_window(settings.data, device, time.time_ns() // 1000 + round(minutes * 60e6))
    print(f"{device} may pair for {minutes:g} min: wake it near the gateway", file=sys.stderr)


@app.command()
@_explained
def discover(
    config: Config,
    link: Annotated[str, typer.Option(help="Id of the gateway's link to look on.")],
    as_json: Json = False,
) -> None:
    """Look for devices on a link and say which bundled profiles fit them."""
    import asyncio
    from dataclasses import asdict

    from edge_agent.doctor.finding import find
    from edge_agent.settings import read_settings

    found = asyncio.run(find(read_settings(config).installation(), link))
    lines = [
        f"{c.address}  {'' if c.signal_dbm is None else f'{c.signal_dbm} dBm  '}"
        f"{c.words or '-'}  {', '.join(c.profiles) or 'no profile fits'}"
        for c in found
    ]
    _print([asdict(c) for c in found], as_json, lambda _: lines)


@app.command()
@_explained
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
    from edge_agent.credentials import bind_key
    from edge_agent.decoding import one_frame
    from edge_agent.decoding.one_ble_frame import Opener

    opener = Opener(address, bind_key(None, key_file) if key_file else b"")
    found = one_frame.decode(load_profile(profile), frame, request, opener)
    for remark in found.remarks:
        print(remark, file=sys.stderr)
    _print(found.as_json(), as_json, lambda _: found.lines())


@app.command()
@_explained
def simulate(
    area: Annotated[str, typer.Option(help="A bundled area's id or a path.")],
    directory: Annotated[Path, typer.Option(help="Folder for ports, links.toml and the ledger.")],
    gateway: Annotated[
        list[str] | None, typer.Option(help="Only this gateway; may be given again.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same days.")] = 1,
) -> None:
    """Serve every device of an area in its real protocol; one JSON line says when they are ready."""
    from area_configs.loader import load_area
    from edge_agent import simulators

    whole = load_area(area)
    wanted = frozenset(gateway) if gateway else None
    if unknown := sorted((wanted or frozenset()) - {known.id for known in whole.gateways}):
        _stop(f"area {whole.id!r} has no gateway {', '.join(unknown)}", _WRONG)
    serve = functools.partial(
        simulators.serve, whole, directory, gateways=wanted, seed=seed, ready=_say_ready
    )
    _run_until_signal(serve)


@log_app.command("stats")
@_explained
def log_stats(config: Config, as_json: Json = False) -> None:
    """Count what is stored, what waits for each sink, and what was lost."""
    from edge_agent.store import inspection

    _print(inspection.counts(_log_folder(config)), as_json, inspection.count_lines)


@log_app.command("tail")
@_explained
def log_tail(
    config: Config,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many readings.")] = 20,
    as_json: Json = False,
) -> None:
    """Show the newest readings."""
    from edge_agent.store import inspection

    found = inspection.tail(_log_folder(config), count)
    cells = [numbered.cells() for numbered in found]
    _print(cells, as_json, lambda _: inspection.tail_lines(found))


@log_app.command("verify")
@_explained
def log_verify(config: Config, as_json: Json = False) -> None:
    """Look through every file, block by block; exit status 1 where something is damaged."""
    from dataclasses import asdict

    from edge_agent.store import inspection

    verdict = inspection.verify(_log_folder(config))
    _print(asdict(verdict), as_json, lambda _: inspection.verdict_lines(verdict))
    if verdict.findings:
        raise typer.Exit(_FAILED)


@log_app.command("export")
@_explained
def log_export(
    config: Config,
    csv: Annotated[Path, typer.Option("--csv", help="File to write; - for standard output.")],
) -> None:
    """Write every reading that is kept as CSV: one line each, in order."""
    from edge_agent.store import csv_export

    count = csv_export.export(_log_folder(config), csv)
    print(f"{count} readings", file=sys.stderr)


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


def _row(area: Area, gateway: Gateway, device: Device) -> dict[str, Any]:
    link, profile = gateway.link(device.link), area.profile_of(device)
    return {
        "id": device.id,
        "name": {"ja": device.name.ja, "en": device.name.en},
        "gateway": gateway.id,
        "link": link.id,
        "address": device.address or link.port or f"{link.host}:{link.tcp_port}",
        "unit": device.unit,
        "profile": profile.id,
        "quantities": [point.quantity for point in profile.points],
    }


def _table(rows: list[dict[str, Any]]) -> list[str]:
    keys = ("id", "gateway", "link", "unit", "profile", "address")
    cells = [keys, *(tuple(str(row[key]) for key in keys) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]


def _say_ready(facts: dict[str, Any]) -> None:
    import json

    print(json.dumps({"ready": True, **facts}, ensure_ascii=False), flush=True)


def _print(data: Any, as_json: bool, lines: Callable[[Any], list[str]]) -> None:
    if as_json:
        import json

        print(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(data)))


def _stop(sentence: str, code: int) -> NoReturn:
    print(f"area-edge: {sentence}", file=sys.stderr)
    raise typer.Exit(code)


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("smart-area-suite")
    except metadata.PackageNotFoundError:
        return "0+source"
