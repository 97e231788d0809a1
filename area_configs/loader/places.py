"""Where area files and device profiles stand: bundled ones, and those that a person names."""

from __future__ import annotations

from pathlib import Path

from area_configs.domain.errors import AreaFileError, Mistake
from area_configs.loader.sentences import suggest

_HERE = Path(__file__).resolve().parent.parent
_AREAS = _HERE / "areas"
_PROFILES = _HERE / "profiles"
AREA_FILE = "area.toml"


def area_ids() -> tuple[str, ...]:
    """Return the ids of the bundled areas, sorted."""
    return tuple(sorted(file.parent.name for file in _AREAS.glob(f"*/{AREA_FILE}")))


def profile_ids() -> tuple[str, ...]:
    """Return the ids of the bundled device profiles, sorted."""
    return tuple(sorted(file.stem for file in _PROFILES.glob("*.toml")))


def area_file(source: str | Path) -> Path:
    """Return the area file of a bundled id, a folder or a file; AreaFileError where none is."""
    if isinstance(source, str) and source in area_ids():
        return _AREAS / source / AREA_FILE
    path = _existing(source, "area, folder or file", area_ids())
    if path.is_dir() and not (path / AREA_FILE).is_file():
        raise AreaFileError((Mistake(str(source), 0, "", f"the folder has no {AREA_FILE}"),))
    return path / AREA_FILE if path.is_dir() else path


def profile_file(source: str | Path) -> Path:
    """Return the file of a bundled profile id or a path; AreaFileError where none is."""
    if isinstance(source, str) and source in profile_ids():
        return _PROFILES / f"{source}.toml"
    return _existing(source, "device profile or file", profile_ids())


def profile_files(folder: Path) -> dict[str, Path]:
    """Return every profile that an area in a folder may use; its own come before bundled ones."""
    bundled = {file.stem: file for file in sorted(_PROFILES.glob("*.toml"))}
    own = {file.stem: file for file in sorted((folder / "profiles").glob("*.toml"))}
    return bundled | own


def _existing(source: str | Path, what: str, known: tuple[str, ...]) -> Path:
    try:
        return Path(source).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # a loop of links, a null byte, no permission
        message = f"there is no such {what}{suggest(str(source), known)}"
        raise AreaFileError((Mistake(str(source), 0, "", message),)) from None
