"""The banner that no one overlooks: what is on the screen is not the present. It cannot be closed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from typing_extensions import override

from desktop.models.time_source import Mode
from desktop.views.panels import Panel, label, restyle, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.models.area_models import AreaModels


class TimeBanner(Panel):
    """Hidden while the present is shown."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent, "timeBanner")
        self._models, self._time = models, models.time
        self._zone = ZoneInfo(models.area.timezone)
        self.title, self.text = label("timeMode"), label("timeWords")
        self.text.setWordWrap(True)
        box = row(self.title, self.text, gap=12)
        box.setContentsMargins(16, 4, 16, 4)
        box.setStretch(1, 1)
        self.setLayout(box)
        desk = models.alarm_desk
        for signal in (self._time.moved, self._time.changed, models.replay.changed, desk.changed):
            signal.connect(self.show_mode)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.show_mode()

    def show_mode(self, *_: object) -> None:
        """Say what is shown instead of the present."""
        time = self._time
        self.setVisible(not time.is_live)
        if time.is_live:
            return
        forecast = time.mode is Mode.FORECAST
        self.title.setText(self.tr("FORECAST") if forecast else self.tr("REPLAY"))
        words = self._forecast_words() if forecast else self._replay_words()
        if words != self.text.text():
            self.text.setText(words)
            self.setAccessibleName(f"{self.title.text()}: {words}")
        for widget in (self, self.title, self.text):
            restyle(widget, mode=str(time.mode))

    def _forecast_words(self) -> str:
        words = self.tr(
            "Expected for {time}: sun, people and flood. Measured values are those of now."
        )
        return words.format(time=self._shown())

    def _replay_words(self) -> str:
        replay = self._models.replay
        words = self.tr("Values and alarms as they were. Nothing can be commanded.")
        if replay.failure:
            words += " " + self.tr("The past cannot be had: {why}").format(why=replay.failure)
        elif replay.is_loading:
            words += " " + self.tr("Loading…")
        if waiting := self._models.alarm_desk.waiting_now():
            words += " " + self.tr("Meanwhile {n} alarms of now wait.").format(n=waiting)
        versions = [
            f"{self._gateway(gateway)} {number}"
            for gateway, number in replay.configurations.versions().items()
        ]
        if versions:
            then = self.tr("Configuration then: {versions}")
            words += " " + then.format(versions=" · ".join(versions))
        return words

    def _gateway(self, gateway: str) -> str:
        return self._models.area.gateway(gateway).name.text(self._models.language)

    def _shown(self) -> str:
        return f"{datetime.fromtimestamp(self._time() / 1e6, tz=self._zone):%Y-%m-%d %H:%M}"
