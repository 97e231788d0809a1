"""NEWS2 of one resident: seven inputs that a person took, a score once all are there, and those before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDoubleValidator, QIntValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from area_configs.domain.care_news2 import News2Set, news2
from desktop.models import care_record_words as words
from desktop.models.care_drafts import News2Draft
from desktop.models.care_tables import News2Table
from desktop.views.care_form import FormLife
from desktop.views.delegates import ROW_PX
from desktop.views.panels import Translated, column, label, row
from desktop.views.plain_table import PlainTable

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_BOUNDS = {  # what the hub takes
    "respiration": (0, 80),
    "spo2": (40, 100),
    "systolic": (30, 300),
    "pulse": (10, 300),
}
_TEMPERATURE = (25.0, 45.0)
_ORDER = ("respiration", "spo2", "oxygen", "systolic", "pulse", "alert", "temperature")
_INPUTS = len(_ORDER)
_ROWS = 4
_FIELD_PX = 140


class CareNews2(Translated):
    """The tab of NEWS2; there is no partial total, and no wearable fills anything in."""

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.numbers = {name: QLineEdit() for name in (*_BOUNDS, "temperature")}
        self.choices = {name: QComboBox() for name in ("oxygen", "alert")}
        self.second_scale, self.save = QCheckBox(), QPushButton()
        self.total, self.about, self.fault = label("heading"), label("muted"), label("mistake")
        self._names = {name: label() for name in _ORDER}
        self.scores = News2Table(models.area.timezone, self)
        self.table = PlainTable(self.scores, {}, 1)
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self.about.setText(
            self.tr(
                "Enter what you measured yourself, all seven at one time. A wearable fills in "
                "nothing. A score for the record, not a diagnosis: act by your home's own rules."
            )
        )
        for name, title in self._names.items():
            title.setText(words.INPUT_NAMES[name].text(self._models.language))
        for name, control in (*self.numbers.items(), *self.choices.items()):
            control.setAccessibleName(self._names[name].text())
        options = {
            "oxygen": (self.tr("not taken"), self.tr("no (air)"), self.tr("yes")),
            "alert": (
                self.tr("not taken"),
                self.tr("alert"),
                self.tr("confused, or answers to voice or pain only, or not"),
            ),
        }
        for name, texts in options.items():
            for place, text in enumerate(texts):
                self.choices[name].setItemText(place, text)
        self.second_scale.setText(
            self.tr("Second oxygen scale (only where a doctor prescribed it)")
        )
        self.save.setText(self.tr("Record NEWS2"))
        self.table.setAccessibleName(self.tr("NEWS2 recorded so far"))
        self._show()

    def given(self) -> News2Set:
        """Return what is entered; what is empty was not taken."""
        return News2Set(
            self._number("respiration"),
            self._number("spo2"),
            self._choice("oxygen", yes=2),
            self._number("systolic"),
            self._number("pulse"),
            self._choice("alert", yes=1),
            self._temperature(),
            self.second_scale.isChecked(),
        )

    def record(self) -> None:
        """Record a complete set."""
        given = self.given()
        if news2(given):
            draft = News2Draft(self._models.care.chosen, self._models.clock(), given)
            self._life.sent()
            self._models.care.news2_wanted.emit(draft)

    def _lay_out(self) -> None:
        for text in (self.about, self.fault, self.total):
            text.setWordWrap(True)
        for name, bounds in _BOUNDS.items():
            self.numbers[name].setValidator(QIntValidator(0, bounds[1], self))
        degrees = QDoubleValidator(0.0, _TEMPERATURE[1], 1, self)
        degrees.setNotation(QDoubleValidator.Notation.StandardNotation)
        self.numbers["temperature"].setValidator(degrees)
        for control in self.choices.values():
            control.addItems(["", "", ""])
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        for name in _ORDER:
            form.addRow(self._names[name], self.numbers.get(name) or self.choices[name])
        form.addRow(self.second_scale)
        self.save.setObjectName("primary")
        below = row(self.total, self.save, gap=8)
        below.setStretch(0, 1)
        box = column(self.about, form, self.fault, below, self.table, margin=12, gap=10)
        box.setStretch(4, 1)
        self.setLayout(box)

    def _connect(self) -> None:
        for field in self.numbers.values():
            field.textChanged.connect(self._add_up)
        for control in self.choices.values():
            control.currentIndexChanged.connect(self._add_up)
        self.second_scale.toggled.connect(self._add_up)
        self.save.clicked.connect(self.record)
        self._life = FormLife(self._models.care, self._begin)
        self._models.care.page_changed.connect(self._show)
        self._theme.changed.connect(self._show)

    def _begin(self) -> None:
        """Begin anew: another resident, or what was entered is recorded."""
        for field in self.numbers.values():
            field.clear()
        for control in self.choices.values():
            control.setCurrentIndex(0)
        self.second_scale.setChecked(False)

    def _show(self) -> None:
        page = self._models.care.page
        self.scores.set_language(self._models.language)
        self.scores.show_scores((page.news2 if page else None) or ())
        self.table.fit_words(self._theme.px(ROW_PX))
        self.table.setMinimumHeight(self._theme.px(ROW_PX) * (_ROWS + 1))
        for field in self.numbers.values():
            field.setMaximumWidth(self._theme.px(_FIELD_PX))
        self._add_up()

    def _add_up(self) -> None:
        given, language = self.given(), self._models.language
        outside = self._outside()
        score = None if outside else news2(given)
        self.fault.setText(outside)
        self.fault.setVisible(bool(outside))
        self.save.setEnabled(score is not None)
        if score:
            level = words.LEVEL_NAMES[score.level].text(language)
            said = self.tr("{n} points ({level})").format(n=score.total, level=level)
        else:
            taken = sum(getattr(given, name) is not None for name in _ORDER)
            said = self.tr("{n} of {all}: no score before all are there")
            said = said.format(n=taken, all=_INPUTS)
        self.total.setText(said)

    def _outside(self) -> str:
        """Return which number is beyond what can be, empty where none is."""
        bounds = {**_BOUNDS, "temperature": _TEMPERATURE}
        for name, (least, most) in bounds.items():
            value = self._temperature() if name == "temperature" else self._number(name)
            if value is not None and not least <= value <= most:
                said = self.tr("{what}: {value} cannot be. Enter {least} to {most}.")
                what = words.INPUT_NAMES[name].text(self._models.language)
                return said.format(what=what, value=value, least=f"{least:g}", most=f"{most:g}")
        return ""

    def _number(self, name: str) -> int | None:
        text = self.numbers[name].text()
        return int(text) if text.isdecimal() else None

    def _temperature(self) -> float | None:
        text = self.numbers["temperature"].text().replace(",", ".")
        try:
            return round(float(text), 1)
        except ValueError:
            return None

    def _choice(self, name: str, *, yes: int) -> bool | None:
        place = self.choices[name].currentIndex()
        return None if place <= 0 else place == yes
