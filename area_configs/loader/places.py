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
    path = Path(source)
    if path.is_dir() and (path / AREA_FILE).is_file():
        return path.resolve() / AREA_FILE
    if path.is_dir():
        raise AreaFileError((Mistake(str(path), 0, "", f"the folder has no {AREA_FILE}"),))
    if not path.exists():
        message = f"there is no such area, folder or file{suggest(str(source), area_ids())}"
        raise AreaFileError((Mistake(str(source), 0, "", message),))
    return path.resolve()


def profile_file(source: str | Path) -> Path:
    """Return the file of a bundled profile id or a path; AreaFileError where none is."""
    if isinstance(source, str) and source in profile_ids():
        return _PROFILES / f"{source}.toml"
    path = Path(source)
    if not path.exists():
        message = f"there is no such device profile or file{suggest(str(source), profile_ids())}"
        raise AreaFileError((Mistake(str(source), 0, "", message),))
    return path.resolve()


def profile_files(folder: Path) -> dict[str, Path]:
    """Return every profile that an area in a folder may use; its own come before bundled ones."""
    bundled = {file.stem: file for file in sorted(_PROFILES.glob("*.toml"))}
    own = {file.stem: file for file in sorted((folder / "profiles").glob("*.toml"))}
    return bundled | own
