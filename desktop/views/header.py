"""The header: the area's name, its local time, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget
from typing_extensions import override

from desktop.models.person import NOBODY, ROLE_NAMES, Entry
from desktop.views.panels import Panel, label, row

if TYPE_CHECKING:
    from datetime import datetime

    from area_configs.domain.names import Language
    from desktop.models.person import Person

_HEIGHT_PX = 56


class Header(Panel):
    """One line above everything else."""

    help_wanted = Signal()
    sign_in_wanted = Signal()
    sign_out_wanted = Signal()
    lock_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "header")
        self.setFixedHeight(_HEIGHT_PX)
        self._area, self._time = label("title"), label("muted")
        self._language: Language = "en"
        self._help = QPushButton("?")
        self._help.setMinimumWidth(40)
        self._help.clicked.connect(self.help_wanted)
        self._person: Person | None = None
        self.chip = QPushButton()
        self.chip.setObjectName("person")
        self._menu = QMenu(self.chip)
        self.chip.setMenu(self._menu)
        box = row(self._area, gap=0)
        box.setContentsMargins(16, 0, 8, 0)
        box.addStretch(1)
        box.addWidget(self._time)
        box.addSpacing(16)
        box.addWidget(self.chip)
        box.addSpacing(8)
        box.addWidget(self._help)
        self.setLayout(box)
        self.retranslate()

    @override
    def retranslate(self) -> None:
        self._help.setAccessibleName(self.tr("Keyboard shortcuts"))
        self._help.setToolTip(self.tr("Keyboard shortcuts (F1)"))
        self._time.setAccessibleName(self.tr("Local time of the area"))
        self._show_chip()

    def show_area(self, name: str) -> None:
        """Show the area's name."""
        self._area.setText(name)

    def show_person(self, person: Person) -> None:
        """Show who sits here, and in which role."""
        self._person = person
        self._show_chip()

    def set_language(self, language: Language) -> None:
        """Name the role in another language."""
        self._language = language
        self._show_chip()

    def show_time(self, now: datetime) -> None:
        """Show the area's local time."""
        self._time.setText(f"{now:%Y-%m-%d %H:%M:%S %Z}")

    def _show_chip(self) -> None:
        role = self._person.role_name() if self._person else ROLE_NAMES[NOBODY]
        words = role.text(self._language)
        named = self._person is not None and self._person.entry in {Entry.PERSON, Entry.KEY}
        self.chip.setText(f"{self._person.name} · {words}" if self._person and named else words)
        self.chip.setAccessibleName(self.tr("Who is signed in: {who}").format(who=self.chip.text()))
        self._menu.clear()
        if self._person and self._person.entry is Entry.PERSON:
            self._menu.addAction(self.tr("Lock")).triggered.connect(self.lock_wanted)
            self._menu.addAction(self.tr("Sign out")).triggered.connect(self.sign_out_wanted)
        elif self._person and self._person.entry is Entry.KEY:
            self._menu.addAction(self.tr("Signed in with a key file")).setEnabled(False)
        elif self._person and self._person.entry is Entry.OPEN:
            self._menu.addAction(self.tr("This hub asks nobody who they are")).setEnabled(False)
        else:
            self._menu.addAction(self.tr("Sign in")).triggered.connect(self.sign_in_wanted)
