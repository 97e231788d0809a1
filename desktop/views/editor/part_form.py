"""The form of one part of the area: a line per field with its editor, its unit and its mistake."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from typing_extensions import override

from area_configs.area_edit import CannotEdit
from desktop.models.area_field_words import mistake_words
from desktop.models.area_fields import AreaField, Group, groups_of
from desktop.models.area_moves import free_id
from desktop.views.panels import Translated, column, label, restyle, row

if TYPE_CHECKING:
    from area_configs.domain.names import Language
    from area_configs.loader.locator import Path
    from desktop.models.area_draft import AreaDraft

_EDITOR_PX = 90

Editor = QLineEdit | QComboBox | QCheckBox


class PartForm(Translated):
    """Edits the chosen part; every field is one step of undo, every mistake stands at its field."""

    refused = Signal(str)  # why a change could not be made
    remove_wanted = Signal(object)  # the path of a group

    def __init__(self, draft: AreaDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._language: Language = "ja"
        self._shape: tuple[Group, ...] = ()
        self.lines: dict[Path, FieldLine] = {}
        self._notes: list[tuple[QLabel, Path]] = []
        self.sheet = QScrollArea()
        self.sheet.setFrameShape(QFrame.Shape.NoFrame)
        self.sheet.setWidgetResizable(True)
        self.sheet.setObjectName("plainScroll")
        self.sheet.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(column(self.sheet))
        draft.changed.connect(self.refresh)
        draft.chosen_changed.connect(self.refresh)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._language = language
        self._shape = ()
        self.refresh()

    @override
    def retranslate(self) -> None:
        self._shape = ()
        self.refresh()

    def refresh(self) -> None:
        """Show the chosen part as it is by now; editors stay where the fields are the same."""
        draft = self._draft
        if not draft.known:
            return
        shape = groups_of(draft.state, draft.chosen, draft.catalogue)
        if shape != self._shape:
            self._shape = shape
            self._build()
        for line in self.lines.values():
            line.show_value(draft, self._language)
        for note, path in self._notes:
            found = "\n".join(
                mistake_words(m).text(self._language) for m in draft.mistakes_at(path)
            )
            note.setText(found)
            note.setVisible(bool(found))

    def focus(self, path: Path) -> None:
        """Put the cursor into a field."""
        line = self.lines.get(path)
        if line is not None:
            line.editor.setFocus()
            self.sheet.ensureWidgetVisible(line.editor)

    def take(self, field: AreaField, value: Any) -> None:
        """Change a field; what cannot be changed is told."""
        try:
            if field.kind == "id":
                self._rename(field, value)
            else:
                self._draft.set(field.path, value)
        except CannotEdit as error:
            self.refused.emit(str(error))
            self.refresh()

    def _rename(self, field: AreaField, value: Any) -> None:
        """Take an id that nobody else has; another's would change both from then on."""
        part = field.path[:-1]
        kind = str(part[0]) if len(part) == 2 else ""  # noqa: PLR2004  # a link's is its gateway's own
        if value == self._draft.state.value(field.path):
            return
        if kind and free_id(self._draft.state, kind, str(value)) != value:
            raise CannotEdit(self.tr("The id {id} is taken: choose another.").format(id=value))
        self._draft.rename(part, str(value))

    def _build(self) -> None:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(4, 4, 16, 4)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.lines, self._notes = {}, []
        for group in self._shape:
            self._head(grid, group)
            for field in group.fields:
                line = FieldLine(self, field, self._language)
                line.place(grid)
                self.lines[field.path] = line
        grid.setRowStretch(grid.rowCount(), 1)
        self.sheet.setWidget(inside)

    def _head(self, grid: QGridLayout, group: Group) -> None:
        head, note = label("heading", group.name.text(self._language)), label("mistake")
        note.setWordWrap(True)
        note.hide()
        at = grid.rowCount()
        path = group.removable or self._draft.chosen
        if group.removable:
            gone = QPushButton(self.tr("Remove"))
            gone.setAccessibleName(f"{gone.text()}: {head.text()}")
            gone.clicked.connect(lambda: self.remove_wanted.emit(group.removable))
            box = row(head, gone)
            box.setStretch(0, 1)
            grid.addLayout(box, at, 0, 1, 3)
        else:
            grid.addWidget(head, at, 0, 1, 3)
        grid.setRowMinimumHeight(at, 36)
        grid.addWidget(note, at + 1, 0, 1, 3)
        if group.removable or group is self._shape[0]:
            self._notes.append((note, path))


