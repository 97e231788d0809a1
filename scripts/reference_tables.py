"""Writes the tables under docs/reference from the code, the profiles and the schemas.

`python scripts/reference_tables.py` writes them; a test compares them with what is committed.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

import typer.main

from area_configs.domain.devices import KIND_NAMES
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.sources import (
    BleSource,
    EchonetSource,
    ModbusSource,
    OpcUaSource,
    PulseSource,
    SunSpecSource,
    TelegramSource,
)
from area_configs.loader import json_schema, load_profile, profile_ids
from edge_agent.settings.files import LinksFile, SettingsFile
from platform_hub.server.settings import TEMPLATE as HUB_TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from area_configs.domain.commands import Command, Interlock
    from area_configs.domain.devices import DeviceProfile, Point
    from area_configs.domain.sources import Source

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
PROGRAMS = {
    "area-config": "area_configs.cli",
    "area-edge": "edge_agent.cli",
    "area-hub": "platform_hub.server.cli",
    "area-plan": "energy_planner.cli",
    "area-console": "desktop.cli",
    "area-tech": "firmware_tools.cli",
}
_NOTE = "<!-- written by `make docs`; do not edit -->\n\n"


def pages() -> dict[str, str]:
    """Return the content of each generated page by its file name."""
    return {
        "commands.md": _page("Commands", _commands()),
        "quantities.md": _page("Quantities", _quantities()),
        "profiles.md": _page("Device profiles", _profiles()),
        "http.md": _page("HTTP interfaces of the hub", _http()),
        "area-files.md": _page("Area files and device profiles", _schemas()),
        "settings.md": _page("Settings of gateways and hubs", _settings()),
    }


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"docs/reference/{name}")


def _page(title: str, lines: Iterable[str]) -> str:
    return f"{_NOTE}# {title}\n\n" + "\n".join(lines).rstrip("\n") + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join("---" for _ in head) + " |"
    for row in rows:
        yield "| " + " | ".join(_cell(item) for item in row) + " |"
    yield ""


def _cell(item: object) -> str:
    return str(item).replace("|", "\\|").replace("\n", " ").strip()


def _commands() -> Iterator[str]:
    yield "Exit status: 0 done, 1 failed, 2 wrong file or usage, 4 not reachable, 130 interrupted."
    yield "Data goes to standard output, talk to standard error.\n"
    for program, module in PROGRAMS.items():
        command = typer.main.get_command(importlib.import_module(module).app)
        yield f"## {program}\n"
        yield from _command(program, command)


def _command(path: str, command: Any) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children is None:
        yield f"### `{path}`\n"
        yield f"{_cell((command.help or '').split(chr(12))[0])}\n"
        yield from _table(("Parameter", "Default", "Meaning"), _parameters(command))
        return
    for name in sorted(children):
        yield from _command(f"{path} {name}", children[name])


def _parameters(command: Any) -> Iterator[tuple[object, ...]]:
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        option = parameter.param_type_name == "option"
        name = ", ".join(parameter.opts) if option else (parameter.name or "").upper()
        yield f"`{name}`", _default(parameter), getattr(parameter, "help", None) or ""


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    absent = default is None or default is False or default in ("", ()) or callable(default)
    return "" if absent or "Sentinel" in type(default).__name__ else f"`{default}`"


def _quantities() -> Iterator[str]:
    yield "`id` stands in profiles and readings, the attribute in NGSI-LD entities.\n"
    head = ("id", "日本語", "English", "unit (UCUM)", "unitCode", "attribute", "kind")
    yield from _table(
        head,
        (
            (f"`{q.id}`", q.name.ja, q.name.en, q.unit, q.unit_code, f"`{q.attribute}`", q.kind)
            for q in QUANTITIES.values()
        ),
    )


def _profiles() -> Iterator[str]:
    for profile_id in profile_ids():
        profile = load_profile(profile_id)
        yield f"## `{profile.id}`\n"
        yield f"{profile.name.ja} / {profile.name.en}: {profile.maker} {profile.model}, "
        yield f"{KIND_NAMES[profile.kind].en.lower()}, protocol `{profile.protocol}`, "
        yield f"entity type `{profile.entity_type}`. {profile.documentation}\n"
        yield from _points(profile)
        if profile.commands:
            yield from _commands_of(profile)


def _points(profile: DeviceProfile) -> Iterator[str]:
    head = ("quantity", "unit", "source", "type", "scale", "period")
    yield from _table(head, (_point(point) for point in profile.points))


def _commands_of(profile: DeviceProfile) -> Iterator[str]:
    yield "Commands:\n"
    head = ("command", "quantity", "from", "to", "interlocks", "read back", "fallback", "confirm")
    yield from _table(head, (_told(command) for command in profile.commands))


def _told(command: Command) -> tuple[object, ...]:
    unit = QUANTITIES[command.quantity].symbol
    only = " or ".join(f"{value:g}" for value in command.values)
    limits = (only, "") if only else (f"{command.minimum:g} {unit}", f"{command.maximum:g} {unit}")
    back = f"`{command.read_back}` within {command.tolerance:g}, {command.settle_s:g} s"
    safe = "" if command.fallback is None else f"{command.fallback:g}"
    locks = ", ".join(_interlock(lock) for lock in command.interlocks)
    shown = back if command.read_back else ""
    return f"`{command.id}`", f"`{command.quantity}`", *limits, locks, shown, safe, command.confirm


def _interlock(lock: Interlock) -> str:
    low = "" if lock.minimum is None else f"{lock.minimum:g} <= "
    high = "" if lock.maximum is None else f" <= {lock.maximum:g}"
    when = "" if lock.applies == "always" else f" (where {lock.applies})"
    return f"{low}`{lock.quantity}`{high}{when}"


def _point(point: Point) -> tuple[object, ...]:
    source, unit = point.source, QUANTITIES[point.quantity].symbol
    place, kind, scale = _place(source)
    period = f"{point.period_s:g} s" + (", sent" if point.pushed else "")
    return f"`{point.quantity}`", unit, place, kind, scale, period


def _place(source: Source) -> tuple[str, str, str]:
    """Say where a number stands, as what type, and what it is multiplied with."""
    scale = f"{source.scale:g}"
    match source:
        case EchonetSource():
            place = f"EPC {source.epc:02X}" + (f" + {source.offset}" if source.offset else "")
            factors = "".join(f" x {epc:02X}" for epc in source.factor_epcs)
            found = place, str(source.type), scale + factors
        case ModbusSource():
            found = f"{source.table} {source.address}", source.type, scale
        case OpcUaSource():
            found = _node(source), source.type, scale
        case SunSpecSource():
            found = f"model {source.models[0]} {source.point}", "", scale
        case TelegramSource():
            found = source.obis, "", scale
        case PulseSource():
            found = f"pulses, {source.measures}", "", scale
        case BleSource():
            found = _heard(source)
        case _:
            assert_never(source)
    return found


def _node(source: OpcUaSource) -> str:
    """Say which variable it is, and what of it where that is not its value."""
    how = {"value": "", "age": "age of ", "certificate_days": "certificates"}[source.measure]
    return f"{how}{source.path or source.identifier}"


def _heard(source: BleSource) -> tuple[str, str, str]:
    """Return place, type and scale of a Bluetooth point."""
    if source.object is not None:
        kind = "" if source.code is None else f"event {source.code}"
        return f"{source.advertisement} object {source.object:02X}", kind, ""
    if source.field:
        return f"{source.characteristic.upper() or source.advertisement} {source.field}", "", ""
    kind = source.type if source.code is None else f"event {source.code}"
    return f"{source.characteristic[:8].upper()} + {source.offset}", kind, f"{source.scale:g}"


def _http() -> Iterator[str]:
    from platform_hub.server.app import openapi  # noqa: PLC0415 - the hub's stack only for this page

    yield "The machine-readable form is `/openapi.json`.\n"
    rows = []
    for path, operations in openapi().get("paths", {}).items():
        for method, operation in operations.items():
            rows.append((f"`{method.upper()} {path}`", operation.get("summary", "")))
    yield from _table(("Request", "What it does"), rows)


def _schemas() -> Iterator[str]:
    yield "`area-config schema area` and `area-config schema profile` print the JSON Schemas that"
    yield "editors use for completion; `area-config check` tells every mistake at once.\n"
    for kind in ("area", "profile"):
        yield f"## {kind}\n"
        yield from _tables(json_schema(kind))


def _settings() -> Iterator[str]:
    yield "Relative paths in a file count from its folder. Unknown keys are mistakes, never ignored.\n"
    yield "## `edge.toml`, the settings of a gateway (`area-edge run --config`)\n"
    yield from _tables(SettingsFile.model_json_schema())
    yield "## The file that `links` of `edge.toml` names\n"
    yield "Other ports and addresses than the area file's; `area-edge simulate` writes one per gateway.\n"
    yield from _tables(LinksFile.model_json_schema())
    yield f"## `hub.toml`, in the folder of a hub\n\n```toml\n{HUB_TEMPLATE}```\n"


def _tables(schema: dict[str, Any]) -> Iterator[str]:
    yield from _object(schema)
    for name, part in schema.get("$defs", {}).items():
        yield f"### {name}\n"
        yield from _object(part)


def _object(schema: dict[str, Any]) -> Iterator[str]:
    required = set(schema.get("required", ()))
    head = ("key", "type", "default", "meaning")
    rows = (
        (
            f"`{key}`",
            _type(value),
            "required" if key in required else _usual(value),
            value.get("description", ""),
        )
        for key, value in schema.get("properties", {}).items()
    )
    yield from _table(head, rows)


def _usual(value: dict[str, Any]) -> str:
    default = value.get("default")
    absent = default is None or default == "" or isinstance(default, (dict, list))
    told = str(default).lower() if isinstance(default, bool) else default
    return "" if absent else f"`{told}`"


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        return str(value["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in value:
        return " or ".join(_type(option) for option in value["anyOf"])
    if "enum" in value:
        return ", ".join(f"`{choice}`" for choice in value["enum"])
    by_name = [*value.get("patternProperties", {}).values(), value.get("additionalProperties")]
    if isinstance(by_name[0], dict):
        return f"{_type(by_name[0])} by name"
    if value.get("type") == "array":
        return f"list of {_type(value.get('items', {}))}"
    return str(value.get("const", value.get("type", "any")))


if __name__ == "__main__":
    main()
