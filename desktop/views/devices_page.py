"""The page of devices: gateways and devices at the left, the chosen one in full at the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QWidget,
)
from typing_extensions import override

from area_configs.domain.names import Name
from desktop.models import device_csv
from desktop.models.device_csv import Change, Reading
from desktop.models.drafts import write_whole
from desktop.models.fleet_table import FleetTable, Row
from desktop.models.settings_fields import DEVICES
from desktop.views.change_dialogs import BulkDialog, ChangesDialog
from desktop.views.device_sheet import DeviceSheet, GatewaySheet, Sheet
from desktop.views.fleet_list import FleetList
from desktop.views.panels import Panel, Translated, column, label, row
from desktop.views.theme import STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.models.area_models import AreaModels
    from desktop.views.theme import Theme

_LARGEST_CSV = 4_000_000  # bytes; ten thousand devices are a tenth of it
_MANY = Name("一括変更", "Change of several devices")


class DevicesPage(Translated):
    """Sheets are made when they are first looked at, and kept."""

    page_wanted = Signal(str)

    def __init__(self, models: AreaModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._theme = models, theme
        self.table = FleetTable(models, self)
        self.list = FleetList(self.table, theme)
        self.filter = QLineEdit()
        self.bulk, self.export, self.load = QPushButton(), QPushButton(), QPushButton()
        self._message, self._stack = label("small"), QStackedWidget()
        self._sheets: dict[Row, Sheet] = {}
        self._lay_out()
        self._connect()
        self.show_row(Row(models.area.gateways[0].id))
        self._follow(models.selection.device)
        self.retranslate()

    @property
    def sheet(self) -> Sheet | None:
        """Return the sheet that is shown."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Sheet) else None

    def show_row(self, shown: Row) -> None:
        """Show a gateway or a device in full."""
        if shown not in self._sheets:
            self._sheets[shown] = self._made(shown)
            self._stack.addWidget(self._sheets[shown])
            self._sheets[shown].page_wanted.connect(self.page_wanted)
        self._stack.setCurrentWidget(self._sheets[shown])
        self._sheets[shown].refresh()
        self.list.choose(shown)

    def change_many(self, values: dict[str, Any]) -> ChangesDialog:
        """Show what a setting of all chosen devices would change."""
        drafts = self._models.fleet.drafts
        changes = tuple(
            Change(one.gateway, one.device, key, before, value)
            for one in self._chosen_devices()
            for key, value in values.items()
            if (before := drafts[one.gateway].value((DEVICES, one.device, key))) != value
        )
        return self._preview(self.bulk.text(), Reading(changes, ()))

    def export_to(self, path: Path) -> None:
        """Write the settings of every device; a failure is told below the list."""
        text = device_csv.written(self._models.area, self._models.fleet.drafts)
        try:
            write_whole(path, (device_csv.BOM + text).encode())
        except OSError as error:
            self.say(self.tr("Not written: {why}").format(why=error))
        else:
            self.say(self.tr("Written: {path}").format(path=path))

    def import_from(self, path: Path) -> ChangesDialog | None:
        """Show every change and mistake of a file; nothing is changed before it is taken."""
        try:
            data = path.read_bytes()[: _LARGEST_CSV + 1]
            if len(data) > _LARGEST_CSV:
                self.say(self.tr("The file is too large for a table of devices."))
                return None
            text = data.decode("utf-8-sig")
        except OSError as error:
            self.say(self.tr("Not read: {why}").format(why=error.strerror or error))
            return None
        except UnicodeDecodeError:
            self.say(self.tr("Not read: save the file as UTF-8 (CSV UTF-8 in Excel)."))
            return None
        found = device_csv.read(text, self._models.area, self._models.fleet.drafts)
        return self._preview(path.name, found)

    def say(self, text: str) -> None:
        """Show one line about what was asked for."""
        self._message.setText(text)
        self._message.setVisible(bool(text))

    @override
    def retranslate(self) -> None:
        self.filter.setPlaceholderText(self.tr("Filter by name, model, state, id"))
        self.filter.setAccessibleName(self.tr("Filter the devices"))
        self.list.setAccessibleName(self.tr("Gateways and devices"))
        self.bulk.setText(self.tr("Change chosen"))
        self.export.setText(self.tr("Export CSV"))
        self.load.setText(self.tr("Import CSV"))
        self.table.set_language(self._models.language)
        self._count()

    def _lay_out(self) -> None:
        self.filter.setClearButtonEnabled(True)
        self._message.setWordWrap(True)
        self._message.hide()
        buttons = row(self.bulk, self.export, self.load)
        buttons.addStretch(1)
        left = Panel()
        left.setLayout(column(self.filter, self.list, buttons, self._message, margin=8))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(STEP)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self._stack)
        split.setSizes([640, 640])
        split.setStretchFactor(1, 1)
        self.setLayout(column(split, margin=STEP))

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.list.rows.find)
        self.list.row_chosen.connect(self._chosen)
        self.list.selectionModel().selectionChanged.connect(self._count)
        self.bulk.clicked.connect(self._ask_many)
        self.export.clicked.connect(self._ask_export)
        self.load.clicked.connect(self._ask_import)
        self._models.selection.changed.connect(self._follow)

    def _made(self, shown: Row) -> Sheet:
        if shown.device:
            return DeviceSheet(self._models, self._theme, self.table, shown)
        return GatewaySheet(self._models, self.table, shown)

    def _chosen(self, shown: Row) -> None:
        self.show_row(shown)
        if shown.device:
            self._models.selection.choose(shown.device)

    def _follow(self, device: str) -> None:
        if device:
            self.show_row(Row(self._models.area.device(device).gateway, device))

    def _chosen_devices(self) -> Sequence[Row]:
        return [one for one in self.list.chosen() if one.device]

    def _count(self, *_: object) -> None:
        count = len(self._chosen_devices())
        self.bulk.setEnabled(count > 1)
        self.bulk.setToolTip("" if count > 1 else self.tr("Choose several devices (Ctrl or Shift)"))

    def _ask_many(self) -> None:
        dialog = BulkDialog(len(self._chosen_devices()), self)
        dialog.changed.connect(self.change_many)
        dialog.open()

    def _ask_export(self) -> None:
        name = f"{self._models.area.id}-devices.csv"
        path, _ = QFileDialog.getSaveFileName(self, self.export.text(), name, "CSV (*.csv)")
        if path:
            self.export_to(Path(path))

    def _ask_import(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.load.text(), "", "CSV (*.csv)")
        if path:
            self.import_from(Path(path))

    def _preview(self, title: str, found: Reading) -> ChangesDialog:
        dialog = ChangesDialog(title, found, self._models.language, self)
        dialog.taken.connect(lambda: self._take(found))
        dialog.open()
        return dialog

    def _take(self, found: Reading) -> None:
        drafts = self._models.fleet.drafts
        for gateway in dict.fromkeys(change.gateway for change in found.changes):
            mine = {c.path: c.after for c in found.changes if c.gateway == gateway}
            drafts[gateway].set_many(mine, _MANY)
        self.say(self.tr("{n} changes are in the drafts.").format(n=len(found.changes)))
