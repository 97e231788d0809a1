"""A gateway's configuration: the form, what would change, undo, apply, and how far it has got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QScrollArea, QWidget
from typing_extensions import override

from desktop.models import person, settings_fields, wording
from desktop.models.connection import Link
from desktop.models.fleet import VERSION_NAMES
from desktop.models.time_source import Mode
from desktop.views.panels import Translated, column, label, row, spaced
from desktop.views.past_settings import PastSettings
from desktop.views.settings_form import SettingsForm, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.models.area_models import AreaModels
    from desktop.models.settings_fields import Field

_MOST_LISTED = 8


class ConfigurationPanel(Translated):
    """Shows some fields of one gateway's draft, and everything that its draft changes."""

    applied = Signal(str)  # gateway

    def __init__(
        self,
        models: AreaModels,
        gateway: str,
        fields: Sequence[Field],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._models, self._gateway = models, gateway
        self.draft = models.fleet.drafts[gateway]
        self.form = SettingsForm(self.draft, fields, models.language)
        self.past = PastSettings(models, gateway, fields)
        self._head, self._changes = label("heading"), label()
        self._state, self._said = label("muted"), label("mistake")
        self.why_not = label("small")
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        self.undo, self.redo, self.discard = QPushButton(), QPushButton(), QPushButton()
        self.apply = QPushButton()
        self.apply.setObjectName("primary")
        self._lay_out()
        self._connect()
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._head.setText(self.tr("What would change"))
        self.undo.setText(self.tr("Undo"))
        self.redo.setText(self.tr("Redo"))
        self.discard.setText(self.tr("Discard draft"))
        self.apply.setText(self.tr("Apply to gateway"))
        self.note.setPlaceholderText(self.tr("Note for the history (optional)"))
        self.note.setAccessibleName(self.tr("Note for the history"))
        self.form.set_language(self._models.language)
        self._show()

    def _lay_out(self) -> None:
        for text in (self._changes, self._state, self._said, self.why_not):
            text.setWordWrap(True)
        self._scroll = scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.form)
        scroll.setObjectName("plainScroll")
        buttons = row(self.undo, self.redo, self.discard)
        buttons.addStretch(1)
        buttons.addWidget(self.apply)
        parts = (self._head, self._changes, self._said, self._state)
        box = column(scroll, self.past, *parts, gap=8)
        for part in (self.note, self.why_not):
            box.addWidget(part)
        box.addLayout(buttons)
        box.setStretch(0, 1)
        box.setStretch(1, 1)
        box.setContentsMargins(0, 12, 0, 0)
        self.setLayout(box)

    def _connect(self) -> None:
        fleet = self._models.fleet
        self.undo.clicked.connect(self.draft.undo.undo)
        self.redo.clicked.connect(self.draft.undo.redo)
        self.discard.clicked.connect(self._discard)
        self.apply.clicked.connect(self._apply)
        for button, can, changed in (
            (self.undo, self.draft.undo.canUndo(), self.draft.undo.canUndoChanged),
            (self.redo, self.draft.undo.canRedo(), self.draft.undo.canRedoChanged),
        ):
            button.setEnabled(can)
            changed.connect(button.setEnabled)
        self.draft.changed.connect(self._changed)
        fleet.versions_changed.connect(self._spoken)
        fleet.changed.connect(self._spoken)
        fleet.said.connect(self._take_said)
        self._models.connection.changed.connect(self._show)
        self._models.person.changed.connect(self._show)
        self._models.time.changed.connect(self._show)
        for keys, action in (
            (QKeySequence.StandardKey.Undo, self.draft.undo.undo),
            (QKeySequence.StandardKey.Redo, self.draft.undo.redo),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    def _apply(self) -> None:
        self._said.setText("")
        self._models.fleet.apply(self._gateway, self.note.text().strip())
        self.applied.emit(self._gateway)

    def _discard(self) -> None:
        self.draft.discard()
        self._said.setText("")

    def _changed(self) -> None:
        self._said.setText("")
        self._show()

    def _spoken(self, gateway: str) -> None:
        if gateway == self._gateway:
            self._show()

    def _take_said(self, gateway: str, words: str) -> None:
        if gateway == self._gateway:
            self._said.setText(words)
            self._show()

    def _show(self) -> None:
        differences = self.draft.differences()
        replayed = self._models.time.mode is Mode.REPLAY
        self._scroll.setHidden(replayed)
        edits = (self.undo, self.redo, self.discard)
        for part in (self._head, self._changes, self._state, *edits):
            part.setHidden(replayed)
        self._changes.setText(spaced(*self._change_text().splitlines()))
        self._said.setVisible(bool(self._said.text()))
        self._state.setText(spaced(*self._state_text().splitlines()))
        forbidden = self._models.fleet.forbidden
        why = forbidden.text(self._models.language) if forbidden else self._why_not()
        self.why_not.setText(why)
        self.why_not.setVisible(bool(why))
        self.apply.setEnabled(not why)
        self.discard.setEnabled(bool(differences))
        self.note.setVisible(bool(differences) and not replayed)

    def _change_text(self) -> str:
        language = self._models.language
        lines = []
        for one in self.draft.differences():
            where = self._where(one.path)
            unit = _unit(one.path[-1], language)
            before, after = self._value_text(one.before), self._value_text(one.after)
            lines.append(f"・{where}:  {before} → {after} {unit}".rstrip())
        if len(lines) > _MOST_LISTED:
            more = self.tr("and {n} more").format(n=len(lines) - _MOST_LISTED)
            lines = [*lines[:_MOST_LISTED], more]
        return "\n".join(lines) or self.tr("Nothing: the draft is what the gateway runs.")

    def _value_text(self, value: object) -> str:
        return self.tr("standard") if value is None else shown(value, self._models.language)

    def _where(self, path: tuple[str, ...]) -> str:
        words = settings_fields.describe(path).text(self._models.language)
        if path[0] != settings_fields.DEVICES:
            return words
        names = {device.id: device.name for device in self._models.area.devices}
        name = names[path[1]].text(self._models.language) if path[1] in names else path[1]
        return words.replace(path[1], name, 1)

    def _state_text(self) -> str:
        fleet, language = self._models.fleet, self._models.language
        facts, versions = fleet.facts(self._gateway), fleet.versions(self._gateway)
        if not self.draft.known:
            return self.tr("The gateway has not said yet what it runs.")
        runs = str(facts.running) if facts.running is not None else wording.UNKNOWN
        lines = [self.tr("In force at the gateway: version {n}").format(n=runs)]
        if versions and versions[0].number != facts.running:
            newest = versions[0]
            words = VERSION_NAMES.get(newest.state, VERSION_NAMES[""]).text(language)
            lines.append(
                self.tr("Version {n}: {state}").format(n=newest.number, state=words)
                + (f"\n{newest.detail}" if newest.detail else "")
            )
        if self.draft.behind:
            lines.append(self.tr("Somebody changed the gateway meanwhile: look before you apply."))
        return "\n".join(lines)

    def _why_not(self) -> str:
        if not self.draft.known or not self.draft.dirty:
            return self.tr("Nothing to apply.")
        if wrong := len(self.draft.mistakes()):
            return self.tr("Wrong fields: {n}. Mend them first.").format(n=wrong)
        if self._models.connection.link is not Link.CONNECTED:
            return self.tr("No connection to the hub: the draft is kept on this machine.")
        if self._models.person.role not in person.INSTALLERS:
            return self.tr("Only the area manager and technicians apply settings.")
        if self._models.fleet.undecided(self._gateway):
            return self.tr("A version is under way: wait for its end.")
        return ""


def _unit(key: str, language: str) -> str:
    unit = settings_fields.Field((key,), "number").unit()
    return unit.ja if language == "ja" else unit.en
