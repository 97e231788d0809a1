"""Devices: what a gateway has, and how one is brought into service, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from area_configs.command_line import group
from edge_agent.cli.shell import FAILED, WRONG, Config, Json, explained, show, stop

if TYPE_CHECKING:
    from area_configs.domain.areas import Area, Device, Gateway, Link
    from edge_agent.configuration.commissioning import Device as Record
    from edge_agent.daemon.links import Wiring

app = group(
    "devices",
    "List devices, find them, and bring them into service: claim, secret, test, activate.",
)

_WIDE = 14

Area_ = Annotated[
    str | None, typer.Option("--area", help="A bundled area's id or a path: all its devices.")
]
Config_ = Annotated[
    Path | None, typer.Option("--config", help="Settings file: the devices of its gateway.")
]
DeviceId = Annotated[str, typer.Argument(help="Id of a device in the area file.")]
By = Annotated[str, typer.Option(help="Who does it; by default the user of this machine.")]


@app.callback(invoke_without_command=True, no_args_is_help=False)
@explained
def devices(
    context: typer.Context, config: Config_ = None, area: Area_ = None, as_json: Json = False
) -> None:
    """List devices, find them, and bring them into service: claim, secret, test, activate."""
    if context.invoked_subcommand is None:
        _list(config, area, as_json)


@app.command(name="list")
@explained
def list_all(config: Config_ = None, area: Area_ = None, as_json: Json = False) -> None:
    """List devices: how each is reached, what it gives, how far its commissioning has got."""
    _list(config, area, as_json)


@app.command()
@explained
def scan(
    config: Config,
    link: Annotated[str, typer.Option(help="Id of the link.")],
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long at most.")] = 30.0,
    as_json: Json = False,
) -> None:
    """Look for devices on a link while no agent runs; what is found is noted as discovered."""
    import asyncio

    from edge_agent.daemon import field

    site = _Site(config)
    found = asyncio.run(field.discover(site.wiring(link), seconds))
    new = site.record.discovered(link, {one.address: one.words for one in found})
    rows = [
        {
            "address": one.address,
            "words": one.words,
            "profiles": list(one.profiles),
            "signal_dbm": one.signal_dbm,
            "new": f"{link}/{one.address}" in new,
        }
        for one in found
    ]
    show(rows, as_json, lambda _: [f"{r['address']}  {r['words']}" for r in rows] or ["nothing"])


@app.command()
@explained
def identify(
    address: Annotated[str, typer.Argument(help="Where it is, as `scan` shows it.")],
    config: Config,
    link: Annotated[str, typer.Option(help="Id of the link.")],
    as_json: Json = False,
) -> None:
    """Ask one device who made it and what it is."""
    import asyncio
    from dataclasses import asdict

    from edge_agent.daemon import field

    said = asdict(asyncio.run(field.identify(_Site(config).wiring(link), address)))
    show(said, as_json, lambda _: [f"{key}: {value or '-'}" for key, value in said.items()])


@app.command()
@explained
def claim(
    device: DeviceId,
    config: Config,
    address: Annotated[str, typer.Option(help="Where it was found; else as in the area.")] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Say that a device of the area file is the one that stands here."""
    site = _Site(config)
    known = site.device(device)
    where = address or known.address or str(known.unit)
    _say(device, site.record.claim(device, known.link, where, by or _user()), as_json)