class FieldLine:
    """One field of the form."""

    def __init__(self, form: PartForm, field: AreaField, language: Language) -> None:
        self.field, self._form = field, form
        name = field.label().text(language)
        self._label, self._unit = label(text=name), label("muted", field.unit())
        self._label.setWordWrap(True)
        self.mistake = label("mistake")
        self.mistake.setWordWrap(True)
        self.mistake.hide()
        self.editor = self._made(language)
        self.editor.setAccessibleName(name)
        self._label.setBuddy(self.editor)

    def place(self, grid: QGridLayout) -> None:
        """Stand in the next line of a grid."""
        at = grid.rowCount()
        grid.addWidget(self._label, at, 0)
        grid.addWidget(self.editor, at, 1)
        grid.addWidget(self._unit, at, 2)
        grid.addWidget(self.mistake, at + 1, 1, 1, 2)

    def show_value(self, draft: AreaDraft, language: Language) -> None:
        """Show what stands in the draft, and what is wrong with it."""
        _fill(self.editor, self.field, draft.state.value(self.field.path))
        found = draft.mistakes_at(self.field.path)
        self.mistake.setText("\n".join(mistake_words(one).text(language) for one in found))
        self.mistake.setVisible(bool(found))
        restyle(self.editor, wrong="yes" if found else "")

    def _made(self, language: Language) -> Editor:
        match self.field.kind:
            case "flag":
                box = QCheckBox()
                box.clicked.connect(lambda on: self._form.take(self.field, on))
                return box
            case "choice":
                return self._choices(language)
        line = QLineEdit()
        line.setMinimumWidth(_EDITOR_PX)
        hint = self.field.hint()
        line.setPlaceholderText(hint.text(language) if hint else "")
        if self.field.kind == "id":  # whole, or every letter would rename it everywhere
            line.editingFinished.connect(lambda: self._form.take(self.field, line.text().strip()))
        else:
            line.textEdited.connect(
                lambda text: self._form.take(self.field, _value(self.field, text))
            )
        return line

    def _choices(self, language: Language) -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        hint = self.field.hint()
        if self.field.optional:
            box.addItem(hint.text(language) if hint else "", None)
        for value, words in self.field.choices:
            box.addItem(words.text(language), value)
        box.activated.connect(lambda at: self._form.take(self.field, box.itemData(at)))
        box.currentTextChanged.connect(box.setToolTip)  # what is too long is cut
        return box


def _fill(editor: Editor, field: AreaField, value: Any) -> None:
    if isinstance(editor, QCheckBox):
        editor.setChecked(value is True)
    elif isinstance(editor, QComboBox):
        editor.setCurrentIndex(editor.findData(value))
        if editor.currentIndex() < 0:
            editor.setPlaceholderText("" if value is None else str(value))
    elif field.kind == "id":
        if not editor.hasFocus() or not editor.isModified():
            editor.setText(_text(value))
    elif _value(field, editor.text()) != value:  # what is typed in stays as it is typed
        editor.setText(_text(value))
        editor.setCursorPosition(0)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _value(field: AreaField, text: str) -> Any:
    """Return a typed text as the file has it; what is no number stays the text it is."""
    text = text.strip()
    if not text and field.optional:
        return None
    if field.kind == "list":
        return [one.strip() for one in text.split(",") if one.strip()]
    if field.kind == "whole":
        with suppress(ValueError):
            return int(text)
    if field.kind == "number":
        with suppress(ValueError):
            number = float(text)
            return int(number) if text.lstrip("-").isdigit() else number
    return text
