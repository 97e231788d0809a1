"""What the window can do: each action by its key, in the palette, and on the sheet of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, get_args

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from area_configs.domain.names import Name
from desktop.models.alarm_rows import View
from desktop.models.preferences import SCALES
from desktop.views.commands import ACTION_NAMES, KEYS, entries
from desktop.views.editor.actions import editor_actions
from desktop.views.palette_dialog import PaletteDialog
from desktop.views.shortcuts_sheet import ShortcutsSheet
from desktop.views.theme import ThemeName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtWidgets import QMainWindow

    from desktop.models.area_models import AreaModels
    from desktop.models.palette import Entry
    from desktop.views.alarms_page import AlarmsPage
    from desktop.views.editor.editor_page import EditorPage
    from desktop.views.languages import Languages
    from desktop.views.overview import Overview
    from desktop.views.theme import Theme
    from desktop.views.time_bar import TimeBar
    from desktop.views.trends_page import TrendsPage
    from desktop.views.values_page import ValuesPage

_PLACES = range(1, 10)


class Pages(Protocol):
    """The pages of a window, by name."""

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the names of those offered, in order."""
        ...

    @property
    def time_bar(self) -> TimeBar | None:
        """Return the bar of past, now and forecast, None before there is one."""
        ...

    def title(self, name: str, /) -> str:
        """Return a page's name as it is shown."""
        ...

    def page(self, name: Any, /) -> Any:
        """Return a page, None before there is an area."""
        ...

    def show_page(self, name: Any, /) -> None:
        """Turn to a page."""
        ...


class WindowCommands(QObject):
    """Of one window; what needs more than the window goes out as signals."""

    lock_wanted = Signal()
    sign_in_wanted = Signal()
    sign_out_wanted = Signal()
    scaled = Signal(int)  # percent: the size of text that was asked for

    def __init__(self, window: QMainWindow, pages: Pages, look: tuple[Languages, Theme]) -> None:
        super().__init__(window)
        languages, theme = look
        self._pager = pages
        self._window, self._languages, self._theme = window, languages, theme
        self.models: AreaModels | None = None
        self.actions: Mapping[str, Callable[[], object]] = self._actions()
        for action, keys in KEYS.items():
            if action != "acknowledge":  # the page of alarms has that key of its own
                QShortcut(QKeySequence(keys), window).activated.connect(self.actions[action])
        for place in _PLACES:
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place}"), window)
            shortcut.activated.connect(lambda place=place: self._show_nth(place))

    def entries(self) -> list[Entry]:
        """Return everything that the palette offers now."""
        return list(entries(self._pages(), self.actions, self.models, self._go_to_alarm))

    def show_palette(self) -> None:
        """Open the command palette."""
        PaletteDialog(self.entries(), self._languages.language, self._window).open()

    def show_sheet(self) -> None:
        """Open the sheet of keys."""
        ShortcutsSheet(self._sheet(), self._window).open()

    def _actions(self) -> dict[str, Callable[[], object]]:
        return {
            "palette": self.show_palette,
            "filter": self._go_to_filter,
            "none": self._choose_none,
            "help": self.show_sheet,
            "language": self._switch_language,
            "theme": self._switch_theme,
            "larger": lambda: self._resize(1),
            "smaller": lambda: self._resize(-1),
            "layers": self._go_to_layers,
            "time": self._go_to_time,
            "play": self._play_or_pause,
            "acknowledge": self._acknowledge,
            "save_trend": self._save_trend,
            "mute": self._mute,
            "lock": self.lock_wanted.emit,
            "sign_in": self.sign_in_wanted.emit,
            "sign_out": self.sign_out_wanted.emit,
            "quit": self._window.close,
            **editor_actions(self._turn_to_editor),
        }

    def _pages(self) -> dict[str, tuple[Name, Callable[[], object], str]]:
        show = self._pager.show_page
        found: dict[str, tuple[Name, Callable[[], object], str]] = {}
        for place, page in enumerate(self._pager.offered, start=1):
            title = self._pager.title(page)
            name = Name(title, f"{title} {page}")  # its id is the English word for it
            keys = f"Ctrl+{place}" if place in _PLACES else ""
            found[page] = (name, lambda to=page: show(to), keys)  # type: ignore[misc]  # bound early
        return found

    def _sheet(self) -> Sequence[tuple[str, str]]:
        language = self._languages.language
        pages = [(keys, self._pager.title(p)) for p, (_, _, keys) in self._pages().items()]
        own = [(keys, ACTION_NAMES[action].text(language)) for action, keys in KEYS.items()]
        return [*pages, *own]

    def _show_nth(self, place: int) -> None:
        if place <= len(self._pager.offered):
            self._pager.show_page(self._pager.offered[place - 1])

    def _go_to_filter(self) -> None:
        page: ValuesPage | None = self._pager.page("values")
        if page:
            self._pager.show_page("values")
            page.filter.setFocus()
            page.filter.selectAll()

    def _go_to_layers(self) -> None:
        page: Overview | None = self._pager.page("overview")
        if page:
            self._pager.show_page("overview")
            page.show_layers()

    def _go_to_time(self) -> None:
        if bar := self._pager.time_bar:
            bar.line.setFocus()

    def _play_or_pause(self) -> None:
        if bar := self._pager.time_bar:
            bar.play.click()

    def _go_to_alarm(self, key: str) -> None:
        page: AlarmsPage | None = self._pager.page("alarms")
        if page:
            self._pager.show_page("alarms")
            page.show_section("list")
            page.show_view(View.ACTIVE)
            page.list.choose(key)

    def _acknowledge(self) -> None:
        page: AlarmsPage | None = self._pager.page("alarms")
        if page:
            self._pager.show_page("alarms")
            page.card.acknowledge()

    def _save_trend(self) -> None:
        page: TrendsPage | None = self._pager.page("trends")
        if page:
            self._pager.show_page("trends")
            page.sets.ask_name()

    def _mute(self) -> None:
        if self.models:
            self.models.bell.mute(not self.models.bell.muted)

    def _turn_to_editor(self) -> EditorPage | None:
        if "editor" not in self._pager.offered:
            return None
        self._pager.show_page("editor")
        page: EditorPage | None = self._pager.page("editor")
        return page

    def _choose_none(self) -> None:
        if self.models:
            self.models.selection.choose("")

    def _switch_language(self) -> None:
        self._languages.choose("en" if self._languages.language == "ja" else "ja")

    def _switch_theme(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            names: tuple[ThemeName, ...] = get_args(ThemeName)
            after = (names.index(self._theme.name) + 1) % len(names)
            self._theme.turn(names[after], application)

    def _resize(self, step: int) -> None:
        """Take the next larger or smaller size of text."""
        sizes = [size for size in SCALES if (size - self._theme.scale) * step > 0]
        if sizes:
            self.scaled.emit(min(sizes, key=lambda size: abs(size - self._theme.scale)))
