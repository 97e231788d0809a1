"""Registering a resident: the pseudonym that a gateway made, and a label that is no name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFormLayout, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from desktop.models.care_registry import Enrolment
from desktop.views.panels import Panel, column, label, restyle, row

if TYPE_CHECKING:
    from desktop.models.area_models import AreaModels

_PSEUDONYM = re.compile(r"p-[a-z2-7]{26}")  # as the hub takes it
_MOST_LETTERS = 24  # ditto


class CareEnrolment(Panel):
    """A form that is there only while it is wanted; the hub's no leaves it as it was written."""

    def __init__(self, models: AreaModels, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="inset")
        self._registry = models.registry
        self.title, self.hint, self.fault = label("stripTitle"), label("muted"), label("mistake")
        self.label, self.pseudonym = QLineEdit(), QLineEdit()
        self.register, self.cancel = QPushButton(), QPushButton()
        self._names = {name: label() for name in ("label", "pseudonym")}
        self._sent = False
        self._lay_out()
        self._connect()
        self.retranslate()
        self.hide()

    @override
    def retranslate(self) -> None:
        self.title.setText(self.tr("Register a resident"))
        self.hint.setText(
            self.tr(
                "Never a name: a letter or a room. The gateway makes the pseudonym; the technician "
                "reads it there with area-edge pseudonyms."
            )
        )
        self._names["label"].setText(self.tr("Label"))
        self._names["pseudonym"].setText(self.tr("Pseudonym"))
        self.label.setPlaceholderText(self.tr("Such as A or 101"))
        self.pseudonym.setPlaceholderText(self.tr("p- and 26 letters and digits"))
        self.label.setAccessibleName(self._names["label"].text())
        self.pseudonym.setAccessibleName(self._names["pseudonym"].text())
        self.register.setText(self.tr("Register"))
        self.cancel.setText(self.tr("Cancel"))
        if self.fault.text():
            self.fault.setText(self._fault())

    def open(self) -> None:
        """Show the form and begin to write."""
        self.show()
        self.label.setFocus()

    def record(self) -> None:
        """Register what is entered, or say what is wrong about it."""
        fault = self._fault()
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        if not fault:
            self._sent = True
            new = Enrolment(self.pseudonym.text().strip(), self.label.text().strip())
            self._registry.enrolment_wanted.emit(new)

    def leave(self) -> None:
        """Forget what is written and go."""
        for field in (self.label, self.pseudonym):
            field.clear()
            restyle(field, wrong="")
        self.fault.clear()
        self.fault.hide()
        self.hide()

    def _lay_out(self) -> None:
        self.label.setMaxLength(_MOST_LETTERS)
        for text in (self.hint, self.fault):
            text.setWordWrap(True)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self._names["label"], self.label)
        form.addRow(self._names["pseudonym"], self.pseudonym)
        buttons = row(self.register, self.cancel, gap=8)
        buttons.addStretch(1)
        self.setLayout(column(self.title, self.hint, form, self.fault, buttons, margin=12, gap=8))
        self.fault.hide()

    def _connect(self) -> None:
        self.register.clicked.connect(self.record)
        self.cancel.clicked.connect(self.leave)
        for field in (self.label, self.pseudonym):
            field.returnPressed.connect(self.record)
        self._registry.done.connect(self._done)
        self._registry.failed.connect(self._failed)

    def _done(self) -> None:
        if self._sent:
            self._sent = False
            self.leave()

    def _failed(self) -> None:
        self._sent = False

    def _fault(self) -> str:
        named = bool(self.label.text().strip())
        right = _PSEUDONYM.fullmatch(self.pseudonym.text().strip()) is not None
        restyle(self.label, wrong="" if named else "yes")
        restyle(self.pseudonym, wrong="" if right else "yes")
        if not named:
            return self.tr("Write a label, such as a letter or a room.")
        if not right:
            return self.tr(
                "A pseudonym is p- and 26 small letters and digits 2 to 7, as the gateway shows it."
            )
        return ""
