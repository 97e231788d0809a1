"""`area-tech commission` and `report`: devices brought into service, and the proof of it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from area_configs.command_line import version
from firmware_tools.cli.shell import FAILED, By, Json, counted, explained, say, show, user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firmware_tools.commission import Device, Round, Verdict
    from firmware_tools.gateway_link import Edge

Record = Annotated[Path, typer.Option("--record", help="Where it is kept how far it got.")]


def register(app: typer.Typer) -> None:
    """Add the commands to a program."""
    app.command()(commission)
    app.command()(report)


@explained
def commission(  # noqa: PLR0913, PLR0917 - one parameter per option
    config: Annotated[
        str, typer.Option(help="Settings file on the gateway.")
    ] = "/etc/area-edge/edge.toml",
    ssh: Annotated[
        str, typer.Option(help="user@host of the gateway; without it, this machine is it.")
    ] = "",
    edge: Annotated[str, typer.Option(help="What runs area-edge there.")] = "area-edge",
    service: Annotated[
        str, typer.Option(help="Service to stop meanwhile, as it owns the links: area-edge.")
    ] = "",
    device: Annotated[
        list[str] | None, typer.Option(help="Only this one; may be given again.")
    ] = None,
    secrets: Annotated[
        Path | None, typer.Option(help="TOML file: a table per device, name = secret.")
    ] = None,
    scan: Annotated[
        float, typer.Option(min=0, max=600, help="Look on every link first, so many seconds each.")
    ] = 0.0,
    record: Record = Path("acceptance.json"),
    by: By = "",
    as_json: Json = False,
) -> None:
    """Find, identify, read and activate every device of a gateway; goes on where it was left.

    Exit status 1 where a device or the self-test fails; the record says why.
    """
    import time

    from firmware_tools.cli import given
    from firmware_tools.commission import Round
    from firmware_tools.gateway_link import Edge

    link = Edge(config, ssh, given.program(edge, "--edge"))
    work = Round(link, record, user(by), lambda: time.time_ns() // 1000)
    passwords = _secrets(secrets)
    with _stopped(link, service):
        names = _chosen(work.begin(version()), device or [], list(work.record.devices))
        if scan:
            for name in work.scan(scan):
                say(f"looked on {name}")
        steps = _told(work, names, passwords)
        list(counted(steps, len(names), "devices", as_json))
    done = work.end()
    lines = [_line(one) for one in done.devices.values()]
    show(_as_json(work), as_json, lambda _: [*lines, f"self-test: {_failures(done.self_test)}"])
    say(f"next: area-tech report --record {record}")
    if not done.accepted:
        raise typer.Exit(FAILED)


@explained
def report(
    record: Record = Path("acceptance.json"),
    pdf: Annotated[Path, typer.Option(help="The report to write.")] = Path("acceptance.pdf"),
    as_json: Json = False,
) -> None:
    """Write the acceptance report of a gateway as PDF; with --json also its content."""
    from dataclasses import asdict

    from area_configs.domain.file_faults import file_fault
    from area_configs.domain.names import Name
    from firmware_tools import report as paper
    from firmware_tools.commission import read_record
    from firmware_tools.sentences import Refused

    found = read_record(record)
    if not found.gateway:
        why = Name(en="nothing was commissioned yet", ja="まだ機器を立ち上げていません")
        raise Refused("bad_table", source=record, why=why)
    content = {**asdict(found), "accepted": found.accepted}
    try:
        pdf.write_bytes(paper.report(content))
    except OSError as error:
        raise Refused("file", source=pdf, why=file_fault(error)) from error
    show(content, as_json, lambda _: [f"{pdf}: {'accepted' if found.accepted else 'not accepted'}"])


def _told(work: Round, names: list[str], given: dict[str, dict[str, str]]) -> Iterator[Device]:
    for name in names:
        done = work.device(name, given.get(name, {}))
        say(_line(done))
        yield done


def _line(device: Device) -> str:
    good = sum(row["quality"] == "ok" for row in device.values)
    points = f"{good}/{len(device.values)} good" if device.values else ""
    return f"{device.id:<24} {device.state or 'not done':<9} {points} {device.words}".rstrip()


def _as_json(work: Round) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(work.record), "accepted": work.record.accepted}


def _failures(checks: list[Verdict]) -> str:
    return "; ".join(f"{c['name']}: {c['words']}" for c in checks if c["level"] == "fail") or "good"


def _chosen(open_: list[str], wanted: list[str], known: list[str]) -> list[str]:
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused

    if unknown := [name for name in wanted if name not in known]:
        names = ", ".join(known)
        why = Name(en=f"the gateway has {names}", ja=f"このゲートウェイにあるのは {names} です")
        raise Refused("bad_table", source=f"--device {unknown[0]}", why=why)
    return wanted or open_


def _secrets(file: Path | None) -> dict[str, dict[str, str]]:
    import tomllib

    from area_configs.domain.file_faults import file_fault
    from area_configs.domain.names import Name
    from firmware_tools.cli import given
    from firmware_tools.sentences import Refused

    if file is None:
        return {}
    try:
        found = tomllib.loads(given.text(file))
        return {device: {k: str(v) for k, v in table.items()} for device, table in found.items()}
    except tomllib.TOMLDecodeError as error:
        raise Refused("bad_table", source=file, why=file_fault(error)) from error
    except AttributeError as error:
        why = Name(
            en="a table per device is expected, such as [meter-1]",
            ja="機器ごとの表([meter-1] など)にしてください",
        )
        raise Refused("bad_table", source=file, why=why) from error


@contextmanager
def _stopped(link: Edge, service: str) -> Iterator[None]:
    """Stop the service that owns the links, and start it again whatever happens."""
    if not service:
        yield
        return
    link.control("stop", service)
    try:
        yield
    finally:
        link.control("start", service)
