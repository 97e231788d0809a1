"""What the console is told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

PageName = Literal[
    "overview",
    "alarms",
    "energy",
    "values",
    "trends",
    "devices",
    "editor",
    "care",
    "residents",
    "technician",
    "audit",
    "settings",
]
SHOW_ANEW = 75  # how the event loop ends where another console is to open on the changed area
DEFAULT_HUB = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """The start of one console.

    Attributes:
        hub: address of the hub.
        key: bearer key, empty for a hub that asks for none.
        area: id or path of an area to show instead of the hub's own pack, empty for the pack.
        screenshot: folder for pictures of every page; None opens a window.
        scale: size of all text, percent.
        wait_s: how long pictures wait for a true picture.
        care_key: key of a caregiver for the care page, where the console speaks with another one.
        history: a past of the energy side from elsewhere; it counts where the hub knows nothing.
    """

    hub: str = DEFAULT_HUB
    key: str = ""
    area: str = ""
    page: PageName = "overview"
    language: Literal["ja", "en"] = "ja"
    theme: Literal["light", "dark", "contrast"] = "light"
    scale: int = 100
    screenshot: Path | None = None
    wait_s: float = 20.0
    history: Path | None = None
    care_key: str = ""
