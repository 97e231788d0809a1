"""The only reader of area files and device profiles: TOML, then schema, then domain values."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from area_configs.domain.errors import AreaFileError
from area_configs.loader.area_checks import area_mistakes
from area_configs.loader.places import (
    AREA_FILE,
    area_file,
    area_ids,
    profile_file,
    profile_files,
    profile_ids,
)
from area_configs.loader.profile_checks import profile_mistakes
from area_configs.loader.sentences import schema_mistakes
from area_configs.loader.tolerant import tables, text
from area_configs.loader.toml_text import TomlText, read_text
from area_configs.schema.area_file import AreaFile
from area_configs.schema.device_profile import DeviceProfileFile
from area_configs.schema.fields import StrictFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from area_configs.domain.areas import Area
    from area_configs.domain.devices import DeviceProfile
    from area_configs.domain.errors import Mistake
    from area_configs.loader import locator

__all__ = [
    "AREA_FILE",
    "area_file",
    "area_ids",
    "json_schema",
    "load_area",
    "load_either",
    "load_profile",
    "profile_file",
    "profile_files",
    "profile_ids",
]

_MODELS: Mapping[str, type[StrictFile]] = {"area": AreaFile, "profile": DeviceProfileFile}
_F = TypeVar("_F", bound=StrictFile)


def load_area(source: str | Path, text: str | None = None) -> Area:
    """Return the area of a bundled id, a folder or an area file.

    With a text it is the area as it would be, were that the content of the file.

    Raises AreaFileError with every mistake of the file and of the profiles beside it that it
    uses, in file order.
    """
    toml = TomlText(area_file(source), text)
    folder = toml.file.parent
    files = profile_files(folder)
    profiles, broken = _used_profiles(toml, files)
    found = area_mistakes(toml.values, folder, files, profiles)
    content = _checked(toml, AreaFile, found, broken)
    return content.to_domain(folder, profiles)


def load_profile(source: str | Path) -> DeviceProfile:
    """Return the device profile of a bundled id or a file.

    Raises AreaFileError with every mistake of the file, in file order.
    """
    file = profile_file(source)
    return _profile(file, read_text(file))


def load_either(source: str) -> Area | DeviceProfile:
    """Return the area or the device profile that a bundled id or a path means."""
    if source in profile_ids() or (Path(source).is_file() and _is_profile(Path(source))):
        return load_profile(source)
    return load_area(source)


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of `area` or `profile` files."""
    schema = _MODELS[kind].model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _is_profile(file: Path) -> bool:
    return not {"points", "protocol"}.isdisjoint(TomlText(file).values)


@lru_cache(maxsize=256)
def _profile(file: Path, content: str) -> DeviceProfile:
    """Return what a text means; a hub's start asks for the same text up to four times."""
    toml = TomlText(file, content)
    checked = _checked(toml, DeviceProfileFile, profile_mistakes(toml.values), ())
    return checked.to_domain(file.stem)


def _used_profiles(
    toml: TomlText, files: dict[str, Path]
) -> tuple[dict[str, DeviceProfile], tuple[Mistake, ...]]:
    used = {text(device, "profile") for _, device in tables(toml.values, "devices")}
    profiles: dict[str, DeviceProfile] = {}
    broken: tuple[Mistake, ...] = ()
    for name in sorted(used & files.keys(), key=str):
        try:
            profiles[str(name)] = load_profile(files[str(name)])
        except AreaFileError as error:
            broken += error.mistakes
    return profiles, broken


def _checked(
    toml: TomlText,
    model: type[_F],
    found: Iterable[tuple[locator.Path, str]],
    others: tuple[Mistake, ...],
) -> _F:
    """Return the file's content; AreaFileError with its mistakes and those of other files."""
    content: _F | None = None
    places = list(found)
    try:
        content = model.model_validate(toml.values)
    except ValidationError as error:
        places += schema_mistakes(error, model)
    mistakes = {toml.mistake(path, message): None for path, message in places}
    ordered = tuple(sorted(mistakes, key=lambda mistake: mistake.line)) + others
    if ordered or content is None:
        raise AreaFileError(ordered)
    return content
