"""`area-hub`: found a hub, serve it, let people in, back it up and verify it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from area_configs.command_line import group, program
from platform_hub.server.care.cli import practise
from platform_hub.server.governance.cli import user, verify_audit
from platform_hub.server.governance.shell import (
    AsJson,
    Data,
    DatabaseUrl,
    fail,
    now_us,
    one_sentence,
    say,
)

if TYPE_CHECKING:
    from platform_hub.server.governance.keys import NewKey
    from platform_hub.server.settings import HubFolder
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.keys import StoredKey

app = program(
    "area-hub", "The hub of one area: stores what its gateways bring and serves it to everyone."
)
key = group("key", "Access keys: who may store and who may read.")
app.add_typer(key)
app.add_typer(user)
app.command("verify-audit")(verify_audit)
app.command()(practise)


class KeyRole(StrEnum):
    """What the holder of a key may do."""

    gateway = "gateway"
    reader = "reader"
    manager = "manager"
    technician = "technician"
    caregiver = "caregiver"
    auditor = "auditor"
    open_data = "open_data"


class KeyPlan(StrEnum):
    """How much a key may ask a day."""

    free = "free"
    standard = "standard"
    operator = "operator"


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New folder for the hub.")],
    area: Annotated[str, typer.Option(help="Id of a bundled area, or path of an area.")] = "harumi",
    name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="DNS name or address that others reach the hub by, for its certificate; repeatable.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Begin anew: throw away history and keys.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a folder a hub's with a CA of its own, and print its first keys, only this once."""
    with one_sentence():
        from platform_hub.server.app.founding import found
        from platform_hub.server.settings import HubFolder

        made = found(HubFolder(folder), area, now_us(), names=name or (), force=force)
    if as_json:
        print(json.dumps({"data": str(folder), "keys": {one.name: one.secret for one in made}}))
        return
    for one in made:
        print(f"{one.role:<8} {one.name:<20} {one.secret}")
    say(f"{folder} is ready. Keep these keys: they are not shown again.")
    say(f"Next: area-hub serve --data {folder} --port 8080")


@app.command()
def serve(  # noqa: PLR0913, PLR0917 - one parameter per option
    data: Data,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Ask for no keys; loopback only.")
    ] = False,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Private key, PEM.")] = None,
    database: DatabaseUrl = "",
    context_map: Annotated[
        list[str] | None,
        typer.Option(
            "--context-map",
            metavar="URL=FILE",
            help="Read this JSON-LD context from a file, never from the network; repeatable.",
        ),
    ] = None,
    temporal_page_size: Annotated[
        int | None,
        typer.Option(
            min=1, max=100_000, help="Instances of one attribute in one answer of history."
        ),
    ] = None,
    ready_json: Annotated[
        bool, typer.Option("--ready-json", help="Print one JSON line once requests are taken.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log more.")] = False,
) -> None:
    """Serve a hub until Ctrl-C or SIGTERM."""
    _log(verbose)

    def ready(url: str, area: str) -> None:
        tell_ready(os.environ)
        if ready_json:
            print(json.dumps({"ready": True, "url": url, "area": area}), flush=True)
        else:
            say(f"area {area} is served at {url}")

    with one_sentence():
        from platform_hub.server.app.service_manager import tell_ready
        from platform_hub.server.app.serving import Address, serve
        from platform_hub.server.settings import HubFolder, read_context_map

        address = Address(port, host, tls_cert, tls_key)
        serve(
            HubFolder(data, temporal_page_size, database),
            address,
            now_us=now_us,
            ready=ready,
            open_to_all=no_auth,
            context_map=read_context_map(context_map or []),
        )


