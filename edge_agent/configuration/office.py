"""The area office's configuration: its document goes into the settings file, on trial.

The file keeps its comments and its order, and names the version that it holds; so a roll-back of
the file is a roll-back of the version, whatever happens in between.
"""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Any

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from area_configs import area_pack
from area_configs.area_pack import unpack
from area_configs.domain.errors import SmartAreaError
from area_configs.loader.sentences import schema_mistakes
from area_configs.loader.toml_text import dotted
from area_configs.schema.gateway_document import GatewayDocument
from edge_agent.configuration.joining import AREA
from edge_agent.configuration.requests import check
from edge_agent.configuration.trial import TrialFiles
from edge_agent.settings import read_settings, require_same_log

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.settings import Settings

_NAMED = 16  # digits of the digest that a folder is named by
_FILE = "office.toml"  # the changed settings while they are checked


class BadDocument(SmartAreaError):
    """Send another document: this one cannot be used here; every mistake is named."""


class Office:
    """Puts documents of the office in force on one gateway."""

    def __init__(self, file: Path) -> None:
        """Take the settings file that they go into."""
        self._file = file
        self._files = TrialFiles(file)

    def stage(
        self, version: int, document: dict[str, Any], fetch: Callable[[str], bytes] | None = None
    ) -> None:
        """Put a document on trial; the running agent takes it from there.

        Args:
            version: of the document.
            document: as it came.
            fetch: gives the area pack of a digest, where the document names one.

        Raises:
            BadDocument: it has mistakes.
            SmartAreaError: it cannot be put there; nothing was changed then.
        """
        found = _checked(document)
        old = read_settings(self._file)
        area = self._area(found.area, old, fetch) if found.area else None
        text = merged(self._file.read_text(encoding="utf-8"), version, found, area)
        new = old.data / _FILE
        try:
            new.write_text(text, encoding="utf-8")
            settings = check(new, self._file.absolute().parent)
            require_same_log(settings, old)
        finally:
            new.unlink(missing_ok=True)
        for _ in self._files.stage(text.encode(), found.trial_s):
            pass

    def _area(self, digest: str, settings: Settings, fetch: Callable[[str], bytes] | None) -> Path:
        """Return the folder of an area pack, fetched unless it is here; others go once unused."""
        root = settings.data / AREA
        folder = root / digest[:_NAMED]
        if not folder.exists():
            if fetch is None:
                raise BadDocument("area: this gateway cannot fetch area packs")
            root.mkdir(parents=True, exist_ok=True)
            stage = unpack(fetch(digest), root / f"{folder.name}.new")
            if area_pack.digest(area_pack.hashes_of(area_pack.files_of(stage))) != digest:
                shutil.rmtree(stage, ignore_errors=True)
                raise BadDocument("area: the pack that came is not the one that was announced")
            stage.rename(folder)
        self._forget_areas(root, folder)
        return folder

    def _forget_areas(self, root: Path, wanted: Path) -> None:
        """Remove area folders that neither the settings in force nor those of before name."""
        named = [wanted.name]
        for file in (self._file, self._files.previous):
            with contextlib.suppress(OSError):
                named.append(file.read_text(encoding="utf-8"))
        for old in [one for one in root.iterdir() if not any(one.name in text for text in named)]:
            shutil.rmtree(old, ignore_errors=True)

    def holds(self, version: int) -> bool:
        """Tell whether the settings in force are those of a version."""
        return read_settings(self._file).configuration == version

    def decided(self) -> bool:
        """Tell whether no change is on trial."""
        trial = self._files.read()
        return self._files.place(trial) == "none"

    def words(self) -> str:
        """Say how the last trial ended."""
        trial = self._files.read()
        return f"{trial.state}: {trial.words}" if trial else "it was never tried"


def document_of(settings: Settings) -> dict[str, Any]:
    """Return the settings in force as a document of the office, whole."""
    log, control = settings.log, settings.control
    return {
        "hub_url": settings.hub_url,
        "trial_s": settings.trial_s,
        "control": {"demand": control.demand, "target_kw": control.target_kw or None},
        "log": {
            "keep_days": log.keep_days,
            "most_mib": log.most_bytes >> 20,
            "free_mib": log.free_bytes >> 20,
            "when_full": log.when_full,
            "clock_wait_s": log.clock_wait_s,
        },
        "devices": {
            device: one.model_dump(exclude_defaults=True)
            for device, one in settings.devices.items()
        },
    }


def merged(text: str, version: int, document: GatewayDocument, area: Path | None = None) -> str:
    """Return a settings file with a document in it; all else stays as it was written.

    `area` is the folder that it names from now on; None leaves it as it is.

    Raises:
        BadDocument: the file is no TOML that can be written back.
    """
    try:
        toml = tomlkit.parse(text)
        toml["configuration"] = version
        toml["trial_s"] = document.trial_s
        if area is not None:
            toml["area"] = str(area)
        if document.hub_url:
            toml["hub"]["url"] = document.hub_url
        for name, table in (("control", document.control), ("log", document.log)):
            if table is not None:
                _fill(toml, name, table.model_dump())
        _put_devices(toml, document)
    except TOMLKitError as error:
        raise BadDocument(f"the settings file cannot be written back: {error}") from error
    return tomlkit.dumps(toml)


def _fill(toml: tomlkit.TOMLDocument, name: str, values: dict[str, Any]) -> None:
    table = toml.setdefault(name, tomlkit.table())
    for key, value in values.items():
        if value is None:
            table.pop(key, None)
        elif table.get(key) != value:
            table[key] = value


def _put_devices(toml: tomlkit.TOMLDocument, document: GatewayDocument) -> None:
    given = {name: one.model_dump(exclude_defaults=True) for name, one in document.devices.items()}
    said = {name: values for name, values in given.items() if values}
    before = toml.get("devices", {})
    for name in [name for name in before if name not in said]:
        del before[name]
    if not said and not before:
        toml.pop("devices", None)
        return
    table = toml.setdefault("devices", tomlkit.table(is_super_table=True))
    for name, values in said.items():
        own = table.setdefault(name, tomlkit.table())
        for key in [key for key in own if key not in values]:
            del own[key]
        for key, value in values.items():
            if own.get(key) != value:
                own[key] = value


def _checked(document: dict[str, Any]) -> GatewayDocument:
    try:
        return GatewayDocument.model_validate(document)
    except ValidationError as error:
        found = schema_mistakes(error, GatewayDocument)
        words = "; ".join(f"{dotted(path)}: {message}" for path, message in found)
        raise BadDocument(words) from None
