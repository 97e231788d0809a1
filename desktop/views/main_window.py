"""The main window: header, banners, what is abnormal, the pages, the status line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHeaderView, QMainWindow, QStackedWidget, QTableView, QWidget
from typing_extensions import override

from desktop.models.roles import pages_of
from desktop.settings import PageName
from desktop.views.abnormal_strip import AbnormalStrip
from desktop.views.banner import Banners
from desktop.views.delegates import ROW_PX
from desktop.views.header import Header
from desktop.views.navigation import WIDTH_PX, Navigation
from desktop.views.pages import MAKERS, PageParts
from desktop.views.panels import column, row
from desktop.views.status_line import StatusLine
from desktop.views.time_banner import TimeBanner
from desktop.views.time_bar import TimeBar
from desktop.views.waiting_page import WaitingPage
from desktop.views.window_commands import WindowCommands

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from desktop.models.area_models import AreaModels
    from desktop.models.connection import Connection
    from desktop.views.languages import Languages
    from desktop.views.theme import Theme
    from desktop.views.values_page import ValuesPage

PAGES: tuple[PageName, ...] = get_args(PageName)
SIZE = (1440, 900)


class MainWindow(QMainWindow):
    """Opens empty and waiting; `open_area` fills it, each page when it is first wanted."""

    closing = Signal()
    page_made = Signal(str, QWidget)  # its name, the page: once each

    def __init__(self, connection: Connection, languages: Languages, theme: Theme) -> None:
        super().__init__()
        self._connection, self._languages, self._theme = connection, languages, theme
        self._models: AreaModels | None = None
        self._parts: PageParts | None = None
        self._pages: dict[PageName, QWidget] = {}
        self._fitted = 100  # the size of text that widths are made for, percent
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
        self.time_bar: TimeBar | None = None
        self.commands = WindowCommands(self, self, (languages, theme))
        self.header.help_wanted.connect(self.commands.show_sheet)
        self.retranslate()

    @property
    def values(self) -> ValuesPage | None:
        """Return the page of all values, None before an area is open."""
        page: ValuesPage | None = self.page("values")
        return page

    def page(self, name: PageName) -> Any:
        """Return a page, made now if nobody wanted it before; None before an area is open.

        Its class is the one that MAKERS has for it.
        """
        if self._parts and name not in self._pages:
            self._make(name, self._parts)
        return self._pages.get(name)

    def made(self, name: PageName) -> Any:
        """Return a page, None where nobody has wanted it yet."""
        return self._pages.get(name)

    def when_made(self, name: PageName, then: Callable[[Any], object]) -> None:
        """Call `then` with a page, now or once it is made."""
        if name in self._pages:
            then(self._pages[name])
        else:
            self.page_made.connect(lambda made, page: then(page) if made == name else None)

    def open_area(self, models: AreaModels, twin: QWidget, page: PageName = "overview") -> None:
        """Show an area; `twin` is the widget that draws its three dimensions."""
        self._models = self.commands.models = models
        self.strip = AbnormalStrip(models, self._theme)
        self._beside.insertWidget(1, self.strip)
        self._beside.insertWidget(0, TimeBanner(models))
        self.time_bar = TimeBar(models, self._theme)
        self._box.insertWidget(2, self.time_bar)
        self._parts = PageParts(models, self._theme, self._languages, twin)
        models.alarm_desk.changed.connect(self._count_alarms)
        self.status.set_area(models.area)
        self._fit_text()
        self.offer(self._offered)
        self.show_page(page)
        self.retranslate()
        self._pages[page].setFocus()

    def show_page(self, name: PageName) -> None:
        """Turn to a page."""
        if page := self.page(name):
            self.stack.setCurrentWidget(page)
            self.navigation.check(name)

    def offer(self, names: tuple[str, ...]) -> None:
        """Offer these pages, in this order, once there is an area."""
        self._offered = names
        if not self._parts:
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

    def title(self, name: str) -> str:
        """Return a page's name as it is shown."""
        return self.navigation.title(name)

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

    def _make(self, name: PageName, parts: PageParts) -> None:
        page = self._pages[name] = MAKERS[name](parts)
        self.stack.addWidget(page)
        if hasattr(page, "page_wanted"):  # a page that leads to others
            page.page_wanted.connect(self.show_page)
        self._fit_tables(page, self._fitted / 100)
        self.page_made.emit(name, page)

    def _fit_text(self) -> None:
        """Give every line the room that the size of text asks for."""
        px = self._theme.px
        self.header.setFixedHeight(max(56, px(48)))
        self.navigation.setFixedWidth(max(WIDTH_PX, px(WIDTH_PX - 8)))
        if self._models:
            self.strip.setFixedHeight(max(48, px(44)))
        ratio, self._fitted = self._theme.scale / self._fitted, self._theme.scale
        self._fit_tables(self, ratio)

    def _fit_tables(self, whole: QWidget, ratio: float) -> None:
        for table in whole.findChildren(QTableView):
            table.verticalHeader().setDefaultSectionSize(max(ROW_PX, self._theme.px(28)))
            _widen(table, ratio)

    def _count_alarms(self) -> None:
        if self._models:
            self.navigation.count("alarms", self._models.alarm_desk.waiting())

    def _connect(self) -> None:
        self.navigation.page_wanted.connect(self.show_page)
        self._theme.changed.connect(self._fit_text)


def _widen(table: QTableView, ratio: float) -> None:
    """Give columns the width that another size of text asks for; those that stretch see to it."""
    header = table.horizontalHeader()
    for place in range(header.count()):
        fixed = header.sectionResizeMode(place) is not QHeaderView.ResizeMode.Stretch
        if fixed and ratio != 1.0 and not header.isSectionHidden(place):
            header.resizeSection(place, round(header.sectionSize(place) * ratio))
