"""The page of the area editor: its parts at the left, the map in the middle, the form at the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QWidget,
)
from typing_extensions import override

from area_configs.area_edit import CannotEdit
from area_configs.domain.names import Name
from area_configs.domain.protocols import LINKS
from desktop.models import person
from desktop.models.area_field_words import mistake_words
from desktop.models.area_fields import AreaField
from desktop.models.area_mistakes import part_of, path_of
from desktop.models.connection import Link
from desktop.views.editor.dialogs import AddDeviceDialog, AddDialog, LinkDialog, SaveDialog
from desktop.views.editor.part_form import PartForm
from desktop.views.editor.part_tree import PartTree
from desktop.views.panels import Panel, Translated, column, label, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from area_configs.domain.errors import Mistake
    from area_configs.loader.locator import Path as Place
    from desktop.models.area_draft import AreaDraft
    from desktop.models.area_models import AreaModels
    from desktop.models.area_moves import Spot
    from desktop.views.theme import Theme

_SHOWN_MISTAKES = 50
_LIST_PX = 96
_TOOLS = 6  # buttons in the first row
_WIDTHS = (330, 520, 440)
_ADD_DEVICE, _ADD_GATEWAY = Name("機器の追加", "Device added"), Name("追加", "Gateway added")
_ADD_LINK, _ADD_BAND = Name("接続の追加", "Link added"), Name("時間帯の追加", "Band added")
_REMOVE, _MOVE = Name("削除", "Removed"), Name("移動", "Moved")
_BANDS: Place = ("energy", "tariff", "bands")
_BAND = {"begins": "00:00", "ends": "00:00", "price": 0.0}
_START = {"host": "192.168.0.1", "port": "/dev/serial/by-id/", "url": "opc.tcp://"}


class EditorPage(Translated):
    """Everything that is done goes into the draft; what leaves this machine goes out as signals."""

    shown = Signal()  # for the first time: the map is made then
    file_wanted = Signal(object)  # a folder, None for where the area was opened from
    hub_wanted = Signal(str)  # the note
    import_wanted = Signal(list)  # CityGML files
    anew_wanted = Signal()  # show the changed area on every page
    arm_wanted = Signal(str)  # what the next click in the map puts down

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.draft: AreaDraft = models.area_draft
        self.fixed = False  # the file that it was opened from belongs to the installation
        self.tree, self.form = PartTree(self.draft, theme), PartForm(self.draft)
        self.map: QWidget | None = None
        self._opening, self._message = label("muted"), label("small")
        self.mistakes, self._count = QListWidget(), label("heading")
        self.buttons = {name: QPushButton() for name in _BUTTONS}
        self.anew = QPushButton()
        self.anew.hide()
        self.dialog: QDialog | None = None
        self._seen = False
        self._lay_out()
        self._connect()
        self.retranslate()

    # ------------------------------------------------------------ what others tell it

    def show_map(self, twin: QWidget) -> None:
        """Show the widget in which things are placed."""
        self.map = twin
        self._middle.replaceWidget(self._opening, twin)
        self._middle.setStretchFactor(twin, 1)
        self._opening.hide()
        twin.show()

    def say(self, text: str) -> None:
        """Show one line about what was asked for."""
        self._message.setText(text)

    def take_spot(self, ident: str, spot: Spot, *, dragged: bool = True) -> None:
        """Put something where a hand has put it."""
        part = self.part_of(ident)
        if part is not None:
            self._try(lambda: self.draft.move(part, spot, dragged=dragged))
            self.draft.choose(part)

    def part_of(self, ident: str) -> Place | None:
        """Return the part with an id: a device, or else a gateway."""
        state = self.draft.state
        return state.place("devices", ident) or state.place("gateways", ident)

    # ------------------------------------------------------------ what a person does

    def add_device(self) -> None:
        """Ask for a new device; then the map waits for where it stands."""
        self._ask(AddDeviceDialog, self._device_added)

    def add_gateway(self) -> None:
        """Ask for a new gateway."""
        self._ask(AddDialog, self._gateway_added)

    def add_below(self) -> None:
        """Add what the chosen part holds: a link to a gateway, a band to the tariff."""
        chosen = self.draft.chosen
        if chosen[:1] == ("energy",):
            self._try(lambda: self.draft.add(_BANDS, _BAND, _ADD_BAND))
        elif chosen[:1] == ("gateways",):
            dialog = LinkDialog(self._models.language, self)
            dialog.chosen.connect(self.add_link)
            dialog.open()

    def add_link(self, kind: str) -> None:
        """Give the chosen gateway another link."""
        path = (*self.draft.chosen[:2], "links")
        known = [one.get("id") for one in self.draft.state.value(path) or ()]
        ident = next(f"link-{n}" for n in range(1, len(known) + 2) if f"link-{n}" not in known)
        needs = {key: _START[key] for key in LINKS[kind].needs}  # type: ignore[index]  # of LINK_KINDS
        self._try(lambda: self.draft.add(path, {"id": ident, "kind": kind, **needs}, _ADD_LINK))
        self.form.focus((*path, len(known), "id"))

    def remove(self, part: Place = ()) -> None:
        """Take the chosen part out, or a group of its form."""
        part = part or self.draft.chosen
        if part and part != ("energy",):
            self._try(lambda: self.draft.remove(part, _REMOVE))

    def place(self) -> None:
        """Let the next click in the map put the chosen part down."""
        ident = (
            self.draft.state.value((*self.draft.chosen[:2], "id")) if self.draft.chosen else None
        )
        if ident:
            self.say(self.tr("Click in the map where it stands; Esc leaves it where it is."))
            self.arm_wanted.emit(str(ident))

    def import_buildings(self) -> None:
        """Ask for CityGML files whose buildings replace those of the area."""
        words = self.tr("CityGML files or zips")
        files, _ = QFileDialog.getOpenFileNames(self, words, "", f"{words} (*.gml *.zip)")
        if files:
            self.say(self.tr("Reading the buildings ..."))
            self.import_wanted.emit([Path(file) for file in files])

    def save(self) -> SaveDialog:
        """Show what differs, and the ways to save it."""
        why_not = lambda: (self._why_not_save(), self._why_not_send())  # noqa: E731  # asked again as the verdict comes
        dialog = SaveDialog(self.draft, why_not, self._theme, self)
        dialog.file_wanted.connect(self._save_file)
        dialog.hub_wanted.connect(self.hub_wanted)
        self.dialog = dialog
        dialog.open()
        return dialog

    def show_mistake(self, mistake: Mistake) -> None:
        """Go to the field of a mistake."""
        path = path_of(mistake.path)
        self.draft.choose(part_of(path))
        self.form.focus(path)

    # ------------------------------------------------------------ words

    @override
    def retranslate(self) -> None:
        words = {
            "device": self.tr("Add a device"),
            "gateway": self.tr("Add a gateway"),
            "below": self.tr("Add a link or band"),
            "place": self.tr("Place in the map"),
            "remove": self.tr("Remove"),
            "import": self.tr("Import buildings"),
            "undo": self.tr("Undo"),
            "redo": self.tr("Redo"),
            "discard": self.tr("Discard draft"),
            "save": self.tr("Save ..."),
        }
        for name, button in self.buttons.items():
            button.setText(words[name])
        self.anew.setText(self.tr("Show the changed area"))
        self.anew.setToolTip(self.tr("Opens the console anew; drafts stay, people sign in again"))
        self._opening.setText(self.tr("Opening the map ..."))
        self.tree.setAccessibleName(self.tr("Parts of the area"))
        self.mistakes.setAccessibleName(self.tr("Mistakes"))
        self.tree.set_language(self._models.language)
        self.form.set_language(self._models.language)
        self._show()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._seen and self.draft.known:
            self._seen = True
            self.shown.emit()

    def _lay_out(self) -> None:
        self._opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.buttons["save"].setObjectName("primary")
        self._message.setWordWrap(True)
        self.mistakes.setObjectName("mistakeList")
        self.mistakes.setMaximumHeight(_LIST_PX)
        buttons = list(self.buttons.values())
        tools, steps = row(*buttons[:_TOOLS]), row(self._message, self.anew, *buttons[_TOOLS:])
        tools.addStretch(1)
        steps.setStretch(0, 1)
        self._middle = row(self._opening, gap=0)
        left, middle, right = Panel(), QWidget(), Panel()
        left.setLayout(column(self.tree, margin=8))
        middle.setLayout(self._middle)
        right.setLayout(column(self.form, margin=8))
        self.splitter = QSplitter()
        for panel in (left, middle, right):
            self.splitter.addWidget(panel)
        self.splitter.setSizes(list(_WIDTHS))
        self.splitter.setStretchFactor(1, 1)
        box = column(tools, steps, self.splitter, self._count, self.mistakes, margin=8)
        box.setStretch(2, 1)
        self.setLayout(box)

    def _connect(self) -> None:
        draft, buttons = self.draft, self.buttons
        does = {
            "device": self.add_device,
            "gateway": self.add_gateway,
            "below": self.add_below,
            "place": self.place,
            "remove": self.remove,
            "import": self.import_buildings,
            "undo": draft.undo.undo,
            "redo": draft.undo.redo,
            "discard": draft.discard,
            "save": self.save,
        }
        for name, button in buttons.items():
            button.clicked.connect(lambda _=False, do=does[name]: do())
        for keys, do in (
            (QKeySequence.StandardKey.Undo, draft.undo.undo),
            (QKeySequence.StandardKey.Redo, draft.undo.redo),
            (QKeySequence.StandardKey.Save, self.save),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)
        self.anew.clicked.connect(self.anew_wanted)
        self.tree.part_wanted.connect(draft.choose)
        self.form.refused.connect(self.say)
        self.form.remove_wanted.connect(self.remove)
        self.mistakes.itemActivated.connect(self._go_to)
        self.mistakes.itemClicked.connect(self._go_to)
        draft.changed.connect(self._show)
        draft.undo.canUndoChanged.connect(buttons["undo"].setEnabled)
        draft.undo.canRedoChanged.connect(buttons["redo"].setEnabled)
        draft.chosen_changed.connect(self._show)
        self._models.person.changed.connect(self._show)

    def _ask(self, kind: type[AddDialog], taken: Callable[[dict[str, Any]], None]) -> None:
        if not self.draft.known:
            return
        dialog = kind(self.draft, self._models.language, self)
        dialog.added.connect(taken)
        self.dialog = dialog
        dialog.open()

    def _device_added(self, table: dict[str, Any]) -> None:
        near = self.draft.state.place("gateways", table["gateway"])
        table["position"] = dict(self.draft.state.value((*(near or ()), "position")))
        if self._try(lambda: self.draft.add(("devices",), table, _ADD_DEVICE)):
            self.place()

    def _gateway_added(self, table: dict[str, Any]) -> None:
        table["position"] = dict(self.draft.state.value(("centre",)))
        if self._try(lambda: self.draft.add(("gateways",), table, _ADD_GATEWAY)):
            self.place()

    def _try(self, work: Callable[[], object]) -> bool:
        """Do it, or say why it cannot be done; tell which."""
        self.say("")
        try:
            work()
        except CannotEdit as error:
            self.say(str(error))
            return False
        return True

    def _save_file(self) -> None:
        if not self.fixed:
            self.file_wanted.emit(None)
            return
        words = self.tr("New folder for the area")
        start = f"{self.draft.state.value(('id',)) or 'area'}-area"
        folder, _ = QFileDialog.getSaveFileName(self, words, start)
        if folder:
            self.file_wanted.emit(Path(folder))

    def _why_not_save(self) -> str:
        if not self.draft.dirty:
            return self.tr("Nothing differs from what was saved.")
        if not self.draft.is_judged:
            return self.tr("The area is being checked ...")
        if count := len(self.draft.mistakes):
            return self.tr("Mistakes: {n}. Mend them first.").format(n=count)
        return ""

    def _why_not_send(self) -> str:
        if why := self._why_not_save():
            return why
        if not self.draft.etag:
            return self.tr("This area was opened from a file, not from the hub.")
        if self._models.connection.link is not Link.CONNECTED:
            return self.tr("No connection to the hub: the draft is kept on this machine.")
        if self._models.person.role not in person.INSTALLERS:
            return self.tr("Only the area manager and technicians change the area.")
        if not self._models.time.is_live:
            return self.tr("The past is shown: return to the present first.")
        return ""

    def _show(self) -> None:
        draft, known = self.draft, self.draft.known
        part = draft.chosen[:1] in {("gateways",), ("devices",)}
        enabled = {
            "below": draft.chosen[:1] in {("gateways",), ("energy",)},
            "place": part,
            "remove": part,
            "undo": draft.undo.canUndo(),
            "redo": draft.undo.canRedo(),
            "discard": known and draft.dirty,
            "save": known and draft.dirty,
        }
        for name, button in self.buttons.items():
            button.setEnabled(known and enabled.get(name, True))
        self._show_mistakes()

    def _show_mistakes(self) -> None:
        found = self.draft.mistakes
        self.mistakes.clear()
        for one in found[:_SHOWN_MISTAKES]:
            words = mistake_words(one).text(self._models.language)
            item = QListWidgetItem(f"{self._where(one)}: {words}")
            item.setData(Qt.ItemDataRole.UserRole, one)
            self.mistakes.addItem(item)
        self._count.setText(self.tr("Mistakes: {n}").format(n=len(found)))
        self._count.setVisible(bool(found))
        self.mistakes.setVisible(bool(found))

    def _where(self, mistake: Mistake) -> str:
        """Return the place of a mistake as people call it: the part, then the field."""
        path, language = path_of(mistake.path), self._models.language
        name = self.draft.state.value((*part_of(path), "name", language))
        field = AreaField(path, "text").label().text(language) if path else ""
        part = str(name) if name and part_of(path) else ""
        return " / ".join(word for word in (part, field) if word)

    def _go_to(self, item: QListWidgetItem) -> None:
        self.show_mistake(item.data(Qt.ItemDataRole.UserRole))


_BUTTONS = (
    *("device", "gateway", "below", "place", "remove", "import"),
    *("undo", "redo", "discard", "save"),
)
