"""`area-tech image`: first-boot files on a card or image, labels, and batches from a table."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from firmware_tools.cli.shell import FAILED, Json, NoInput, asked, counted, explained, say, show

if TYPE_CHECKING:
    from firmware_tools.image.batch import Plan
    from firmware_tools.image.first_boot import Card


class Os(StrEnum):
    """Generations of Raspberry Pi OS."""

    bookworm = "bookworm"
    trixie = "trixie"


def register(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command()(image)


@explained
def image(  # noqa: PLR0913, PLR0917 - one parameter per option
    target: Annotated[
        Path,
        typer.Argument(help="Image file, or the folder a card's boot partition is mounted at."),
    ],
    gateway: Annotated[str, typer.Option(help="Id of the gateway in the area.")] = "",
    os: Annotated[Os | None, typer.Option("--os", help="By default what the card says.")] = None,
    hub_ca: Annotated[
        Path | None, typer.Option(help="The hub's certificate authority; the label names its hash.")
    ] = None,
    ssh_key: Annotated[
        Path | None, typer.Option(help="Public key file of who may log in; else nobody may.")
    ] = None,
    wifi_ssid: Annotated[str, typer.Option(help="Wi-Fi to join beside the cable.")] = "",
    wifi_password_file: Annotated[
        Path | None, typer.Option(help="File with its password; without it the network is open.")
    ] = None,
    package: Annotated[
        Path | None, typer.Option(help="The agent's .deb, for places without a network.")
    ] = None,
    label: Annotated[
        Path | None, typer.Option(help="Label to print; by default GATEWAY.pdf.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Table of gateways: a copy of TARGET for each.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder for the cards of a table.")] = Path("cards"),
    no_input: NoInput = False,
    as_json: Json = False,
) -> None:
    """Write what a gateway needs for its first boot, with a new one-time code, and its label.

    Raspberry Pi OS bookworm and trixie. A table is done again from where it was left; its codes stay.
    """
    from firmware_tools.image.batch import Plan

    plan = Plan(target, os.value if os else None, package)
    model = _model(hub_ca, ssh_key)
    if csv:
        _batch(csv, output, plan, model, as_json)
        return
    name = asked(gateway, "gateway", "--gateway", no_input or as_json)
    card = _card(name, model, wifi_ssid, wifi_password_file)
    _one(card, plan, label or Path(f"{name}.pdf"), as_json)


def _one(card: Card, plan: Plan, label: Path, as_json: bool) -> None:
    from area_configs.domain.errors import SmartAreaError
    from firmware_tools.image import batch, labels

    files = batch.write_card(card, plan)
    try:
        label.write_bytes(labels.label(card))
    except OSError as error:
        raise SmartAreaError(f"{label} cannot be written: {error.strerror}") from error
    found = {
        "gateway": card.gateway,
        "code": card.code,
        "link": labels.link(card),
        "label": str(label),
        "files": sorted(files),
    }
    show(found, as_json, _lines)
    say(
        f"next: print {label}, put the card into the gateway, switch it on, then area-tech discover"
    )


def _batch(csv: Path, output: Path, plan: Plan, model: Card, as_json: bool) -> None:
    import secrets

    from firmware_tools.image.batch import Batch, read_table

    table = read_table(csv)
    made = Batch(output, plan, secrets.randbelow).run(table, model)
    rows = list(counted(made, len(table), "cards", as_json))
    shown = [{key: row[key] for key in row if key != "code"} for row in rows]
    show(shown, as_json, lambda _: [f"{r['gateway']:<20} {r['state']}  {r['words']}" for r in rows])
    say(f"codes and states: {output / 'result.csv'}")
    if any(row["state"] != "done" for row in rows):
        raise typer.Exit(FAILED)


def _model(hub_ca: Path | None, ssh_key: Path | None) -> Card:
    from firmware_tools.image.first_boot import Card
    from platform_hub.wire import claiming

    authority = claiming.authority_hash(_text(hub_ca)) if hub_ca else ""
    return Card("", "", authority, ssh_key=_text(ssh_key).strip() if ssh_key else "")


def _card(gateway: str, model: Card, ssid: str, password: Path | None) -> Card:
    import secrets
    from dataclasses import replace

    from firmware_tools.image import batch, labels
    from firmware_tools.image.first_boot import Wifi

    code = labels.new_code(secrets.randbelow)
    wifi = Wifi(ssid, _text(password).rstrip("\r\n") if password else "") if ssid else None
    name = batch.checked_gateway(gateway)
    return replace(model, gateway=name, code=code, seed=secrets.token_hex(4), wifi=wifi)


def _text(file: Path) -> str:
    from firmware_tools.sentences import Refused

    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad_table", source=file, why=str(error)) from error


def _lines(found: dict[str, Any]) -> list[str]:
    code = found["code"]
    return [
        f"gateway  {found['gateway']}",
        f"code     {code[:4]} {code[4:]}",
        f"label    {found['label']}",
        f"files    {', '.join(found['files'])}",
    ]
