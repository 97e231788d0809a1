"""Wires the twin's layers: what is known goes in each second, what they say comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.bridge.calculations import Calculations
from desktop.models.device_states import DeviceState
from desktop.models.time_source import Mode
from desktop.twin.registry import THEMES
from desktop.twin.theme_view import Outlook

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from area_configs.domain.readings import Series
    from desktop.models.area_models import AreaModels
    from desktop.twin.theme_view import ThemeView
    from desktop.twin.viewport import TwinViewport

_TICK_MS = 1000
_AGAIN_US = 600_000_000  # live values fill the ten minutes after an asking
_SOON_MS = 30  # several reasons to draw within this time make one drawing


class LayerDesk(QObject):
    """Keeps the layers of one twin in step with the models of its area."""

    needs_history = Signal(str, list, object, object)  # device, quantities, from and to (us)

    def __init__(self, models: AreaModels, twin: TwinViewport, parent: QObject) -> None:
        super().__init__(parent)
        self._models, self._twin = models, twin
        self.calculations = Calculations(self)
        models.layers.offer([kind.info for kind in THEMES])
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.refresh)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        models.layers.changed.connect(self._soon.start)
        self._asked_us: dict[str, int] = {}
        models.time.moved.connect(self._moved)
        models.time.changed.connect(self._moved)
        models.selection.changed.connect(self._moved)
        self.calculations.arrived.connect(self._soon.start)

    @property
    def settled(self) -> bool:
        """Tell whether the picture of the layers is whole: nothing is being worked out."""
        return not self.calculations.busy and not self._soon.isActive()

    def refresh(self) -> None:
        """Draw the wanted layers as things are now."""
        models = self._models
        for kind in THEMES:
            if kind.info.key in models.layers.wanted:
                self._look_back(kind)
        models.layers.tell(self._twin.show_themes(models.layers.wanted, self._outlook()))

    def close(self) -> None:
        """End the calculations."""
        self._clock.stop()
        self._soon.stop()
        self.calculations.close()

    def _look_back(self, kind: type[ThemeView]) -> None:
        """Ask for the past that a layer looks at, where it was not asked for lately."""
        now_us, key = self._models.time(), kind.info.key
        if abs(now_us - self._asked_us.get(key, 0)) < _AGAIN_US:
            return
        self._asked_us[key] = now_us
        for series, span_s in kind.past_wanted(self._models.area):
            begins_us = now_us - int(span_s * 1e6)
            self.needs_history.emit(series.device, [series.quantity], begins_us, now_us)

    def _tick(self) -> None:
        if self._models.layers.wanted:
            self.refresh()

    def _moved(self, *_: object) -> None:
        if self._models.layers.wanted:
            self._soon.start()

    def _outlook(self) -> Outlook:
        """Return what is known of the shown instant; of the future no reading is."""
        models = self._models
        ahead = models.time.mode is Mode.FORECAST
        return Outlook(
            area=models.area,
            language=models.language,
            now_us=models.time(),
            latest=_nothing if ahead else models.live.latest,
            past=past_of(models),
            state=_unknown if ahead else models.states.of,
            abnormal=() if ahead else models.abnormal.items,
            answer=self.calculations.answer,
            mode=models.time.mode,
            chosen=models.selection.device,
        )


def _nothing(_series: Series) -> None:
    return None


def _unknown(_device: str) -> DeviceState:
    return DeviceState()


def past_of(
    models: AreaModels,
) -> Callable[[Series, int, int], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the way to the held past of a series, with gaps where three readings are missing."""

    def past(
        series: Series, begins_us: int, ends_us: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        gap_us = int(models.judge.period_s(series) * 3e6)
        return models.series.window(series, begins_us, ends_us, gap_us)

    return past
