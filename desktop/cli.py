"""`area-console`: opens the console, or writes pictures of every page without a screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from area_configs.command_line import Version, speak_any_name
from desktop.settings import DEFAULT_HUB, ConsoleSettings, PageName

app = typer.Typer(
    pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False, name="area-console"
)
BAD_USE, UNREACHABLE = 2, 4


@app.command()
def console(  # noqa: PLR0913, PLR0917  # one option each
    hub: Annotated[
        str | None,
        typer.Option(help=f"Address of the hub; {DEFAULT_HUB} or as chosen last."),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="File that holds the key for the hub.")
    ] = None,
    area: Annotated[
        str, typer.Option(help="Id or path of an area to show instead of the hub's own.")
    ] = "",
    demo: Annotated[
        bool, typer.Option("--demo", help="Start hub, edge and simulators on this machine too.")
    ] = False,
    page: Annotated[PageName, typer.Option(help="Page to open with.")] = "overview",
    screenshot: Annotated[
        Path | None,
        typer.Option(help="Write a picture of every page into this folder and exit; no screen."),
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0.0, help="Seconds that pictures wait for all data.")
    ] = 20.0,
    language: Annotated[
        Literal["ja", "en"] | None,
        typer.Option(help="Language of the screen; ja or as chosen last.", show_default=False),
    ] = None,
    theme: Annotated[
        Literal["light", "dark", "contrast"] | None,
        typer.Option(help="Colours; light or as chosen last.", show_default=False),
    ] = None,
    text_scale: Annotated[
        int | None,
        typer.Option(min=100, max=200, help="Size of all text, percent; 100 or as chosen last."),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(help="CSV of the energy side's past; counts where the hub knows nothing."),
    ] = None,
    output: Annotated[
        Path,
        typer.Option(help="With --demo: folder of report and pictures. With --report: the file."),
    ] = Path("demo-output"),
    report: Annotated[
        Literal["day", "month"] | None,
        typer.Option(help="Write a report into --output (.pdf or .xlsx) and exit; no screen."),
    ] = None,
    date: Annotated[
        str, typer.Option(help="With --report: YYYY-MM-DD, a day or any day of the month.")
    ] = "",
    care_key_file: Annotated[
        Path | None,
        typer.Option(help="File with a caregiver's key, for the care page alone."),
    ] = None,
    duration: Annotated[
        float, typer.Option(min=1.0, help="With --demo and no screen: seconds to run.")
    ] = 60.0,
    version: Version = False,  # noqa: ARG001 - told by its callback
) -> None:
    """Show the living twin of one area."""
    # The planner's matrices are small: numpy's threads would only spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    speak_any_name()
    if demo:
        from desktop import demo as whole_suite

        look = {"page": page, "language": language, "theme": theme, "text-scale": text_scale}
        status = whole_suite.run(look=look, output=output, duration_s=duration)
        raise typer.Exit(status)
    from desktop.models import preferences

    unattended = screenshot is not None
    kept = preferences.Kept() if unattended else preferences.read(preferences.default_path())
    settings = ConsoleSettings(
        hub=_checked_url(hub or kept.hub or DEFAULT_HUB),
        key=_key(key_file),
        area=_checked_area(area),
        page=page,
        language=language or kept.known_language(),
        theme=theme or kept.known_theme(),
        scale=text_scale or kept.scale,
        screenshot=screenshot,
        wait_s=wait,
        history=history,
        care_key=_key(care_key_file),
    )
    if report:
        _report(settings, report, date, output)
    _need_screen(settings)
    from desktop.app import run

    raise typer.Exit(run(settings))


def _report(
    settings: ConsoleSettings, kind: Literal["day", "month"], day: str, output: Path
) -> NoReturn:
    from datetime import date

    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        _refuse(f"--date '{day}' is no date: write it as YYYY-MM-DD.")
    if output.suffix.lower() not in {".pdf", ".xlsx"}:
        _refuse(f"--output '{output}' is no file of a report: let it end in .pdf or .xlsx.")
    from desktop.app import reports

    raise typer.Exit(reports.run(settings, kind, wanted, output))


def _checked_url(hub: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(hub)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        _refuse(f"--hub '{hub}' is not the address of a hub: write it as http://host:port.")
    return hub


def _key(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        _refuse(f"--key-file {path} cannot be read ({why}): name the file with the hub's key.")
    if not key:
        _refuse(f"--key-file {path} is empty: put the hub's key into it.")
    return key


def _checked_area(area: str) -> str:
    if area:
        from area_configs.domain.errors import AreaFileError
        from area_configs.loader import load_area

        try:
            load_area(area)
        except AreaFileError as error:
            _refuse(str(error))
    return area


def _need_screen(settings: ConsoleSettings) -> None:
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    blind = sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens)
    if blind and settings.screenshot is None:
        _refuse("There is no screen here: use --screenshot DIR to write pictures of every page.")


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(BAD_USE)
