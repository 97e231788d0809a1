"""What the command lines of all programs share: their settings, `--version`, whole help texts."""

from __future__ import annotations

import errno
import io
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter  # typer names them nowhere else

_FAILED, _WRONG = 1, 2


class _Commands(TyperGroup):
    """A group that lists its commands with whole sentences, wrapped rather than cut."""

    @override
    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        shown = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(1000)) for name, one in shown])

    @override
    def invoke(self, ctx: Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                if not sys.stdout.closed:  # as a group within leaves it on a full disk
                    sys.stdout.flush()
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            if not full and error.filename is None:
                raise  # no file that somebody could mend
            if full:
                with suppress(OSError):  # what waits in it would fail again at the end
                    sys.stdout.close()
            remedy = "make room, then do it again" if full else "correct the path or its rights"
            place = error.filename or "the output"
            name = ctx.find_root().info_name
            typer.echo(f"{name}: {place}: {error.strerror}: {remedy}", err=True)
            raise typer.Exit(_FAILED if full else _WRONG) from error


def group(name: str, text: str) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(
        name=name,
        help=text,
        cls=_Commands,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
    )


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(version())
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", is_eager=True, callback=_tell_version, help="Show the version and exit."
    ),
]


def program(name: str, text: str) -> typer.Typer:
    """Return a program: a group of commands that also tells its version."""
    app = group(name, text)

    @app.callback(help=text)
    def _any_command(version: Version = False) -> None:  # noqa: ARG001 - told by its callback
        speak_any_name()

    return app


def speak_any_name() -> None:
    """Let names in Japanese be written on a terminal that has no letters for them, as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def version() -> str:
    """Return the version of the suite; `0+source` where it runs without being installed."""
    from importlib import metadata  # noqa: PLC0415 - as in every command line: help stays light

    try:
        return metadata.version("smart-area-suite")
    except metadata.PackageNotFoundError:
        return "0+source"