@app.command(context_settings={"allow_extra_args": True})
@explained
def secret(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: typer.Context,
    device: DeviceId,
    name: Annotated[str, typer.Argument(help="Which: password, route_b_id, bind_key, pin.")],
    config: Config,
    file: Annotated[
        Path | None, typer.Option(help="Read it from here, not standard input.")
    ] = None,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Store a secret of a claimed device (on a B-route: of its link), for this user's eyes only."""
    import sys

    from edge_agent.credentials import checked_secret, read_secret

    if context.args:
        stop(
            "a secret that is an argument can be seen by every user of this machine: "
            "give it on standard input or with --file",
            WRONG,
        )
    site = _Site(config)
    known = site.device(device)
    site.record.require_claimed(device)
    kind = site.gateway.link(known.link).kind
    text = checked_secret(kind, name, read_secret(file) if file else sys.stdin.readline())
    site.settings.secret_store.put(known.link if kind == "b_route" else device, name, text)
    _say(device, site.record.secret_stored(device, by or _user()), as_json)


@app.command(name="test")
@explained
def read_once(
    device: DeviceId,
    config: Config,
    seconds: Annotated[
        float, typer.Option(min=1, max=600, help="How long to wait for a device at most.")
    ] = 60.0,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Read every point of a claimed device once, while no agent runs; exit status 1 if none is good.

    A wearable, a broadcast or a pushing meter is waited for: use it, or press its button.
    """
    import asyncio

    from area_configs.domain.quality import Level
    from edge_agent.daemon import field

    site = _Site(config)
    known = site.device(device)
    site.record.require_claimed(device)
    readings = asyncio.run(field.read_once(site.wiring(known.link), device, seconds))
    good = sum(reading.quality.level is Level.GOOD for reading in readings)
    rows = [
        {
            "quantity": r.quantity,
            "value": r.value,
            "quality": r.quality.reason.value,
            "raw": r.quality.raw,
        }
        for r in readings
    ]
    site.record.tested(device, good, len(readings), by or _user())
    show(rows, as_json, lambda _: [_read(row) for row in rows])
    if not good:
        stop(f"{device} gave no good value", FAILED)


@app.command()
@explained
def activate(device: DeviceId, config: Config, by: By = "", as_json: Json = False) -> None:
    """Bring a device into service after a test read."""
    site = _Site(config)
    site.device(device)
    _say(device, site.record.activate(device, by or _user()), as_json)


@app.command()
@explained
def forget(device: DeviceId, config: Config, as_json: Json = False) -> None:
    """Begin anew with a device that was replaced or reset: its pulse count, its replay counter.

    Only while no agent runs; what it has said until now stays in the log.
    """
    from contextlib import closing

    from edge_agent.health import data_folder
    from edge_agent.store import DeviceMemory

    site = _Site(config)
    site.device(device)
    if data_folder.is_running(site.settings.data):
        stop(f"an agent runs with {config}: stop it first", FAILED)
    with closing(DeviceMemory(site.settings.data)) as memory:
        known = dict(memory.of(device))
        memory.forget(device)
    said = {"device": device, "forgotten": known}
    lines = [f"{name}: was {value}" for name, value in known.items()]
    show(said, as_json, lambda _: lines or [f"nothing was kept of {device}"])


class _Site:
    """A gateway's settings with what they lead to, and its record of commissioning."""

    def __init__(self, config: Path) -> None:
        import time

        from edge_agent.configuration.commissioning import Commissioning
        from edge_agent.settings import read_settings

        self.settings = read_settings(config)
        area, gateway = self.settings.here()
        self.gateway = gateway
        self._devices = {device.id: device for device in area.devices_of(gateway.id)}
        self.record = Commissioning(self.settings.data, lambda: time.time_ns() // 1000)

    def device(self, ident: str) -> Device:
        if ident not in self._devices:
            known = ", ".join(self._devices)
            stop(f"gateway {self.gateway.id} has no device {ident!r}: {known}", WRONG)
        return self._devices[ident]

    def wiring(self, link: str) -> Wiring:
        from edge_agent.daemon import field

        return field.wiring_of(self.settings, self.settings.installation((link,)), link)


def _list(config: Path | None, area: str | None, as_json: bool) -> None:
    from area_configs.loader import load_area
    from edge_agent.settings import read_settings

    if (config is None) == (area is None):
        stop("give either --config or --area", WRONG)
    if config:
        found = read_settings(config).installation(())
        stages = {name: one.stage.value for name, one in _Site(config).record.all().items()}
        rows = [_row(found.area, found.gateway, d) for d in found.area.devices_of(found.gateway.id)]
        rows = [{**row, "commissioning": stages.get(row["id"], "")} for row in rows]
    else:
        whole = load_area(str(area))
        rows = [_row(whole, whole.gateway(d.gateway), d) for d in whole.devices]
    show(rows, as_json, _table)


def _say(device: str, record: Record, as_json: bool) -> None:
    from dataclasses import asdict

    said = {"device": device, **asdict(record)}
    show(said, as_json, lambda _: [f"{device}: {record.stage}"])


def _read(row: dict[str, Any]) -> str:
    from area_configs.domain.quantities import QUANTITIES

    quantity = QUANTITIES[row["quantity"]]
    value = "-" if row["value"] is None else f"{row['value']:.{quantity.decimals}f}"
    if len(value) > _WIDE:  # nothing that a device measures, but what it said
        value = f"{row['value']:.6g}"
    shown = f"{quantity.id:<30} {value:>{_WIDE}} {quantity.symbol:<6} {row['quality']}"
    return f"{shown} ({row['raw']})" if row["raw"] else shown


def _user() -> str:
    import getpass

    return getpass.getuser()


def _row(area: Area, gateway: Gateway, device: Device) -> dict[str, Any]:
    link, profile = gateway.link(device.link), area.profile_of(device)
    return {
        "id": device.id,
        "name": {"ja": device.name.ja, "en": device.name.en},
        "gateway": gateway.id,
        "link": link.id,
        "address": _where(link, device),
        "unit": device.unit,
        "profile": profile.id,
        "quantities": [point.quantity for point in profile.points],
    }


def _where(link: Link, device: Device) -> str:
    peer = f"{link.host}:{link.tcp_port}" if link.host else ""
    return " ".join(filter(None, (link.port or link.url or peer, device.address)))


def _table(rows: list[dict[str, Any]]) -> list[str]:
    known = ("id", "gateway", "link", "unit", "profile", "commissioning", "address")
    keys = tuple(key for key in known if rows and key in rows[0])
    cells = [keys, *(tuple(str(row[key]) or "-" for key in keys) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
