"""`area-tech fleet`: which gateway runs which release since when, and how its trials ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware_tools.cli.shell import Json, NoInput, counted, explained, show
from firmware_tools.cli.signing_in import Hub, HubCa, KeyFile, PasswordFile, User, clients

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command()(fleet)


@explained
def fleet(  # noqa: PLR0913, PLR0917 - one parameter per option
    hub: Hub,
    hub_ca: HubCa = None,
    user: User = "",
    password_file: PasswordFile = None,
    key_file: KeyFile = None,
    no_input: NoInput = False,
    as_json: Json = False,
) -> None:
    """Tell of each gateway of an area which release it runs since when, and what its last trial came to.

    It is what the gateways told the hub; `update fleet` rolls a release out.
    """
    from firmware_tools.sentences import language
    from firmware_tools.update import fleet_state

    with clients(hub, hub_ca, (user, password_file, key_file), no_input or as_json) as (area, _, _):
        total = len(area.get("/gateways", list[dict[str, object]]))
        rows = list(counted(fleet_state.fleet_state(area), total, "gateways", as_json))
    show(rows, as_json, lambda found: fleet_state.lines(found, language()))
