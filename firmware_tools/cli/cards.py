"""`area-tech image`: first-boot files on a card or image, labels, and batches from a table."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from firmware_tools.cli.shell import FAILED, Json, NoInput, asked, counted, explained, say, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firmware_tools.image.batch import Plan
    from firmware_tools.image.first_boot import Card, Wifi


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
        _require_table_alone(gateway, wifi_ssid, wifi_password_file, label)
        _batch(csv, output, plan, model, as_json)
        return
    name = asked(gateway, "gateway", "--gateway", no_input or as_json)
    card = _card(name, model, wifi_ssid, wifi_password_file)
    _one(card, plan, label or Path(f"{name}.pdf"), as_json)


def _one(card: Card, plan: Plan, label: Path, as_json: bool) -> None:
    from firmware_tools.image import batch, labels

    with _label_kept(label, labels.label(card)):
        files = batch.write_card(card, plan)
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


@contextmanager
def _label_kept(label: Path, content: bytes) -> Iterator[None]:
    """Write a label before its card, as a card whose code nobody can read is worth nothing.

    It takes its place once the card is written; where that fails, the one before stays.
    """
    from area_configs.domain.file_faults import file_fault
    from firmware_tools.image.batch import write_private
    from firmware_tools.sentences import Refused

    beside = label.with_name(f"{label.name}.new-label")
    try:
        if label.is_dir():
            raise IsADirectoryError(EISDIR, label)
        write_private(beside, content)
    except OSError as error:
        raise Refused("bad_table", source=label, why=file_fault(error)) from error
    try:
        yield
        beside.replace(label)
    finally:
        beside.unlink(missing_ok=True)


def _require_table_alone(
    gateway: str, wifi_ssid: str, wifi_password: Path | None, label: Path | None
) -> None:
    """Refuse options of one card beside a table: they would be left out without a word."""
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused

    options = {
        "--gateway": gateway,
        "--wifi-ssid": wifi_ssid,
        "--wifi-password-file": wifi_password,
        "--label": label,
    }
    if told := next((option for option, given in options.items() if given), None):
        why = Name(
            en="it is for one card: with --csv each line of the table says it",
            ja="1 枚のカード用です。--csv では表の各行に書いてください",
        )
        raise Refused("bad_table", source=told, why=why)


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
    from firmware_tools.cli import given
    from firmware_tools.image.entries import checked_public_key
    from firmware_tools.image.first_boot import Card
    from platform_hub.wire import claiming

    authority = claiming.authority_hash(given.certificate(hub_ca)) if hub_ca else ""
    key = checked_public_key(given.text(ssh_key), ssh_key) if ssh_key else ""
    return Card("", "", authority, ssh_key=key)


def _card(gateway: str, model: Card, ssid: str, password: Path | None) -> Card:
    import secrets
    from dataclasses import replace

    from firmware_tools.image import labels
    from firmware_tools.image.entries import checked_gateway

    name = checked_gateway(gateway)
    wifi = _wifi(ssid, password)
    code = labels.new_code(secrets.randbelow)
    return replace(model, gateway=name, code=code, seed=secrets.token_hex(4), wifi=wifi)


def _wifi(ssid: str, password: Path | None) -> Wifi | None:
    from area_configs.domain.names import Name
    from firmware_tools.cli import given
    from firmware_tools.image.entries import checked_wifi
    from firmware_tools.sentences import Refused

    if password and not ssid:
        why = Name(en="it needs --wifi-ssid", ja="--wifi-ssid も指定してください")
        raise Refused("bad_table", source="--wifi-password-file", why=why)
    if not ssid:
        return None
    return checked_wifi(ssid, given.secret(password) if password else "", password or ssid)


def _lines(found: dict[str, Any]) -> list[str]:
    code = found["code"]
    return [
        f"gateway  {found['gateway']}",
        f"code     {code[:4]} {code[4:]}",
        f"label    {found['label']}",
        f"files    {', '.join(found['files'])}",
    ]
