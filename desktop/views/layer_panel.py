"""The layers of the map: switches, choices, legend, what each says, and the same as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

from desktop.views.advice_box import AdviceBox
from desktop.views.layer_table import ROW_PX, LayerTable, LayerWindow
from desktop.views.panels import Panel, Translated, column, label, row

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from area_configs.domain.names import Language
    from desktop.models.area_models import AreaModels
    from desktop.models.twin_layers import Colour, LayerFacts, LayerInfo, TwinLayers
    from desktop.views.theme import Theme

_SWATCH = QSize(18, 14)
_MOST_ROWS, _COLUMNS = 9, 2


class LayerPanel(Panel):
    """A switch for each layer on offer; below them what those that are on say."""

    def __init__(
        self, layers: TwinLayers, models: AreaModels, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._layers, self._models = layers, models
        self._cards: dict[str, LayerCard] = {}
        self._switches = QGridLayout()
        self._switches.setSpacing(4)
        self._hint = label("muted")
        self._hint.setWordWrap(True)
        self._box = column(self._hint, gap=12)
        self._box.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._box)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self.setLayout(column(self._switches, self._scroll, margin=8))
        layers.offered.connect(self._offer)
        layers.changed.connect(self._show)
        layers.told.connect(self._show)
        theme.changed.connect(self.retranslate)
        self._offer()

    @property
    def cards(self) -> dict[str, LayerCard]:
        """Return the cards by the key of their layer."""
        return dict(self._cards)

    @override
    def retranslate(self) -> None:
        self._scroll.setAccessibleName(self.tr("Layers of the map"))
        self._hint.setText(self.tr("Switch on what the map shall show beside the devices."))
        for key in self._cards:
            self._show(key)

    def _offer(self) -> None:
        for card in self._cards.values():
            for widget in (card, card.switch):
                widget.setParent(None)
                widget.deleteLater()
        self._cards = {}
        for place, info in enumerate(self._layers.infos):
            card = LayerCard(info, self._models)
            self._cards[info.key] = card
            self._switches.addWidget(card.switch, *divmod(place, _COLUMNS))
            self._box.insertWidget(place + 1, card)
        if self._cards:
            self.setFocusProxy(next(iter(self._cards.values())).switch)
        self.retranslate()

    def _show(self, key: str) -> None:
        self._cards[key].show_state(self._models.language)
        self._hint.setVisible(not self._layers.wanted)


class LayerCard(Translated):
    """One layer that is on: its name, its choice, and what it says; `switch` stands elsewhere."""

    def __init__(self, info: LayerInfo, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layers = models.layers
        self._info, self._layers = info, layers
        self.switch = QPushButton()
        self.switch.setObjectName("chip")
        self.switch.setCheckable(True)
        self.switch.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._title = label("heading")
        self.choice = QComboBox()
        for option in info.options:
            self.choice.addItem("", option.key)
        shortened = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.choice.setSizeAdjustPolicy(shortened)  # long choices must not widen the panel
        self.choice.setMinimumContentsLength(8)
        self.said = LayerSaid(models)
        self.setLayout(column(self._title, self.choice, self.said, gap=4))
        self.switch.toggled.connect(lambda on: layers.switch(info.key, on))
        self.choice.activated.connect(self._chosen)
        self.said.enlarge.clicked.connect(lambda: LayerWindow(info, models, self.window()).show())

    def show_state(self, language: Language) -> None:
        """Show whether the layer is on, and what it says."""
        info, on = self._info, self._layers.is_on(self._info.key)
        for write in (self.switch.setText, self._title.setText, self.choice.setAccessibleName):
            write(info.name.text(language))
        self.switch.setToolTip(info.about.text(language))
        for place, option in enumerate(info.options):
            self.choice.setItemText(place, option.name.text(language))
        self.choice.setCurrentIndex(self.choice.findData(self._layers.option(info.key)))
        with QSignalBlocker(self.switch):
            self.switch.setChecked(on)
        self.choice.setVisible(bool(info.options))
        self.setVisible(on)
        if on:
            self.said.show_facts(self._layers.facts(info.key))

    def _chosen(self, place: int) -> None:
        self._layers.choose(self._info.key, str(self.choice.itemData(place)))


class LayerSaid(Translated):
    """Legend, unit, scenario, time, source, notes and table of one layer."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: LayerFacts | None = None
        self._lines: list[str] = []
        self._legend = column(gap=2)
        self._notes = label()
        self._source = label("muted")
        for text in (self._notes, self._source):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = LayerTable(models.layers)
        self.enlarge = QPushButton()
        legend = QWidget()
        legend.setLayout(self._legend)
        self.advice = AdviceBox(models)
        self.advice.hide()
        parts = (legend, self._notes, self.advice, self.table, self.enlarge, self._source)
        self.setLayout(column(*parts, margin=4, gap=6))

    @override
    def retranslate(self) -> None:
        if self._facts:
            facts, self._facts = self._facts, None
            self.show_facts(facts)

    @property
    def text(self) -> str:
        """Return everything that is written outside the table."""
        return "\n".join([*self._lines, self._notes.text(), self._source.text()])

    def show_facts(self, facts: LayerFacts) -> None:
        """Show what a layer says."""
        if facts == self._facts:
            return
        self._facts = facts
        self._fill_legend(facts)
        notes = list(facts.notes)
        if facts.working:
            notes.insert(0, self.tr("Working it out ..."))
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self.advice.show_advice(facts.advice)
        source = self.tr("Source: {source}").format(source=facts.source)
        self._source.setText(source)
        self._source.setVisible(bool(facts.source))
        self._fill_table(facts)

    def _fill_legend(self, facts: LayerFacts) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        unit = self.tr("Unit: {unit}").format(unit=facts.unit) if facts.unit else ""
        heads = [text for text in (facts.scenario, facts.when, unit) if text]
        self._lines = [*heads, *(step.text for step in facts.steps)]
        for text in heads:
            line = label("muted", text)
            line.setWordWrap(True)
            self._legend.addWidget(line)
        for step in facts.steps:
            self._legend.addWidget(_Step(step.colour, step.text))

    def _fill_table(self, facts: LayerFacts) -> None:
        self.table.setVisible(bool(facts.rows))
        self.enlarge.setVisible(bool(facts.rows))
        self.enlarge.setText(self.tr("Open the table in a window"))
        self.table.setAccessibleName(self.tr("The layer as a table"))
        self.table.show_facts(facts)
        shown = min(len(facts.rows), _MOST_ROWS)
        self.table.setFixedHeight(ROW_PX * shown + 56)


class _Step(QWidget):
    """A colour of the legend and what it means."""

    def __init__(self, colour: Colour, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = label("", text)
        words.setWordWrap(True)
        box = row(_Swatch(colour), words)
        box.setStretch(1, 1)
        self.setLayout(box)


class _Swatch(QWidget):
    """A small field of one colour."""

    def __init__(self, colour: Colour, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor(*colour)
        self.setFixedSize(_SWATCH)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._colour)
        painter.setPen(self.palette().windowText().color())
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
