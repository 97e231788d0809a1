"""The main window: header, banners, what is abnormal, the pages, the status line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget
from typing_extensions import override

from desktop.models.roles import pages_of
from desktop.settings import PageName
from desktop.views.abnormal_strip import AbnormalStrip
from desktop.views.banner import Banners
from desktop.views.header import Header
from desktop.views.navigation import Navigation
from desktop.views.overview import Overview
from desktop.views.pages import MAKERS, PageParts
from desktop.views.panels import column, row
from desktop.views.shortcuts_sheet import ShortcutsSheet
from desktop.views.status_line import StatusLine
from desktop.views.time_banner import TimeBanner
from desktop.views.time_bar import TimeBar
from desktop.views.values_page import ValuesPage
from desktop.views.waiting_page import WaitingPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.models.area_models import AreaModels
    from desktop.models.connection import Connection
    from desktop.views.languages import Languages
    from desktop.views.theme import Theme

PAGES: tuple[PageName, ...] = get_args(PageName)
SIZE = (1440, 900)


class MainWindow(QMainWindow):
    """Opens empty and waiting; `open_area` fills it."""

    closing = Signal()

    def __init__(self, connection: Connection, languages: Languages, theme: Theme) -> None:
        super().__init__()
        self._connection, self._languages, self._theme = connection, languages, theme
        self._models: AreaModels | None = None
        self._pages: dict[PageName, QWidget] = {}
        self._offered: tuple[str, ...] = pages_of("", PAGES)
        self.header = Header()
        self.navigation = Navigation(PAGES, theme)
        self.banners = Banners(theme)
        self.waiting = WaitingPage()
        self.status = StatusLine(connection, languages, theme)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.waiting)
        self._beside = column(self.banners, self.stack, gap=0)
        self._beside.setStretch(1, 1)
        middle = row(self.navigation, self._beside, gap=0)
        self._box = column(self.header, middle, self.status, gap=0)
        self._box.setStretch(1, 1)
        whole = QWidget()
        whole.setLayout(self._box)
        self.setCentralWidget(whole)
        self.resize(*SIZE)
        self._connect()
        self._add_shortcuts()
        self.retranslate()

    @property
    def values(self) -> ValuesPage | None:
        """Return the page of all values, None before an area is open."""
        page = self.page("values")
        return page if isinstance(page, ValuesPage) else None

    def page(self, name: PageName) -> QWidget | None:
        """Return a page, None before an area is open."""
        return self._pages.get(name)

    def open_area(self, models: AreaModels, twin: QWidget, page: PageName = "overview") -> None:
        """Show an area; `twin` is the widget that draws its three dimensions."""
        self._models = models
        self.strip = AbnormalStrip(models, self._theme)
        self._beside.insertWidget(1, self.strip)
        self._beside.insertWidget(0, TimeBanner(models))
        self.time_bar = TimeBar(models, self._theme)
        self._box.insertWidget(2, self.time_bar)
        parts = PageParts(models, self._theme, self._languages, twin)
        self._pages = {name: MAKERS[name](parts) for name in PAGES}
        for widget in self._pages.values():
            self.stack.addWidget(widget)
            if hasattr(widget, "page_wanted"):  # a page that leads to others
                widget.page_wanted.connect(self.show_page)
        models.alarm_desk.changed.connect(self._count_alarms)
        self.status.set_area(models.area)
        self.offer(self._offered)
        self.show_page(page)
        self.retranslate()
        self._pages[page].setFocus()

    def show_page(self, name: PageName) -> None:
        """Turn to a page."""
        if name in self._pages:
            self.stack.setCurrentWidget(self._pages[name])
            self.navigation.check(name)

    def offer(self, names: tuple[str, ...]) -> None:
        """Offer these pages, in this order, once there is an area."""
        self._offered = names
        if not self._pages:
            return
        self.navigation.offer(names)
        shown = next(
            (n for n, page in self._pages.items() if page is self.stack.currentWidget()), ""
        )
        if names and shown and shown not in names:
            self.show_page(names[0])  # type: ignore[arg-type]  # of PAGES

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the pages that are offered, in order."""
        return self._offered

    def clock(self) -> int:
        """Return the present instant, as everything here is aged by."""
        return self._connection.now_us()

    def tick(self) -> None:
        """Show the time of the area; call about once a second."""
        zone = ZoneInfo(self._models.area.timezone if self._models else "Asia/Tokyo")
        now = datetime.fromtimestamp(self._connection.now_us() / 1e6, tz=zone)
        self.header.show_time(now)

    def retranslate(self) -> None:
        """Write every text anew."""
        area = self._models.area.name.text(self._languages.language) if self._models else ""
        title = self.tr("Smart Area Console")
        self.setWindowTitle(f"{area} - {title}" if area else title)
        self.header.show_area(area or title)
        self.header.set_language(self._languages.language)
        self.tick()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def show_shortcuts(self) -> None:
        """Open the sheet of shortcuts."""
        ShortcutsSheet(self).open()

    def _count_alarms(self) -> None:
        if self._models:
            self.navigation.count("alarms", self._models.alarm_desk.waiting())

    def _connect(self) -> None:
        self.navigation.page_wanted.connect(self.show_page)
        self.header.help_wanted.connect(self.show_shortcuts)

    def _add_shortcuts(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "Ctrl+F": self._go_to_filter,
            "Esc": self._choose_none,
            "F1": self.show_shortcuts,
            "Ctrl+Shift+L": self._go_to_layers,
            "Ctrl+L": self._switch_language,
            "Ctrl+D": self._switch_theme,
            "Ctrl+T": self._go_to_time,
            "Ctrl+Space": self._play_or_pause,
            "Ctrl+Q": self._quit,
        }
        for place in range(1, 10):
            keys[f"Ctrl+{place}"] = lambda place=place: self._show_nth(place)  # type: ignore[misc]  # bound early
        for key, action in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(action)

    def _show_nth(self, place: int) -> None:
        if place <= len(self._offered):
            self.show_page(self._offered[place - 1])  # type: ignore[arg-type]  # of PAGES

    def _go_to_filter(self) -> None:
        if self.values:
            self.show_page("values")
            self.values.filter.setFocus()
            self.values.filter.selectAll()

    def _go_to_time(self) -> None:
        if self._models:
            self.time_bar.line.setFocus()

    def _play_or_pause(self) -> None:
        if self._models:
            self.time_bar.play.click()

    def _go_to_layers(self) -> None:
        page = self.page("overview")
        if isinstance(page, Overview):
            self.show_page("overview")
            page.show_layers()

    def _choose_none(self) -> None:
        if self._models:
            self._models.selection.choose("")

    def _switch_language(self) -> None:
        self._languages.choose("en" if self._languages.language == "ja" else "ja")

    def _switch_theme(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self._theme.choose("dark" if self._theme.name == "light" else "light", application)

    def _quit(self) -> None:
        self.close()
