"""The chosen device in full: who it is, how it is, its values; or the main values of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from area_configs.domain.devices import KIND_NAMES
from area_configs.domain.readings import Series
from desktop.models import wording
from desktop.models.device_states import State
from desktop.models.live_readings import Column
from desktop.views.icons import kind_pixmap, mark_icon
from desktop.views.panels import ElidedLabel, Panel, column, label, restyle, row
from desktop.views.values_table import STRETCH, ValuesTable

if TYPE_CHECKING:
    from area_configs.domain.areas import Device
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_GLYPH_PX = 32
_ABNORMAL = {State.ALARM: "alarm", State.STALE: "unknown", State.NO_DATA: "unknown"}


class DeviceCard(Panel):
    """Follows the selection."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._theme = theme
        self._glyph, self._mark = label(), label()
        self._name, self._about = label("heading"), ElidedLabel("small")
        self._place = ElidedLabel("small")
        self._headline, self._state = label("headline"), label("muted")
        self._all = QPushButton()
        self.table = ValuesTable(models, theme, {})
        self._lay_out()
        self.table.series_chosen.connect(self._series_chosen)
        models.device_trend.changed.connect(self._mark_plotted)
        self._all.clicked.connect(lambda: models.selection.choose(""))
        models.selection.changed.connect(self._show)
        models.states.changed.connect(self._states_changed)
        theme.changed.connect(self._show)
        self._show()
        self._mark_plotted()

    @override
    def retranslate(self) -> None:
        self._show()

    def _lay_out(self) -> None:
        self._name.setWordWrap(True)
        for line in (self._about, self._place):
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._glyph.setFixedSize(_GLYPH_PX, _GLYPH_PX)
        self._mark.setFixedSize(20, 20)
        names = column(self._name, self._about, self._place, gap=4)
        top = row(self._glyph, names, gap=12)
        top.setAlignment(self._glyph, Qt.AlignmentFlag.AlignTop)
        top.setStretch(1, 1)
        state = row(self._mark, self._state)
        state.addStretch(1)
        state.addWidget(self._headline)
        self._state_row = QWidget()
        self._state_row.setLayout(state)
        self.setLayout(column(top, self._state_row, self.table, self._all, margin=16, gap=8))

    def _show(self, *_: object) -> None:
        chosen = self._models.selection.device
        self._state_row.setVisible(bool(chosen))
        self._glyph.setVisible(bool(chosen))
        self._all.setVisible(bool(chosen))
        self._all.setText(self.tr("Main values of all devices"))
        if chosen:
            self._show_device(self._models.area.device(chosen))
        else:
            self._show_all()

    def _show_device(self, device: Device) -> None:
        models, language = self._models, self._models.language
        profile = models.area.profile_of(device)
        gateway = models.area.gateway(device.gateway).name.text(language)
        self._name.setText(device.name.text(language))
        kind = KIND_NAMES[profile.kind].text(language)
        self._about.setText(f"{kind} · {profile.maker} {profile.model}")
        self._place.setText(gateway)
        self._place.show()
        pixmap = kind_pixmap(
            profile.kind, self._theme.tokens.text, _GLYPH_PX, self.devicePixelRatioF()
        )
        self._glyph.setPixmap(pixmap)
        self.table.rows.show_device(device.id)
        self.table.set_columns({Column.QUANTITY: STRETCH, Column.VALUE: 108, Column.AGE: 56})
        self._mark_plotted()
        self.table.setAccessibleName(self.tr("Values of the chosen device"))
        self._show_state(device.id)

    def _show_all(self) -> None:
        models = self._models
        self._name.setText(self.tr("Main values"))
        self._place.hide()
        self._about.setText(self.tr("Choose a device to see all of its values."))
        series = {models.main_series(device.id) for device in models.area.devices}
        self.table.rows.show_series(series)
        self.table.set_columns({Column.DEVICE: STRETCH, Column.VALUE: 108})
        self.table.setAccessibleName(self.tr("Main values of all devices"))

    def _show_state(self, device: str) -> None:
        held = self._models.states.of(device)
        self._headline.setText(held.headline)
        restyle(self._headline, abnormal=_ABNORMAL.get(held.state, ""))
        self._state.setText(wording.STATE_NAMES[held.state].text(self._models.language))
        icon = mark_icon(held.state, self._theme.tokens, 20, self.devicePixelRatioF())
        self._mark.setPixmap(icon.pixmap(20, 20))

    def _series_chosen(self, device: str, quantity: str) -> None:
        """Plot another quantity of the chosen device, or choose the device of the row."""
        if device == self._models.selection.device:
            self._models.device_trend.show([Series(device, quantity)])
        else:
            self._models.selection.choose(device)

    def _mark_plotted(self) -> None:
        shown = self._models.device_trend.series
        self.table.mark(shown[0] if shown and self._models.selection.device else None)

    def _states_changed(self, devices: list[str]) -> None:
        if self._models.selection.device in devices:
            self._show_state(self._models.selection.device)
