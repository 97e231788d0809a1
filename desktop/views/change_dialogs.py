"""Changes to many devices at once: asked for in a form or a file, and shown before they count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from area_configs.schema.gateway_document import DeviceSettingsFile
from desktop.models.settings_fields import LABELS
from desktop.views.panels import column, label, row
from desktop.views.settings_form import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.names import Language
    from desktop.models.device_csv import Change, Reading

_AS_STANDARD, _READ, _NOT_READ = range(3)
_TABLE_PX = (860, 420)


class ChangesDialog(QDialog):
    """Every change with what stands there now, and every mistake; with mistakes nothing is taken."""

    taken = Signal()

    def __init__(self, title: str, found: Reading, language: Language, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(*_TABLE_PX)
        self.table = QTableWidget()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAccessibleName(title)
        self.summary = label("heading")
        self.take = QPushButton(self.tr("Take into the drafts"))
        self.take.setObjectName("primary")
        self.take.setEnabled(bool(found.changes) and not found.mistakes)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.take, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        self.setLayout(column(self.summary, self.table, buttons, margin=16, gap=12))
        self._show(found, language)

    def _show(self, found: Reading, language: Language) -> None:
        if found.mistakes:
            words = self.tr("{n} mistakes: nothing is taken until they are mended.")
            self.summary.setText(words.format(n=len(found.mistakes)))
            headers = [self.tr("Row"), self.tr("Column"), self.tr("What is wrong")]
            rows = [[str(m.line), m.column, m.words.text(language)] for m in found.mistakes]
        else:
            words = self.tr("{n} changes. They go into the drafts; each gateway is applied there.")
            nothing = self.tr("Nothing differs from the drafts.")
            count = len(found.changes)
            self.summary.setText(words.format(n=count) if count else nothing)
            headers = [self.tr("Gateway"), self.tr("Device"), self.tr("Setting")]
            headers += [self.tr("Now"), self.tr("Then")]
            rows = [_cells(change, language) for change in found.changes]
        _fill(self.table, headers, rows)

    def _finish(self) -> None:
        self.taken.emit()
        self.accept()


class BulkDialog(QDialog):
    """One setting for all chosen devices; a field that is left alone changes nothing."""

    changed = Signal(dict)  # key: value, None for `as the model says`

    def __init__(self, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Change several devices"))
        self.setMinimumWidth(460)
        self.period, self.unchanged = QLineEdit(), self.tr("unchanged")
        self.period.setPlaceholderText(self.unchanged)
        self.period.setAccessibleName(self.tr("Read every, seconds"))
        self.polled = QComboBox()
        self.polled.addItems([self.unchanged, self.tr("Read them"), self.tr("Do not read them")])
        self.polled.setAccessibleName(self.tr("Whether they are read"))
        self.mistake = label("mistake")
        self.do = QPushButton(self.tr("Preview"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.do, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        head = label("heading", self.tr("{n} devices").format(n=count))
        every = row(label(text=self.tr("Read every")), self.period, label(text=self.tr("s")))
        self.setLayout(column(head, every, self.polled, self.mistake, buttons, margin=24, gap=12))
        self.period.textChanged.connect(self._check)
        self.polled.currentIndexChanged.connect(self._check)
        self._check()

    def _check(self) -> None:
        wrong = self._period_wrong()
        self.mistake.setText(self.tr("Seconds from 1 to 86400") if wrong else "")
        self.do.setEnabled(bool(self._values()) and not wrong)

    def _period_wrong(self) -> bool:
        text = self.period.text().strip()
        field = DeviceSettingsFile.model_fields["period_s"]
        low, high = (
            next(getattr(m, n) for m in field.metadata if hasattr(m, n)) for n in ("ge", "le")
        )
        try:
            return bool(text) and not low <= float(text) <= high
        except ValueError:
            return True

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if (text := self.period.text().strip()) and not self._period_wrong():
            values["period_s"] = float(text)
        if (at := self.polled.currentIndex()) != _AS_STANDARD:
            values["polled"] = None if at == _READ else False
        return values

    def _finish(self) -> None:
        self.changed.emit(self._values())
        self.accept()


def _cells(change: Change, language: Language) -> list[str]:
    values = (shown(value, language) for value in (change.before, change.after))
    return [change.gateway, change.device, LABELS[change.key].text(language), *values]


def _fill(table: QTableWidget, headers: list[str], rows: Sequence[Sequence[str]]) -> None:
    table.setColumnCount(len(headers))
    table.setRowCount(len(rows))
    table.setHorizontalHeaderLabels(headers)
    for at, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            table.setItem(at, place, QTableWidgetItem(cell))
    table.resizeColumnsToContents()
    table.horizontalHeader().setSectionResizeMode(len(headers) - 1, QHeaderView.ResizeMode.Stretch)
