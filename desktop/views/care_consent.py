"""Consent of one resident: its versions, giving a new one, and taking it back with open eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from area_configs.domain.care import Scope
from desktop.models import care_record_words as words
from desktop.models.care_drafts import ConsentDraft, WithdrawalDraft, is_day
from desktop.models.care_tables import clock_text, day_number, day_text
from desktop.views.care_form import FormLife
from desktop.views.panels import Panel, Translated, column, label, restyle, row, spaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.care import Consent, Withdrawal
    from desktop.models.area_models import AreaModels
    from desktop.models.care_consents import ConsentDesk

_MOST_LETTERS = 120  # what the hub takes


class CareConsent(Translated):
    """The tab of consent. Nothing is deleted before it was shown what would be."""

    def __init__(
        self, models: AreaModels, desk: ConsentDesk, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._models, self._care = models, desk
        self.state, self.versions = label("heading"), label("careWords")
        self.scopes = {scope: QCheckBox() for scope in Scope}
        self.ended = {scope: QCheckBox() for scope in Scope}
        self.policy, self.given_on, self.given_by = QLineEdit(), QLineEdit(), QLineEdit()
        self.give, self.look, self.withdraw, self.keep = (QPushButton() for _ in range(4))
        self.told, self.fault = label("careWords"), label("mistake")
        self._titles = {name: label("stripTitle") for name in ("versions", "new", "end")}
        self._names = {name: label() for name in ("scopes", "policy", "on", "by")}
        self._end = Panel(name="inset")
        self._asked: WithdrawalDraft | None = None
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        titles = {
            "versions": self.tr("Every version, newest first"),
            "new": self.tr("Record a consent"),
            "end": self.tr("Take a consent back"),
        }
        for name, text in titles.items():
            self._titles[name].setText(text)
        fields = {
            "scopes": self.tr("Agreed to"),
            "policy": self.tr("Version of the consent form"),
            "on": self.tr("Given on"),
            "by": self.tr("Given by"),
        }
        for name, text in fields.items():
            self._names[name].setText(text)
        for scope, box in (*self.scopes.items(), *self.ended.items()):
            box.setText(words.SCOPE_NAMES[scope].text(self._models.language))
        self.given_by.setPlaceholderText(
            self.tr("Empty: the resident. Else daughter, guardian ...")
        )
        self.policy.setPlaceholderText(self.tr("As printed on the paper, such as 2026-04"))
        self.give.setText(self.tr("Record consent"))
        self.look.setText(self.tr("Show what would be deleted ..."))
        self.keep.setText(self.tr("Change nothing"))
        self.withdraw.setText(self.tr("Take back and delete"))
        self._name_fields()
        self._show()

    def record(self) -> None:
        """Record what is entered, or say what is missing."""
        fault = self._fault()
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        if not fault:
            draft = ConsentDraft(
                self._care.chosen,
                _ticked(self.scopes),
                self.policy.text().strip(),
                self.given_on.text().strip(),
                self.given_by.text().strip() or "self",
            )
            self._life.sent()
            self._care.consent_wanted.emit(draft)

    def ask(self) -> None:
        """Ask what taking back the ticked scopes would delete."""
        ticked = _ticked(self.ended)
        self.fault.setText("" if ticked else self.tr("Tick what is no longer agreed to."))
        self.fault.setVisible(not ticked)
        if ticked:
            self._asked = WithdrawalDraft(self._care.chosen, ticked)
            self._care.preview_wanted.emit(self._asked)

    def end(self) -> None:
        """Take back what was shown."""
        if self._asked and self._asked.resident == self._care.chosen:
            self._life.sent()
            self._care.withdrawal_wanted.emit(self._asked)
        self.leave()

    def leave(self) -> None:
        """Change nothing."""
        self._asked = None
        self._end.hide()
        self.look.show()

    def _name_fields(self) -> None:
        for field, name in ((self.policy, "policy"), (self.given_on, "on"), (self.given_by, "by")):
            field.setAccessibleName(self._names[name].text())

    def _lay_out(self) -> None:
        for text in (self.state, self.versions, self.told, self.fault):
            text.setWordWrap(True)
        self.withdraw.setObjectName("danger")
        for field in (self.policy, self.given_by):
            field.setMaxLength(_MOST_LETTERS)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self._names["scopes"], column(*self.scopes.values(), gap=4))
        form.addRow(self._names["policy"], self.policy)
        form.addRow(self._names["on"], self.given_on)
        form.addRow(self._names["by"], self.given_by)
        choice = row(self.keep, self.withdraw, gap=8)
        choice.addStretch(1)
        self._end.setLayout(column(self.told, choice, margin=12, gap=8))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        giving, ending = row(self.give), row(self.look)
        for buttons in (giving, ending):
            buttons.addStretch(1)
        box = column(
            *(self.state, self.fault, self._titles["new"], form, giving),
            *(self._titles["end"], column(*self.ended.values(), gap=4), ending, self._end),
            *(self._titles["versions"], self.versions),
            margin=12,
            gap=10,
        )
        box.addStretch(1)
        self.setLayout(box)
        self._end.hide()
        self.fault.hide()

    def _connect(self) -> None:
        self._life = FormLife(self._care, self._begin)
        self._care.page_changed.connect(self._show)
        self._care.preview_came.connect(self._preview_came)
        self._care.failed.connect(lambda _: self.leave())
        self.give.clicked.connect(self.record)
        self.look.clicked.connect(self.ask)
        self.keep.clicked.connect(self.leave)
        self.withdraw.clicked.connect(self.end)

    def _begin(self) -> None:
        """Begin with what holds now and today's date."""
        self.leave()
        resident, consents = self._care.resident, self._care.consents
        held = resident.consent if resident else ()
        for scope, box in self.scopes.items():
            box.setChecked(scope in held)
            self.ended[scope].setChecked(False)
            self.ended[scope].setEnabled(scope in held)
        newest = consents[-1] if consents else None
        self.policy.setText(newest.policy if newest else "")
        self.given_by.setText(
            "" if newest is None or newest.given_by == "self" else newest.given_by
        )
        today = day_number(self._models.clock(), self._models.area.timezone)
        self.given_on.setText(day_text(today))
        self.fault.hide()

    def _show(self) -> None:
        resident, language = self._care.resident, self._models.language
        held = resident.consent if resident else ()
        if held:
            text = self.tr("Agreed to now: {what}").format(
                what=words.scopes_text(tuple(held), language)
            )
        else:
            text = self.tr(
                "Nothing is agreed to: nothing is collected and nothing can be recorded."
            )
        self.state.setText(text)
        self.look.setEnabled(bool(held))
        lines = [self._line(one) for one in reversed(self._care.consents)]
        self.versions.setText(spaced(*(lines or [self.tr("None")])))

    def _line(self, one: Consent) -> str:
        said = words.consent_text(one, self._models.language)
        if one.withdrawn_us is None:
            return said
        at = clock_text(one.withdrawn_us, self._models.area.timezone)
        ended = self.tr("taken back {at}").format(at=at)
        return f"{said} — {ended}"

    def _preview_came(self, preview: Withdrawal) -> None:
        if self._asked is None:
            return
        language = self._models.language
        ended = words.scopes_text(preview.withdrawn, language)
        lines = [self.tr("Taken back: {what}").format(what=ended)]
        lines += [
            self.tr("Deleted for ever: {what}").format(what=one)
            for one in words.deleted_lines(preview, language)
        ]
        if preview.kept:
            kept = words.scopes_text(preview.kept, language)
            lines.append(self.tr("Stays agreed to: {what}").format(what=kept))
        lines.append(self.tr("Gateways stop collecting within seconds and delete what they keep."))
        self.told.setText(spaced(*lines))
        self._asked = WithdrawalDraft(self._asked.resident, preview.withdrawn)
        self._end.show()
        self.look.hide()
        self.keep.setFocus()

    def _fault(self) -> str:
        given_on = self.given_on.text().strip()
        today = day_text(day_number(self._models.clock(), self._models.area.timezone))
        right = is_day(given_on) and given_on <= today
        restyle(self.given_on, wrong="" if right else "yes")
        restyle(self.policy, wrong="" if self.policy.text().strip() else "yes")
        if not _ticked(self.scopes):
            return self.tr("Tick at least one thing that is agreed to.")
        if not self.policy.text().strip():
            return self.tr("Write which version of the consent form was signed.")
        return "" if right else self.tr("Write the date as YYYY-MM-DD, not later than today.")


def _ticked(boxes: Mapping[Scope, QCheckBox]) -> tuple[str, ...]:
    return tuple(str(scope) for scope, box in boxes.items() if box.isChecked())
