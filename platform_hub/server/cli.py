"""`area-hub`: found a hub, serve it, and hand out its keys."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from platform_hub.server.governance.keys import NewKey
    from platform_hub.server.store.database import Transaction
    from platform_hub.server.store.keys import StoredKey

app = typer.Typer(
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help="The hub of one area: stores what its gateways bring and serves it to everyone.",
)
key = typer.Typer(no_args_is_help=True, help="Access keys: who may store and who may read.")
app.add_typer(key, name="key", rich_help_panel=None)


class KeyRole(StrEnum):
    """What the holder of a key may do."""

    gateway = "gateway"
    reader = "reader"
    manager = "manager"


Data = Annotated[Path, typer.Option(help="Folder of the hub.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New folder for the hub.")],
    area: Annotated[str, typer.Option(help="Id of a bundled area, or path of an area.")] = "harumi",
    force: Annotated[
        bool, typer.Option("--force", help="Begin anew: throw away history and keys.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a folder a hub's, and print its first keys; they are shown only once."""
    with _one_sentence():
        from platform_hub.server.app.founding import found
        from platform_hub.server.settings import HubFolder

        made = found(HubFolder(folder), area, _now_us(), force=force)
    if as_json:
        print(json.dumps({"data": str(folder), "keys": {one.name: one.secret for one in made}}))
        return
    for one in made:
        print(f"{one.role:<8} {one.name:<20} {one.secret}")
    _say(f"{folder} is ready. Keep these keys: they are not shown again.")
    _say(f"Next: area-hub serve --data {folder} --port 8080")


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
        if ready_json:
            print(json.dumps({"ready": True, "url": url, "area": area}), flush=True)
        else:
            _say(f"area {area} is served at {url}")

    with _one_sentence():
        from platform_hub.server.app.serving import Address, serve
        from platform_hub.server.settings import HubFolder, read_context_map

        address = Address(port, host, tls_cert, tls_key)
        serve(
            HubFolder(data, temporal_page_size),
            address,
            now_us=_now_us,
            ready=ready,
            open_to_all=no_auth,
            context_map=read_context_map(context_map or []),
        )


@key.command("create")
def key_create(
    data: Data,
    role: Annotated[KeyRole, typer.Option(help="What its holder may do.")],
    name: Annotated[str, typer.Option(help="Who holds it; for a gateway, its id.")],
    as_json: AsJson = False,
) -> None:
    """Make a key and print it; it is shown only once."""
    from platform_hub.server.governance import keys

    if not name.strip():
        _fail("--name is empty: name who holds the key")
    made = _in_database(
        data, lambda tx: keys.create(tx, keys.Role(role), name.strip(), _now_us()), write=True
    )
    print(json.dumps(_shown(made)) if as_json else made.secret)


@key.command("list")
def key_list(data: Data, as_json: AsJson = False) -> None:
    """List the keys, without their secrets."""
    from platform_hub.server.store import keys

    found = [_row(stored) for stored in _in_database(data, keys.all_keys)]
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
    as_json: AsJson = False,
) -> None:
    """Revoke every valid key of a name; a running hub refuses it from then on."""
    from platform_hub.server.store import keys

    count = _in_database(data, lambda tx: keys.revoke(tx, name, role, _now_us()), write=True)
    if not count:
        _fail(f"there is no valid key of {name}: 'area-hub key list' shows all")
    if as_json:
        print(json.dumps({"revoked": count}))
    else:
        _say(f"{count} key(s) of {name} revoked")


def _in_database(data: Path, work: Callable[[Transaction], Any], *, write: bool = False) -> Any:
    with _one_sentence():
        from platform_hub.server.settings import HubFolder
        from platform_hub.server.store.database import Database

        folder = HubFolder(data)
        folder.settings()
        with contextlib.closing(Database(folder.database)) as database:
            return database.write(work).result() if write else database.read(work)


def _shown(made: NewKey) -> dict[str, str]:
    return {"role": str(made.role), "name": made.name, "key": made.secret}


def _row(stored: StoredKey) -> dict[str, str | None]:
    from platform_hub.wire.timestamps import to_text

    revoked = None if stored.revoked_us is None else to_text(stored.revoked_us)
    return {
        "role": stored.role,
        "name": stored.name,
        "created": to_text(stored.created_us),
        "revoked": revoked,
    }


def _now_us() -> int:
    return time.time_ns() // 1000


def _log(verbose: bool) -> None:
    import logging

    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


@contextlib.contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn an error that a person can mend into its sentence and exit status 2."""
    from area_configs.domain.errors import SmartAreaError

    try:
        yield
    except SmartAreaError as error:
        _fail(str(error))


def _fail(message: str) -> None:
    _say(message)
    raise typer.Exit(2)


def _say(message: str) -> None:
    print(message, file=sys.stderr)
