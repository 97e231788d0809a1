"""The line at the bottom: connection, age of the data, queues of the gateways, language."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from desktop.models import wording
from desktop.models.connection import GatewayQueue, Link
from desktop.models.device_states import State
from desktop.views.icons import mark_icon
from desktop.views.panels import ElidedLabel, Panel, label, row

if TYPE_CHECKING:
    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from desktop.models.connection import Connection
    from desktop.views.languages import Languages
    from desktop.views.theme import Theme

_MARKS = {
    Link.CONNECTING: State.NO_DATA,
    Link.CONNECTED: State.NORMAL,
    Link.RECONNECTING: State.STALE,
    Link.OFFLINE: State.ALARM,
}
_ICON_PX = 16
_NAMES: tuple[tuple[Language, str], ...] = (("ja", "日本語"), ("en", "English"))


class StatusLine(Panel):
    """Follows the connection; the area's names come with `set_area`."""

    def __init__(
        self,
        connection: Connection,
        languages: Languages,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, "header")
        self._connection, self._languages, self._theme = connection, languages, theme
        self._area: Area | None = None
        self._zone = ZoneInfo("Asia/Tokyo")
        self._mark = label()
        self.connection_text = label()
        self.age, self.queues = label("muted"), ElidedLabel("muted")  # the queues yield first
        self.notice = label("notice")
        self._switch = QButtonGroup(self)
        box = row(self._mark, self.connection_text, self.age, self.queues, gap=8)
        box.insertSpacing(2, 16)
        box.insertSpacing(4, 16)
        box.setContentsMargins(16, 4, 8, 4)
        box.setStretchFactor(self.queues, 1)
        box.addStretch(0)
        box.addWidget(self.notice)
        box.addSpacing(8)
        self._add_languages(box)
        self.setLayout(box)
        connection.changed.connect(self.show_all)
        theme.changed.connect(self.show_all)
        self.retranslate()

    def set_area(self, area: Area) -> None:
        """Take the names of the gateways and the notice of a model district."""
        self._area, self._zone = area, ZoneInfo(area.timezone)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.notice.setVisible(bool(self._area and self._area.model_district))
        self.notice.setText(self.tr("Model district (invented)"))
        if self._area:
            credit = self._area.attribution.text(self._languages.language)
            self.notice.setToolTip(credit)
        self.show_all()

    def show_all(self) -> None:
        """Write what changes with time."""
        self.connection_text.setText(self._connection_words())
        self.connection_text.setToolTip(self._connection.reason)
        state = _MARKS[self._connection.link]
        icon = mark_icon(state, self._theme.tokens, _ICON_PX, self.devicePixelRatioF())
        self._mark.setPixmap(icon.pixmap(_ICON_PX, _ICON_PX))
        self.age.setText(self._age_words())
        self.queues.setText(self._queue_words())
        hint = self.tr("Readings that wait on each gateway to be sent")
        self.queues.setToolTip(f"{hint}\n{self.queues.text()}")

    def _connection_words(self) -> str:
        since = f"{datetime.fromtimestamp(self._connection.since_us / 1e6, tz=self._zone):%H:%M}"
        words = {
            Link.CONNECTING: self.tr("Connecting to the hub"),
            Link.CONNECTED: self.tr("Connected since {time}"),
            Link.RECONNECTING: self.tr("Reconnecting, hub lost at {time}"),
            Link.OFFLINE: self.tr("Offline, hub lost at {time}"),
        }
        return words[self._connection.link].format(time=since)

    def _age_words(self) -> str:
        if not self._connection.newest_us:
            return self.tr("No data yet")
        age = wording.age_text(
            self._connection.newest_us, self._connection.now_us(), self._languages.language
        )
        return self.tr("Newest data {age} ago").format(age=age)

    def _queue_words(self) -> str:
        parts = [self._one_queue(queue) for queue in self._connection.queues]
        return self.tr("Queues: {list}").format(list=" · ".join(parts)) if parts else ""

    def _one_queue(self, queue: GatewayQueue) -> str:
        name = queue.gateway
        if self._area and any(queue.gateway == g.id for g in self._area.gateways):
            name = self._area.gateway(queue.gateway).name.text(self._languages.language)
        if not queue.last_seen_us:
            return self.tr("{name} never heard").format(name=name)
        if self._connection.silent(queue):
            return self.tr("{name} {n} (silent)").format(name=name, n=f"{queue.backlog:,}")
        return f"{name} {queue.backlog:,}"

    def _add_languages(self, box: QHBoxLayout) -> None:
        for language, name in _NAMES:
            button = QPushButton(name)
            button.setCheckable(True)
            button.setChecked(language == self._languages.language)
            button.setAccessibleName(name)
            button.clicked.connect(lambda _=False, to=language: self._languages.choose(to))
            self._switch.addButton(button, language == "en")
            box.addWidget(button)
        self._languages.changed.connect(self._check)

    def _check(self, language: Language) -> None:
        self._switch.button(int(language == "en")).setChecked(True)
