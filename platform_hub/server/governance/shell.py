"""How the commands of `area-hub` speak: talk on stderr, one sentence for what a person can mend."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

Data = Annotated[Path, typer.Option(help="Folder of the hub.", show_default=False)]
DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="AREA_HUB_DATABASE",
        metavar="URL",
        help="PostgreSQL instead of what hub.toml says; several hubs may serve one database.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]

_WRONG, _UNREACHABLE = 2, 4


def now_us() -> int:
    """Return the time, microseconds since 1970 UTC."""
    return time.time_ns() // 1000


@contextlib.contextmanager
def one_sentence() -> Iterator[None]:
    """Turn an error that a person can mend into its sentence and exit status.

    It is 4 where the database server does not answer, 2 where a file or argument is wrong.
    """
    from area_configs.domain.errors import SmartAreaError  # noqa: PLC0415 - help starts light
    from platform_hub.server.store.database import StoreUnreachable  # noqa: PLC0415 - the same

    try:
        yield
    except StoreUnreachable as error:
        fail(str(error), _UNREACHABLE)
    except SmartAreaError as error:
        fail(str(error))


def fail(message: str, status: int = _WRONG) -> None:
    """Say why it cannot be done and exit."""
    say(message)
    raise typer.Exit(status)


def say(message: str) -> None:
    """Talk to the person in front of the screen."""
    print(message, file=sys.stderr)  # noqa: T201 - stderr is where commands talk
