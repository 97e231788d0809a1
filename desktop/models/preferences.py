"""Preferences: what a person likes of the console, kept on this machine from one start to the next."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

import platformdirs
from PySide6.QtCore import QObject, Signal

from desktop.models.drafts import write_whole
from desktop.models.idle import DEFAULT_MIN

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.names import Language

LANGUAGES, THEMES = ("ja", "en"), ("light", "dark", "contrast")
SCALES = (100, 125, 150, 175, 200)
IDLE_MINUTES = (0, 5, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept.

    Attributes:
        language, theme: empty where nobody has chosen yet.
        scale: size of all text, percent.
        muted: urgent alarms are not heard.
        idle_min: minutes after which a person's session locks, 0 for never.
        hub: address of the hub to open with, empty where nobody has chosen yet.
        welcomed: the first-run questions were answered or passed over.
    """

    language: str = ""
    theme: str = ""
    scale: int = 100
    muted: bool = False
    idle_min: int = DEFAULT_MIN
    hub: str = ""
    welcomed: bool = False

    def known_language(self) -> Language:
        """Return the language to begin with."""
        return "en" if self.language == "en" else "ja"

    def known_theme(self) -> Literal["light", "dark", "contrast"]:
        """Return the colours to begin with."""
        if self.theme == "contrast":
            return "contrast"
        return "dark" if self.theme == "dark" else "light"

    def checked(self) -> Kept:
        """Return it with what this edition does not know put back to its default."""
        plain = Kept()
        return replace(
            self,
            language=self.language if self.language in LANGUAGES else plain.language,
            theme=self.theme if self.theme in THEMES else plain.theme,
            scale=self.scale if self.scale in SCALES else plain.scale,
            idle_min=self.idle_min if self.idle_min in IDLE_MINUTES else plain.idle_min,
        )


def default_path() -> Path:
    """Return the file of this person on this machine."""
    return platformdirs.user_config_path("smart-area") / "console.toml"


def read(path: Path) -> Kept:
    """Read what is kept; what cannot be read counts as nothing kept."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Kept()
    plain = asdict(Kept())
    right = {key: value for key, value in found.items() if _fits(plain.get(key), value)}
    return Kept(**right).checked()


class Preferences(QObject):
    """Every change is kept at once in a file, if there is one; `failed` says why it could not be."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._kept = read(path) if path else Kept()

    @property
    def kept(self) -> Kept:
        """Return what is kept."""
        return self._kept

    @property
    def lasting(self) -> bool:
        """Tell whether anything is kept for the next start."""
        return self._path is not None

    def begin(self, **values: Any) -> None:
        """Begin with other values than those kept; they count, but are not kept for that."""
        self._kept = replace(self._kept, **values)

    def change(self, **values: Any) -> None:
        """Change some values, by the names of `Kept`."""
        kept = replace(self._kept, **values).checked()
        if kept == self._kept:
            return
        self._kept = kept
        if self._path:
            self._write(self._path)
        self.changed.emit()

    def _write(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, _toml(self._kept).encode())
        except OSError as error:
            self.failed.emit(str(error))


def _fits(plain: object, value: object) -> bool:
    return plain is not None and type(value) is type(plain)


def _toml(kept: Kept) -> str:
    lines = [f"{one.name} = {json.dumps(getattr(kept, one.name))}" for one in fields(kept)]
    return "\n".join(["# Written by the console at every change of its settings.", *lines, ""])
