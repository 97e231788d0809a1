"""Pictures of every page in both languages, as PNG files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from desktop.views.main_window import PAGES, SIZE
from desktop.views.plot_area import PlotArea

if TYPE_CHECKING:
    from pathlib import Path

    from area_configs.domain.names import Language
    from desktop.views.languages import Languages
    from desktop.views.main_window import MainWindow

_LANGUAGES: tuple[Language, ...] = ("ja", "en")
_ROUNDS = 4  # layouts settle in two rounds of events; plots and fonts take one more


def look_at_all(window: MainWindow) -> None:
    """Turn to every page once, so that each asks for what it shows; end where it began."""
    for page in (*PAGES, PAGES[0]):
        window.show_page(page)


def take(window: MainWindow, languages: Languages, folder: Path) -> list[Path]:
    """Write `<page>-<language>.png` for every page; return the paths.

    Raises:
        OSError: a picture cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    window.resize(*SIZE)
    paths = []
    for language in _LANGUAGES:
        languages.choose(language)
        for page in PAGES:
            window.show_page(page)
            _settle()
            for plot in window.findChildren(PlotArea):
                plot.redraw()  # it waits for more values: the picture does not
            _settle()
            path = folder / f"{page}-{language}.png"
            if not window.grab().save(str(path)):
                raise OSError(f"{path} cannot be written: choose a folder that can.")
            paths.append(path)
    return paths


def _settle() -> None:
    for _ in range(_ROUNDS):
        QApplication.processEvents()
