"""A form of settings: one line per field with its editor, its unit, what runs now, its mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget
from typing_extensions import override

from desktop.models import settings_fields
from desktop.models.settings_fields import CHOICE_NAMES, HINTS
from desktop.views.panels import Translated, label, restyle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from area_configs.domain.names import Language, Name
    from desktop.models.configuration_draft import ConfigurationDraft
    from desktop.models.settings_fields import Field

_EDITOR_PX = 240


class SettingsForm(Translated):
    """Edits a draft; every change is one step of its undo, every mistake stands at its field."""

    def __init__(
        self,
        draft: ConfigurationDraft,
        fields: Sequence[Field],
        language: Language,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._draft, self._language = draft, language
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(3, 1)
        self.lines = [_Line(self, field, draft) for field in fields]
        for line in self.lines:
            line.place(self._grid)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        draft.changed.connect(self.refresh)
        self.retranslate()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        self.retranslate()

    @override
    def retranslate(self) -> None:
        for line in self.lines:
            line.write(self._language)
        self.refresh()

    def refresh(self) -> None:
        """Show the draft as it is by now."""
        mistakes = self._draft.mistakes()
        for line in self.lines:
            line.show_value(mistakes, self._language)
        self.setEnabled(self._draft.known)

    def hint(self, field: Field) -> str:
        """Return what an empty editor says."""
        if field.key in HINTS and field.optional:
            return HINTS[field.key].text(self._language)
        if field.default is None:
            return ""
        return self.tr("Default: {value}").format(value=_text(field.default))

    def runs(self, field: Field) -> str:
        """Say what the gateway runs, where the draft differs."""
        before, after = self._draft.applied(field.path), self._draft.value(field.path)
        if before == after:
            return ""
        if before is None:
            return self.tr("Runs now: as standard")
        return self.tr("Runs now: {value}").format(value=shown(before, self._language))


class _Line:
    """One field of a form."""

    def __init__(self, form: SettingsForm, field: Field, draft: ConfigurationDraft) -> None:
        self.field = field
        self._form, self._draft = form, draft
        self._label, self._unit, self._runs = label(), label("muted"), label("small")
        self.mistake = label("mistake")
        self.mistake.hide()
        self.editor = self._made()
        self._label.setBuddy(self.editor)

    def place(self, grid: QGridLayout) -> None:
        at = grid.rowCount()
        self._label.setMinimumWidth(150)
        for column, widget in enumerate((self._label, self.editor, self._unit, self._runs)):
            grid.addWidget(widget, at, column, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.mistake, at + 1, 1, 1, 3)

    def write(self, language: Language) -> None:
        name = self.field.label().text(language)
        self._label.setText(name)
        self._unit.setText(self.field.unit().text(language))
        self.editor.setAccessibleName(name)
        hint = HINTS.get(self.field.key)
        self.editor.setToolTip(hint.text(language) if hint else "")
        if isinstance(self.editor, QLineEdit):
            self.editor.setPlaceholderText(self._form.hint(self.field))
        elif isinstance(self.editor, QComboBox):
            for at, choice in enumerate(self.field.choices):
                self.editor.setItemText(at, shown(choice, language))

    def show_value(self, mistakes: Mapping[settings_fields.Path, Name], language: Language) -> None:
        value = self._draft.value(self.field.path)
        _fill(self.editor, self.field, value)
        wrong = mistakes.get(self.field.path)
        self.mistake.setText(wrong.text(language) if wrong else "")
        self.mistake.setVisible(wrong is not None)
        self._runs.setText(self._form.runs(self.field))
        restyle(self.editor, wrong="yes" if wrong else "")

    def _made(self) -> QLineEdit | QComboBox | QCheckBox:
        match self.field.kind:
            case "flag":
                box = QCheckBox()
                box.clicked.connect(self._flag)
                return box
            case "choice":
                choices = QComboBox()
                choices.addItems(list(self.field.choices))
                choices.activated.connect(lambda at: self._take(self.field.choices[at]))
                choices.setFixedWidth(_EDITOR_PX)
                return choices
        line = QLineEdit()
        line.setFixedWidth(_EDITOR_PX)
        line.textEdited.connect(lambda text: self._take(_value(self.field, text)))
        return line

    def _flag(self, on: bool) -> None:
        """Take a flag; what holds anyway is not written into a device's table."""
        same = self.field.path[0] == settings_fields.DEVICES and on == self.field.default
        self._take(None if same else on)

    def _take(self, value: Any) -> None:
        self._draft.set(self.field.path, value)


def shown(value: Any, language: Language) -> str:
    """Write a value of a setting as people read it."""
    if isinstance(value, bool):
        return {"ja": ("いいえ", "はい"), "en": ("no", "yes")}[language][value]
    if value in CHOICE_NAMES:
        return CHOICE_NAMES[value].text(language)
    return "—" if value is None else _text(value)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fill(editor: QLineEdit | QComboBox | QCheckBox, field: Field, value: Any) -> None:
    if isinstance(editor, QCheckBox):
        editor.setChecked(bool(field.default if value is None else value))
    elif isinstance(editor, QComboBox):
        known = value if value in field.choices else field.default
        editor.setCurrentIndex(field.choices.index(known))
    elif _value(field, editor.text()) != value:  # what is typed in stays as it is typed
        editor.setText("" if value is None else _text(value))


def _value(field: Field, text: str) -> Any:
    """Return a typed text as the document has it; what is no number stays the text it is."""
    text = text.strip()
    if not text:
        return None
    if field.kind == "text":
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
