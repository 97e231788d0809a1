"""How the commands of `area-tech` speak: data on stdout, talk on stderr, fixed exit statuses."""

from __future__ import annotations

import functools
import signal
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firmware_tools.sentences import Refused

STANDARD_INPUT = "-"
_IN_JAPANESE = {
    "gateway": "ゲートウェイの ID",
    "code": "コード",
    "name at the hub": "ハブでの名前",
    "password": "パスワード",
}
_SIGN_IN = {401: "not_signed_in", 403: "not_allowed"}
FAILED, WRONG, UNREACHABLE, INTERRUPTED = 1, 2, 4, 130

Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output; ask nothing.")]
NoInput = Annotated[bool, typer.Option("--no-input", help="Ask nothing: what is missing is told.")]
By = Annotated[str, typer.Option(help="Who does it; by default the user of this machine.")]


def hear_interrupts() -> None:
    """Let SIGINT end the tool although whoever started it ignores SIGINT.

    A console that a shell has started in the background hands that down (POSIX, "Asynchronous
    Lists"), and its button to cancel would do nothing.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def explained(command: Callable[..., None]) -> Callable[..., None]:
    """Turn errors that the suite explains into one sentence and an exit status.

    With `--json` the sentence stands in both languages on standard output.
    """

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        from area_configs.domain.errors import DeviceUnavailable, HubUnavailable, SmartAreaError
        from firmware_tools.sentences import Unreachable

        try:
            command(*args, **kwargs)
        except (DeviceUnavailable, HubUnavailable, Unreachable) as error:
            _tell(error, UNREACHABLE, bool(kwargs.get("as_json")))
        except SmartAreaError as error:
            _tell(error, WRONG, bool(kwargs.get("as_json")))
        except OSError as error:
            if error.filename is None:
                raise  # no file that somebody could mend
            _tell(_of_file(error), WRONG, bool(kwargs.get("as_json")))
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


def say(sentence: str) -> None:
    """Talk on standard error."""
    print(sentence, file=sys.stderr)


def stop(sentence: str, code: int) -> NoReturn:
    """End with one sentence on standard error."""
    say(f"area-tech: {sentence}")
    raise typer.Exit(code)


def asked(given: str, what: str, option: str, no_input: bool, *, hidden: bool = False) -> str:
    """Return what was given, else ask for it.

    Raises:
        Refused: nobody may be asked; names the option.
        typer.Exit: Ctrl-C or the end of the input instead of an answer.
    """
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused

    if given:
        return given
    if no_input or not sys.stdin.isatty():
        missing = Name(en=f"the {what}", ja=_IN_JAPANESE[what])
        raise Refused("question", what=missing, option=option)
    try:
        return str(typer.prompt(what, hide_input=hidden, err=True)).strip()
    except typer.Abort:
        raise typer.Exit(INTERRUPTED) from None


def typed() -> str:
    """Return the next line of standard input: a secret of a program stands in no list of processes."""
    return sys.stdin.readline().strip()


def user(given: str) -> str:
    """Return who does it."""
    import getpass

    return given or getpass.getuser()


def counted(steps: Iterator[Any], total: int, words: str, quiet: bool) -> Iterator[Any]:
    """Yield the steps of long work, with a bar on a terminal's standard error.

    A program that reads the answer (`quiet`) is told `N %` on standard error after each.
    """
    if quiet or not sys.stderr.isatty():
        for done, step in enumerate(steps, 1):
            if quiet:
                say(f"{done * 100 // max(done, total)} %")
            yield step
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=total)
        for step in steps:
            bar.advance(task)
            yield step


def _tell(error: Exception, code: int, as_json: bool) -> NoReturn:
    from firmware_tools.sentences import language

    told = _in_both_languages(error)
    if as_json:
        pair = {"en": told.words("en"), "ja": told.words("ja")}
        show({"refused": told.code, **pair}, True, lambda _: [])
    stop(told.words(language()), code)


def _of_file(error: OSError) -> Refused:
    from area_configs.domain.file_faults import file_fault
    from firmware_tools.sentences import Refused

    return Refused("file", source=error.filename, why=file_fault(error))


def _in_both_languages(error: Exception) -> Refused:
    """Return an error as a sentence of ours; what a hub says in one language only stays as it was said."""
    from area_configs.domain.errors import HubRejected, HubUnavailable
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused
    from platform_hub.client.errors import HubUntrusted

    if isinstance(error, Refused):
        return error
    if isinstance(error, HubUntrusted):
        said = error.cause.rpartition("failed: ")[2].partition(" (_ssl")[0]  # OpenSSL's own words
        return Refused("hub_untrusted", why=said)
    if isinstance(error, HubUnavailable):
        return Refused("hub_silent", why=error)
    if isinstance(error, HubRejected):
        if error.status in _SIGN_IN:
            return Refused(_SIGN_IN[error.status])
        pair = {language: error.words.get(language, str(error)) for language in ("en", "ja")}
        return Refused("hub_refused", why=Name(**pair))
    return Refused("failed", why=error)
