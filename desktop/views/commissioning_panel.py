"""Commissioning as the console sees it: which devices answer, and the commands at the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from typing_extensions import override

from area_configs.domain.readings import Series
from desktop.models import commissioning, wording
from desktop.models.device_states import State
from desktop.views.panels import Translated, column, label, row, spaced

if TYPE_CHECKING:
    from area_configs.domain.areas import Device, Gateway
    from desktop.models.area_models import AreaModels
    from desktop.models.commissioning import Order

_SECRET_STEPS = 6


class CommissioningPanel(Translated):
    """A device of one gateway, step by step; the first data that arrives proves the last one."""

    def __init__(self, models: AreaModels, gateway: Gateway, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._gateway = models, gateway
        self._devices = models.area.devices_of(gateway.id)
        self.device = QComboBox()
        self.settings = QLineEdit(commissioning.SETTINGS)
        self._intro, self._seen = label("small"), label()
        self._device_label, self._settings_label = label("muted"), label("muted")
        self.steps = [_StepLine() for _ in range(_SECRET_STEPS)]
        self._lay_out()
        self.device.currentIndexChanged.connect(self.refresh)
        self.settings.textChanged.connect(self.refresh)
        models.states.changed.connect(lambda _: self._show_seen())
        self.retranslate()

    @override
    def retranslate(self) -> None:
        language = self._models.language
        self._intro.setText(
            spaced(
                self.tr(
                    "These steps are done at the gateway itself (SSH or keyboard). The agent uses the "
                    "line while it runs: stop it before the first step, start it after the last."
                )
            )
        )
        self._device_label.setText(self.tr("Device"))
        self._settings_label.setText(self.tr("Settings file there"))
        self.device.setAccessibleName(self.tr("Device to commission"))
        self.settings.setAccessibleName(self.tr("Settings file at the gateway"))
        at = max(0, self.device.currentIndex())
        self.device.blockSignals(True)
        self.device.clear()
        self.device.addItems([device.name.text(language) for device in self._devices])
        self.device.setCurrentIndex(at if self._devices else -1)
        self.device.blockSignals(False)
        self.refresh()

    def refresh(self) -> None:
        """Show the steps of the chosen device."""
        device = self._chosen()
        orders: tuple[Order, ...] = ()
        if device:
            link = self._gateway.link(device.link)
            orders = commissioning.orders(device, link, self.settings.text().strip())
        for at, line in enumerate(self.steps):
            line.show_order(at + 1, orders[at] if at < len(orders) else None, self._models.language)
        self._show_seen()

    def _chosen(self) -> Device | None:
        at = self.device.currentIndex()
        return self._devices[at] if 0 <= at < len(self._devices) else None

    def _show_seen(self) -> None:
        device = self._chosen()
        if device is None:
            self._seen.setText(self.tr("This gateway has no devices in the area."))
            return
        points = self._models.area.profile_of(device).points
        good = 0
        for point in points:
            series = Series(device.id, point.quantity)
            good += self._models.live.state_of(series) in {State.NORMAL, State.ALARM}
        state = wording.STATE_NAMES[self._models.states.of(device.id).state]
        words = self.tr("Seen from here: {state}, {good} of {all} values are good.")
        text = words.format(state=state.text(self._models.language), good=good, all=len(points))
        if device.id in self._models.fleet.facts(self._gateway.id).silent:
            text += " " + self.tr("The gateway says that it does not answer.")
        self._seen.setText(text)

    def _lay_out(self) -> None:
        self._intro.setWordWrap(True)
        self._seen.setWordWrap(True)
        inner = QWidget()
        box = column(*self.steps, gap=12)
        box.addStretch(1)
        inner.setLayout(box)
        scroll = QScrollArea()
        scroll.setObjectName("plainScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        pairs = ((self._device_label, self.device), (self._settings_label, self.settings))
        for at, (name, editor) in enumerate(pairs):
            grid.addWidget(name, at, 0)
            grid.addWidget(editor, at, 1)
        whole = column(self._intro, gap=12)
        whole.addLayout(grid)
        whole.addWidget(scroll, 1)
        whole.addWidget(self._seen)
        whole.setContentsMargins(0, 12, 0, 0)
        self.setLayout(whole)


class _StepLine(QWidget):
    """One step: its name, why, and its command with a button that copies it."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._why, self.command = label("heading"), label("small"), label("code")
        self._lines: tuple[str, ...] = ()
        self._why.setWordWrap(True)
        self.command.setWordWrap(True)
        self.command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = QPushButton()
        self.copy.setText(self.tr("Copy"))
        self.copy.clicked.connect(self._copy)
        line = row(self.command, self.copy)
        line.setStretch(0, 1)
        line.setAlignment(self.copy, Qt.AlignmentFlag.AlignTop)
        head = row(self._name, self._why, gap=12)
        head.setStretch(1, 1)
        whole = column(head, line, gap=4)
        whole.setContentsMargins(0, 0, 8, 0)
        self.setLayout(whole)

    def show_order(self, number: int, order: Order | None, language: str) -> None:
        """Show a step, or hide where there is none."""
        self.setVisible(order is not None)
        if order is None:
            return
        name, why = commissioning.NAMES[order.step], commissioning.WHY[order.step]
        self._name.setText(f"{number}. {name.ja if language == 'ja' else name.en}")
        self._why.setText(why.ja if language == "ja" else why.en)
        self._lines = order.lines
        self.command.setText(spaced(*order.lines))
        self.copy.setText(self.tr("Copy"))
        self.copy.setAccessibleName(f"{self.tr('Copy')}: {order.lines[0]}")

    def _copy(self) -> None:
        QApplication.clipboard().setText("\n".join(self._lines))
