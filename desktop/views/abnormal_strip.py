"""The strip that says what is wrong, above every page; calm and grey when nothing is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from desktop.models.alarm_rows import View
from desktop.models.connection import Link
from desktop.models.device_states import State
from desktop.views.icons import mark_icon
from desktop.views.panels import Panel, label, restyle, row

if TYPE_CHECKING:
    from desktop.models.alarm_rows import AlarmRow
    from desktop.models.alarms import Abnormality
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_HEIGHT_PX = 48
_CHIP_PX = 520
_MARK_PX = 20


class AbnormalStrip(Panel):
    """One chip for each abnormal thing, most urgent first; a click chooses its device."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, "strip")
        self._models, self._theme = models, theme
        self._zone = ZoneInfo(models.area.timezone)
        self._chips: list[QPushButton] = []
        self._announced: set[str] = set()
        self.setFixedHeight(_HEIGHT_PX)
        self._mark, self.title = label(), label("stripTitle")
        self._mark.setFixedSize(_MARK_PX, _MARK_PX)
        self._calm = label("muted")
        self.more = QPushButton()
        self._menu = QMenu(self.more)
        self.more.setMenu(self._menu)
        self._box = row(self._mark, self.title, self._calm, gap=8)
        self._box.setContentsMargins(16, 0, 16, 0)
        self._box.addWidget(self.more)
        self._box.addStretch(1)
        self.setLayout(self._box)
        self._connect()
        self.retranslate()

    @property
    def chips(self) -> tuple[QPushButton, ...]:
        """Return the chips, most urgent first; those that do not fit are hidden."""
        return tuple(self._chips)

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("What is abnormal now"))
        self._fill()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(320, _HEIGHT_PX)  # chips that do not fit hide: they must not widen the window

    def _connect(self) -> None:
        self._models.abnormal.modelReset.connect(self._fill)
        self._models.alarm_desk.changed.connect(self._show_level)
        self._models.connection.changed.connect(self._show_level)
        self._theme.changed.connect(self._fill)

    def _fill(self) -> None:
        for chip in self._chips:
            self._box.removeWidget(chip)
            chip.deleteLater()
        self._menu.clear()
        self._chips = [self._chip(item) for item in self._items()]
        for place, chip in enumerate(self._chips):
            self._box.insertWidget(3 + place, chip)
        self._show_level()
        self._announce()
        self._fit()

    def _items(self) -> tuple[Abnormality, ...]:
        return () if self._waiting() else self._models.abnormal.items

    def _waiting(self) -> bool:
        return self._models.connection.newest_us == 0

    def _show_level(self) -> None:
        level, state, title = self._level()
        self.title.setText(title)
        for widget in (self, self.title):
            restyle(widget, level=level)
        icon = mark_icon(state, self._theme.tokens, _MARK_PX, self.devicePixelRatioF())
        self._mark.setPixmap(icon.pixmap(_MARK_PX, _MARK_PX))
        self._say_more()

    def _level(self) -> tuple[str, State, str]:
        """Return how urgent it is, the state whose mark says so, and the title."""
        items = self._models.abnormal.items
        if self._waiting():
            return "calm", State.NO_DATA, self.tr("Waiting for the first values")
        if items:
            level = "alarm" if items[0].state is State.ALARM else "warning"
            return level, items[0].state, self.tr("{n} abnormal now").format(n=len(items))
        if self._open:  # over by its value, but nobody has answered or reset it
            active = any(row.active and row.within(View.ACTIVE) for row in self._rows)
            over = self.tr("Values normal, open alarms: {n}")
            words = self.tr("Open alarms: {n}") if active else over
            mark = State.ALARM if active else State.NORMAL
            return "warning", mark, words.format(n=self._open)
        if self._lost():  # nobody knows that all is normal
            return "warning", State.STALE, self.tr("No connection")
        return "calm", State.NORMAL, self.tr("All normal")

    @property
    def _open(self) -> int:
        return sum(row.within(View.ACTIVE) for row in self._rows)

    @property
    def _rows(self) -> tuple[AlarmRow, ...]:
        return self._models.alarm_desk.rows

    def _lost(self) -> bool:
        return self._models.connection.link in {Link.RECONNECTING, Link.OFFLINE}

    def _say_more(self) -> None:
        self._calm.setVisible(not self._chips)
        devices, values = len(self._models.area.devices), self._models.live.rowCount()
        watched = self.tr("{devices} devices and {values} values are watched")
        text = self.tr("Everything was normal when last heard") if self._lost() else watched
        self._calm.setText(text.format(devices=devices, values=values))

    def _chip(self, item: Abnormality) -> QPushButton:
        language = self._models.language
        chip = QPushButton()
        text = self._text(item)
        room = _CHIP_PX - 56  # the icon and the borders
        chip.setText(chip.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
        chip.setAccessibleName(text)
        chip.setObjectName("chip")
        chip.setIcon(mark_icon(item.state, self._theme.tokens, 16, self.devicePixelRatioF()))
        chip.setMaximumWidth(_CHIP_PX)
        chip.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        chip.setToolTip(self._long_text(item))
        chip.setAccessibleDescription(item.action.text(language))
        chip.clicked.connect(lambda: self._models.selection.choose(item.device))
        action = self._menu.addAction(chip.icon(), self._long_text(item))
        action.triggered.connect(chip.click)
        return chip

    def _text(self, item: Abnormality) -> str:
        language = self._models.language
        return f"{item.subject.text(language)}: {item.what.text(language)}"

    def _long_text(self, item: Abnormality) -> str:
        since = datetime.fromtimestamp(item.since_us / 1e6, tz=self._zone)
        action = item.action.text(self._models.language)
        words = self.tr("{what}, since {time}. To do: {action}")
        return words.format(what=self._text(item), time=f"{since:%H:%M}", action=action)

    def _fit(self) -> None:
        room = self.width() - 2 * 16 - _MARK_PX - self.title.sizeHint().width() - 3 * 8
        more = self.more.fontMetrics().horizontalAdvance("+00") + 48
        used = shown = 0
        for place, chip in enumerate(self._chips):
            width = min(chip.sizeHint().width(), _CHIP_PX) + 8
            rest = more if place < len(self._chips) - 1 else 0
            fits = shown == place and used + width + rest <= room
            chip.setVisible(fits)
            used, shown = used + width * fits, shown + fits
        hidden = len(self._chips) - shown
        self.more.setVisible(hidden > 0)
        self.more.setText(f"+{hidden}")
        self.more.setAccessibleName(self.tr("{n} more abnormal things").format(n=hidden))

    def _announce(self) -> None:
        alarms = {i.key: i for i in self._items() if i.state is State.ALARM}
        for key in alarms.keys() - self._announced:
            event = QAccessibleAnnouncementEvent(self, self._long_text(alarms[key]))
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
            QAccessible.updateAccessibility(event)
        self._announced = set(alarms)
        self.setToolTip("" if self._chips else self._calm.text())
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
