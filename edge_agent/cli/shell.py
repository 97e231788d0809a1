"""How the commands of `area-edge` speak: data on stdout, talk on stderr, fixed exit statuses."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED, WRONG, UNREACHABLE, INTERRUPTED = 1, 2, 4, 130

Config = Annotated[Path, typer.Option("--config", help="Settings file of the gateway (TOML).")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]


def explained(command: Callable[..., None]) -> Callable[..., None]:
    """Turn errors that the suite explains into one sentence and an exit status."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        from area_configs.domain.errors import DeviceUnavailable, HubUnavailable, SmartAreaError

        try:
            command(*args, **kwargs)
        except (DeviceUnavailable, HubUnavailable) as error:
            stop(str(error), UNREACHABLE)
        except SmartAreaError as error:
            stop(str(error), WRONG)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None

    return wrapped


def show(data: Any, as_json: bool, lines: Callable[[Any], list[str]]) -> None:
    """Write data to standard output, as JSON or as lines."""
    if as_json:
        import json

        print(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(data)))


def stop(sentence: str, code: int) -> NoReturn:
    """End with one sentence on standard error."""
    print(f"area-edge: {sentence}", file=sys.stderr)
    raise typer.Exit(code)
