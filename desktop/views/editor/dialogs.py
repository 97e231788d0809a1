"""What is asked before a device or gateway is added, and what is shown before the area is saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

from area_configs.domain.protocols import LINKS
from desktop.models.area_draft import tables_at
from desktop.models.area_field_words import LINK_KINDS
from desktop.models.area_moves import fitting_links, free_id, free_unit
from desktop.views.panels import column, label, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.names import Language
    from desktop.models.area_draft import AreaDraft
    from desktop.views.theme import Theme

_DIFF_PX = (900, 560)
_LINE_PERCENT = 130.0
_UNFIT = re.compile(r"[^a-z0-9]+")


class AddDialog(QDialog):
    """Asks for what a new gateway needs; `added` gives its table."""

    added = Signal(dict)

    def __init__(self, draft: AreaDraft, language: Language, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self._draft, self._language = draft, language
        self.name_ja, self.name_en, self.ident = QLineEdit(), QLineEdit(), QLineEdit()
        self.why_not = label("mistake")
        self.why_not.setWordWrap(True)
        self.do = QPushButton(self.tr("Add"))
        self.do.setObjectName("primary")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.do, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        rows = [self._named(words, editor) for words, editor in self._editors()]
        self.setLayout(column(*rows, self.why_not, buttons, margin=24, gap=12))
        self.name_en.textEdited.connect(self._suggest)
        for line in (self.name_ja, self.name_en, self.ident):
            line.textChanged.connect(self._check)
        self._title()
        self._check()

    def table(self) -> dict[str, Any]:
        """Return what goes into the area file."""
        return {
            "id": self.ident.text().strip(),
            "name": {"ja": self.name_ja.text().strip(), "en": self.name_en.text().strip()},
        }

    def _title(self) -> None:
        self.setWindowTitle(self.tr("Add a gateway"))

    def _kind(self) -> str:
        return "gateways"

    def _editors(self) -> list[tuple[str, QWidget]]:
        return [
            (self.tr("Name (Japanese)"), self.name_ja),
            (self.tr("Name (English)"), self.name_en),
            (self.tr("ID"), self.ident),
        ]

    def _named(self, words: str, editor: QWidget) -> QWidget:
        line, name = QWidget(), label(text=words)
        name.setMinimumWidth(130)
        name.setBuddy(editor)
        editor.setAccessibleName(words)
        box = row(name, editor)
        box.setStretch(1, 1)
        line.setLayout(box)
        return line

    def _suggest(self, name: str) -> None:
        word = _UNFIT.sub("-", name.lower()).strip("-")[:60]
        self.ident.setText(free_id(self._draft.state, self._kind(), word) if word else "")

    def _check(self) -> None:
        why = self._why_not()
        self.why_not.setText(why)
        self.do.setEnabled(not why)

    def _why_not(self) -> str:
        if not (self.name_ja.text().strip() and self.name_en.text().strip()):
            return self.tr("Give it a name in both languages.")
        ident = self.ident.text().strip()
        if not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", ident):
            return self.tr("The id is made of small letters, digits, - and _.")
        if free_id(self._draft.state, self._kind(), ident) != ident:
            return self.tr("The id {id} is taken: choose another.").format(id=ident)
        return ""

    def _finish(self) -> None:
        self.added.emit(self.table())
        self.accept()


class AddDeviceDialog(AddDialog):
    """Asks for what a new device needs; the link and the unit are the first that fit."""

    def __init__(self, draft: AreaDraft, language: Language, parent: QWidget) -> None:
        self.model, self.gateway, self.address = QComboBox(), QComboBox(), QLineEdit()
        super().__init__(draft, language, parent)
        for ident, profile in draft.catalogue.of(draft.state.file.parent).items():
            self.model.addItem(f"{profile.name.text(language)} ({ident})", ident)
        for _, one in tables_at(draft.state, ("gateways",)):
            names = one.get("name", {})
            self.gateway.addItem(f"{names.get(language, '')} ({one.get('id')})", one.get("id"))
        self.model.currentIndexChanged.connect(self._check)
        self.gateway.currentIndexChanged.connect(self._check)
        self.address.textChanged.connect(self._check)
        self._check()

    @override
    def table(self) -> dict[str, Any]:
        """Return what goes into the area file; where it stands comes with it."""
        gateway, links = self.gateway.currentData(), self._links()
        link = next(iter(links), "")
        found = super().table() | {
            "profile": self.model.currentData(),
            "gateway": gateway,
            "link": link,
        }
        if self._needs() == "unit":
            found["unit"] = free_unit(self._draft.state, gateway, link)
        elif self._needs() == "address":
            found["address"] = self.address.text().strip()
        return found

    @override
    def _title(self) -> None:
        self.setWindowTitle(self.tr("Add a device"))

    @override
    def _kind(self) -> str:
        return "devices"

    @override
    def _editors(self) -> list[tuple[str, QWidget]]:
        wiring: list[tuple[str, QWidget]] = [
            (self.tr("Model"), self.model),
            (self.tr("Gateway"), self.gateway),
        ]
        return [*wiring, *super()._editors(), (self.tr("Address"), self.address)]

    def _links(self) -> dict[str, Any]:
        profiles = self._draft.catalogue.of(self._draft.state.file.parent)
        profile = profiles.get(self.model.currentData())
        return dict(fitting_links(self._draft.state, self.gateway.currentData(), profile))

    def _needs(self) -> str:
        kind = next(iter(self._links().values()), None)
        return LINKS[kind].devices if kind else "none"

    @override
    def _check(self) -> None:
        if (line := self.address.parentWidget()) is not None and line is not self:
            line.setVisible(self._needs() == "address")
        super()._check()

    @override
    def _why_not(self) -> str:
        if self.model.count() and not self._links():
            return self.tr("This gateway has no link for this model: add the link first.")
        if self._needs() == "address" and not self.address.text().strip():
            return self.tr("Give the device's address on the link.")
        return super()._why_not()


class LinkDialog(QDialog):
    """Asks which kind of link a gateway gets."""

    chosen = Signal(str)

    def __init__(self, language: Language, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add a link"))
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.windowTitle())
        for kind, words in LINK_KINDS.items():
            self.kind.addItem(words.text(language), kind)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        self.setLayout(column(self.kind, buttons, margin=24, gap=12))

    def _finish(self) -> None:
        self.chosen.emit(self.kind.currentData())
        self.accept()


class SaveDialog(QDialog):
    """Every line that differs, a note, and the two ways out: a file, or the hub."""

    file_wanted = Signal()
    hub_wanted = Signal(str)  # the note

    def __init__(
        self,
        draft: AreaDraft,
        why_not: Callable[[], tuple[str, str]],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        """`why_not` says why it cannot go into a file, and why not to the hub; empty where it can."""
        super().__init__(parent)
        self._why = why_not
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Save the area"))
        self.resize(*_DIFF_PX)
        lines = draft.difference()
        count = sum(1 for line in lines if line[:1] in "+-")
        head = label("heading", self.tr("{n} lines differ from what was saved").format(n=count))
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(head.text())
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        self.note.setPlaceholderText(self.tr("Note for the history (optional)"))
        self.note.setAccessibleName(self.tr("Note for the history"))
        self.file, self.hub = QPushButton(self.tr("Save to a file")), QPushButton()
        self.hub.setText(self.tr("Send to the hub"))
        self.hub.setObjectName("primary")
        self.why_not = label("small")
        self.why_not.setWordWrap(True)
        self.why_not.setContentsMargins(0, 0, 0, 6)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.file.clicked.connect(self._to_file)
        self.hub.clicked.connect(self._to_hub)
        buttons = row(cancel, self.file, self.hub)
        buttons.insertStretch(0, 1)
        self.setLayout(column(head, self.text, self.note, self.why_not, buttons, margin=16, gap=12))
        self._fill(lines, theme)
        self.allow()
        draft.changed.connect(self.allow)

    def allow(self) -> None:
        """Open and shut the ways out by what stands against them now."""
        why_not = self._why()
        self.why_not.setText("\n".join(dict.fromkeys(why for why in why_not if why)))
        self.why_not.setVisible(bool(self.why_not.text()))
        for button, why in zip((self.file, self.hub), why_not, strict=True):
            button.setEnabled(not why)
            button.setToolTip(why)

    def _fill(self, lines: list[str], theme: Theme) -> None:
        cursor = QTextCursor(self.text.document())
        roomy, proportional = (
            QTextBlockFormat(),
            QTextBlockFormat.LineHeightTypes.ProportionalHeight,
        )
        roomy.setLineHeight(_LINE_PERCENT, proportional.value)
        colours = {"+": theme.tokens.accent, "-": theme.tokens.alarm, "@": theme.tokens.muted}
        for line in lines:
            cursor.setBlockFormat(roomy)
            form = QTextCharFormat()
            if line[:1] in colours:
                form.setForeground(QColor(colours[line[:1]]))
            cursor.insertText(f"{line}\n", form)

    def _to_file(self) -> None:
        self.accept()
        self.file_wanted.emit()

    def _to_hub(self) -> None:
        self.accept()
        self.hub_wanted.emit(self.note.text().strip())