@app.command()
def migrate(
    source: Annotated[Path, typer.Option("--from", metavar="DIR", help="Folder of the hub.")],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="Empty PostgreSQL database.")],
    timescale: Annotated[
        bool, typer.Option("--timescale", help="Let TimescaleDB keep the days; untested.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy a stopped hub's SQLite data to PostgreSQL and compare; call again to go on."""
    with one_sentence():
        from platform_hub.server.app.relocation import relocate
        from platform_hub.server.settings import HubFolder

        moved = relocate(HubFolder(source), target, _progress(time.monotonic), timescale=timescale)
    if as_json:
        print(json.dumps(moved))
        return
    say(f"{moved['instances']} readings of {moved['series']} series are the same on both sides")
    say(f"Next: write the URL as database in {source / 'hub.toml'}, then start the hub again")


@key.command("create")
def key_create(
    data: Data,
    role: Annotated[KeyRole, typer.Option(help="What its holder may do.")],
    name: Annotated[str, typer.Option(help="Who holds it; for a gateway, its id.")],
    plan: Annotated[
        KeyPlan | None, typer.Option(help="How much it may ask a day.", show_default=False)
    ] = None,
    database: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Make a key and print it; it is shown only once."""
    from platform_hub.server.governance import keys
    from platform_hub.server.governance.key_routes import default_plan
    from platform_hub.server.governance.roles import Role
    from platform_hub.server.settings import HubFolder

    if not name.strip():
        fail("--name is empty: name who holds the key")
    chosen = str(plan) if plan else default_plan(Role(role))
    folder = HubFolder(data, url=database)
    if role is KeyRole.gateway:
        _require_gateway(folder, name.strip())
    made = _in_database(
        folder,
        lambda tx: keys.create(tx, Role(role), name.strip(), now_us(), chosen),
        write=True,
    )
    print(json.dumps(_shown(made)) if as_json else made.secret)


@key.command("list")
def key_list(data: Data, database: DatabaseUrl = "", as_json: AsJson = False) -> None:
    """List the keys, without their secrets."""
    from platform_hub.server.settings import HubFolder
    from platform_hub.server.store import keys

    found = [_row(stored) for stored in _in_database(HubFolder(data, url=database), keys.all_keys)]
    if as_json:
        print(json.dumps(found))
        return
    for row in found:
        state = f"revoked {row['revoked']}" if row["revoked"] else "valid"
        print(f"{row['role']:<8} {row['name']:<20} created {row['created']}  {state}")


@key.command("revoke")
def key_revoke(
    data: Data,
    name: Annotated[str, typer.Option(help="Whose keys.")],
    role: Annotated[KeyRole | None, typer.Option(help="Only keys of this role.")] = None,
    database: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Revoke every valid key of a name; a running hub refuses it from then on."""
    from platform_hub.server.settings import HubFolder
    from platform_hub.server.store import keys

    folder = HubFolder(data, url=database)
    count = _in_database(folder, lambda tx: keys.revoke(tx, name, role, now_us()), write=True)
    if not count:
        fail(f"there is no valid key of {name}: 'area-hub key list' shows all")
    if as_json:
        print(json.dumps({"revoked": count}))
    else:
        say(f"{count} key(s) of {name} revoked")


@app.command()
def certificate(
    data: Data,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="One more DNS name or address; repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the hub's certificate; with --name make a new one for further names."""
    with one_sentence():
        from platform_hub.server.governance.certificates import CertificateFolder, fingerprint
        from platform_hub.server.settings import HubFolder

        folder = HubFolder(data)
        folder.settings()
        own = CertificateFolder(folder.trust)
        if name:
            own.issue([*own.names(), *name], now_us())
        found = {"ca": str(own.ca), "fingerprint": fingerprint(own.ca), "names": own.names()}
    if as_json:
        print(json.dumps(found))
        return
    print(f"CA          {found['ca']}\nfingerprint {found['fingerprint']}")
    print(f"names       {' '.join(found['names'])}")


@app.command()
def backup(
    data: Data,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="New file for the backup.")],
    database: DatabaseUrl = "",
    as_json: AsJson = False,
) -> None:
    """Back a hub up into one file while it runs, and verify it; the file holds secrets."""
    with one_sentence():
        from platform_hub.server.app import backups
        from platform_hub.server.settings import HubFolder

        made = backups.shown(backups.backup(HubFolder(data, url=database), file, now_us()))
    if as_json:
        print(json.dumps({"file": str(file), **made}))
    else:
        say(f"{file} holds {made['files']} files, {made['bytes']} bytes, verified: keep it secret")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    data: Annotated[
        Path | None,
        typer.Option(help="New folder for the hub; without it the backup is only verified."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the hub that is there; it must not run.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify a backup and put it back."""
    with one_sentence():
        from platform_hub.server.app import backups
        from platform_hub.server.settings import HubFolder

        if data is None:
            manifest = backups.verify(file)
        else:
            manifest = backups.restore(file, HubFolder(data), force=force)
    if as_json:
        print(json.dumps({"file": str(file), **backups.shown(manifest)}))
    else:
        say(f"{file} is whole" if data is None else f"{data} is as it was at {manifest.made}")


def _require_gateway(folder: HubFolder, name: str) -> None:
    """Refuse a gateway that the area does not name: it is mistyped, and no gateway would use the key."""
    with one_sentence():
        from area_configs.loader import load_area

        folder.settings()
        known = [gateway.id for gateway in load_area(folder.area).gateways]
    if name not in known:
        fail(f"--name {name}: the area has no such gateway, only {', '.join(known)}")


def _in_database(
    folder: HubFolder, work: Callable[[Transaction], Any], *, write: bool = False
) -> Any:
    with one_sentence():
        from platform_hub.server.store.database import Database

        with contextlib.closing(Database(folder.place())) as database:
            return database.write(work).result() if write else database.read(work)


def _shown(made: NewKey) -> dict[str, str]:
    return {
        "role": str(made.role),
        "name": made.name,
        "plan": made.plan,
        "id": made.ident,
        "key": made.secret,
    }


def _row(stored: StoredKey) -> dict[str, str | None]:
    from platform_hub.wire.timestamps import to_text

    revoked = None if stored.revoked_us is None else to_text(stored.revoked_us)
    return {
        "role": stored.role,
        "name": stored.name,
        "plan": stored.plan,
        "created": to_text(stored.created_us),
        "revoked": revoked,
    }


def _progress(clock: Callable[[], float]) -> Callable[[int, int], None]:
    """Return what says how far it is, once a second."""
    said = clock()

    def progress(done: int, every: int) -> None:
        nonlocal said
        if clock() - said >= 1:
            said = clock()
            say(f"{done} of {every} series")

    return progress


def _log(verbose: bool) -> None:
    import logging

    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
