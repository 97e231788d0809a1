"""`area-config`: check, describe, list and copy areas, and give them real buildings."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from area_configs.command_line import program

if TYPE_CHECKING:
    from area_configs.area_pack import Imported
    from area_configs.domain.areas import Area
    from area_configs.domain.devices import DeviceProfile
    from area_configs.domain.errors import Mistake

app = program("area-config", "Area files and device profiles: check, describe, list, copy.")


class Kind(StrEnum):
    """Kinds of files that people edit."""

    area = "area"
    profile = "profile"


AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
AreaName = Annotated[
    str,
    typer.Argument(metavar="AREA", help="Bundled area, folder or area.toml.", show_default=False),
]


@app.command()
def check(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="area.toml, its folder, a device profile, or a bundled id.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Report every mistake of an area or device profile at once; exit 2 where there is one."""
    from area_configs.domain.errors import AreaFileError
    from area_configs.loader import load_either

    with _interruptible():
        try:
            found = load_either(path)
        except AreaFileError as error:
            _tell_mistakes(path, error.mistakes, as_json=as_json)
            raise typer.Exit(2) from None
    if as_json:
        _write({"valid": True, "path": path, "id": found.id, "mistakes": []})
    else:
        print(f"{path}: valid: {_summary(found)}")


@app.command()
def schema(
    kind: Annotated[Kind, typer.Argument(help="Which kind of file.", show_default=False)],
) -> None:
    """Write the JSON Schema of a kind of file, for editors."""
    from area_configs.loader import json_schema

    _write(json_schema(kind.value))


@app.command(name="list")
def list_bundled(as_json: AsJson = False) -> None:
    """List the bundled areas and device profiles."""
    from area_configs.loader import area_ids, load_area, load_profile, profile_ids

    with _one_sentence():
        areas = [load_area(area_id) for area_id in area_ids()]
        profiles = [load_profile(profile_id) for profile_id in profile_ids()]
    if as_json:
        _write({"areas": [*map(_row, areas)], "profiles": [*map(_row, profiles)]})
        return
    _print_all("areas", areas)
    _print_all("device profiles", profiles)


@app.command()
def copy(
    area: AreaName,
    folder: Annotated[Path, typer.Argument(help="New folder for the copy.", show_default=False)],
) -> None:
    """Copy an area with its geometry into a new folder, to be edited there."""
    from area_configs.area_pack import copy_area

    with _one_sentence():
        copied = copy_area(area, folder)
    print(folder)
    _say(f"{copied.id} is copied. Edit {folder / 'area.toml'}, then: area-config check {folder}")


@app.command(name="import-buildings")
def import_buildings(
    area: AreaName,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="CityGML (.gml) or zip files.", show_default=False),
    ],
    to: Annotated[
        Path | None, typer.Option(help="New folder; default ./<area>-imported.", show_default=False)
    ] = None,
) -> None:
    """Put real PLATEAU buildings into a copy of an area; the area itself stays as it is."""
    from area_configs import area_pack
    from area_configs.loader import load_area

    with _one_sentence():
        target = to or Path(f"{load_area(area).id}-imported")
        made = area_pack.import_buildings(
            area, files, target, said=lambda name: _say(f"reading {name}")
        )
    print(target)
    for line in _what_to_adjust(made, target):
        _say(line)


def _what_to_adjust(made: Imported, target: Path) -> Iterator[str]:
    area, outside = made.area, made.outside()
    latitude, longitude = made.box.centre
    yield f"{made.buildings} buildings from {len(area.geometry)} file(s) are now its geometry."
    yield f"Centre set to {latitude:.6f}, {longitude:.6f}; attribution set to {area.attribution.ja}"
    if made.moved:
        yield f"Moved along with the centre, no longer in a building: {', '.join(made.moved)}"
    yield f"Please check in {target / 'area.toml'}:"
    yield f"  epsg = {area.epsg}: the plane rectangular system must suit the new place"
    yield f"  model_district = {str(area.model_district).lower()}: false once the devices are real"
    yield "  name, position and building of each gateway and device"
    if outside:
        yield f"  position: still outside the imported files stand {', '.join(outside)}"


def _tell_mistakes(path: str, mistakes: tuple[Mistake, ...], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"file": m.file, "line": m.line, "path": m.path, "message": m.message} for m in mistakes
        ]
        _write({"valid": False, "path": path, "mistakes": rows})
        return
    for mistake in mistakes:
        print(mistake.text())
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    _say(f"{path}: {count}")


def _summary(found: Area | DeviceProfile) -> str:
    from area_configs.domain.areas import Area

    if isinstance(found, Area):
        return (
            f"area with {len(found.gateways)} gateways, {len(found.devices)} devices,"
            f" {len(found.alarms)} alarms"
        )
    return f"{found.protocol} device profile with {len(found.points)} points"


def _print_all(title: str, items: Sequence[Area | DeviceProfile]) -> None:
    print(f"{title}:")
    for item in items:
        print(f"  {item.id:<28} {item.name.en} ({item.name.ja}): {_summary(item)}")


def _row(item: Area | DeviceProfile) -> dict[str, str]:
    return {"id": item.id, "name_ja": item.name.ja, "name_en": item.name.en}


@contextlib.contextmanager
def _one_sentence() -> Iterator[None]:
    """End with what went wrong in words, never with a traceback."""
    from area_configs.domain.errors import SmartAreaError

    with _interruptible():
        try:
            yield
        except SmartAreaError as error:
            _say(str(error))
            raise typer.Exit(2) from None


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _write(content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2))


def _say(line: str) -> None:
    print(line, file=sys.stderr)
