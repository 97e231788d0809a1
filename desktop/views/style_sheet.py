"""The style sheet of the application: which part has which colour, edge and size of text."""

from __future__ import annotations

import re
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def written(values: Mapping[str, str], scale: int) -> str:
    """Return the style sheet with colours filled in, every size of text scaled, percent."""

    def scaled(found: re.Match[str]) -> str:
        return f"font-size: {round(int(found[1]) * scale / 100)}px"

    return re.sub(r"font-size: (\d+)px", scaled, _QSS.substitute(values))


_QSS = Template("""
* { font-family: "$family"; font-size: ${body}px; }
QMainWindow, QDialog { background: $window; }
QToolTip { background: $field; color: $text; border: 1px solid $border; padding: 4px; }
#panel { background: $surface; border: 1px solid $border; border-radius: 4px; }
#header { background: $surface; border-bottom: 1px solid $border; }
#title { font-size: 18px; font-weight: bold; color: $text; }
#heading { font-size: 15px; font-weight: bold; color: $text; }
#muted { color: $muted; }
#mistake { color: $alarm; }
#code { font-family: "$family"; background: $field; color: $text; border: 1px solid $border;
  border-radius: 4px; padding: 4px 8px; }
#inset { background: $field; border: 1px solid $border; border-radius: 4px; }
#inset #small[level="warning"] { color: $warning; }
#small { color: $muted; font-size: 12px; }
#headline { font-size: 24px; font-weight: bold; color: $text; }
#headline[abnormal="alarm"] { color: $alarm; }
#headline[abnormal="unknown"] { color: $muted; }
#emptyList { background: $field; color: $muted; padding: 16px; }
#glance { background: $surface; text-align: left; }
#palette QListWidget::item { padding: 6px 4px; }
#parts::item, #mistakeList::item { padding: 5px 2px; color: $text; }
#neighbours::item { padding: 6px 4px; color: $text; }
#neighbours::item:disabled { color: $muted; }
#parts::item:selected, #mistakeList::item:selected { background: $chosen; }
#message { color: $muted; }
#careCard { color: $text; font-size: 15px; }
#careCard[abnormal="alarm"] { color: $alarm; font-weight: bold; }
#careWords { color: $text; font-size: 15px; }
#verdict { color: $text; }
#verdict[abnormal="alarm"] { color: $alarm; }
#message[abnormal="alarm"] { color: $alarm; }
#curtain { background: $window; border: none; }
#heading[abnormal="alarm"] { color: $alarm; }
#strip { background: $surface; border-bottom: 1px solid $border; }
#strip[level="warning"] { background: $warning_field; }
#strip[level="alarm"] { background: $alarm_field; }
#stripTitle { font-size: 15px; font-weight: bold; color: $muted; }
#stripTitle[level="warning"] { color: $warning; }
#stripTitle[level="alarm"] { color: $alarm; }
#banner { background: $warning_field; border-bottom: 1px solid $warning; }
#banner QLabel { color: $text; }
#trouble { color: $alarm; }
#plain { background: transparent; }
QProgressBar { background: $field; border: 1px solid $border; border-radius: 3px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
#timeBar { background: $surface; border-top: 1px solid $border; }
#timeBar[mode="replay"] { background: $warning_field; border-top: 2px solid $warning; }
#timeBar[mode="forecast"] { background: $stale_field; border-top: 2px solid $stale; }
#timeMode { font-size: 15px; font-weight: bold; color: $text; }
#timeMode[mode="replay"] { color: $warning; }
#timeMode[mode="forecast"] { color: $stale; }
#timeShown { font-size: 15px; color: $text; }
#timeBanner[mode="replay"] { background: $warning_field; border-bottom: 2px solid $warning; }
#timeBanner[mode="forecast"] { background: $stale_field; border-bottom: 2px solid $stale; }
#timeWords { color: $text; }
#notice { color: $muted; border: 1px dashed $border; border-radius: 4px; padding: 0px 8px; }

QPushButton { background: $field; color: $text; border: 1px solid $border; border-radius: 4px;
  padding: 4px 12px; min-height: 22px; }
QPushButton:hover { border-color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 3px 11px; }
QPushButton:checked { background: $chosen; border-color: $accent; font-weight: bold; }
#primary { background: $accent; color: $on_accent; border-color: $accent; font-weight: bold; }
#primary:disabled { background: $surface; color: $muted; border-color: $border; font-weight: normal; }
QPushButton:disabled { color: $muted; background: $surface; }
#chip { padding: 3px 8px; text-align: left; }
#chip:focus { padding: 2px 7px; }
#rail { background: $surface; border-right: 1px solid $border; }
#railPage { border: none; border-left: 3px solid transparent; border-radius: 0; color: $text;
  background: transparent; padding: 8px 0px 6px 0px; font-size: 12px; }
#railPage:hover { background: $window; }
#railPage:checked { border-left: 3px solid $accent; background: $chosen; font-weight: bold; }
#railPage:focus { border: 1px dotted $accent; border-left: 3px solid $accent; }

QLineEdit { background: $field; color: $text; border: 1px solid $border;
  border-radius: 4px; padding: 4px 8px; min-height: 22px; }
QComboBox { background: $field; color: $text; border: 1px solid $border; border-radius: 4px;
  min-height: 24px; padding: 2px 8px; }
QComboBox:hover { border-color: $accent; }
QComboBox:focus, QComboBox:on { border: 2px solid $accent; padding: 1px 7px; }
QComboBox:disabled { color: $muted; background: $surface; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { width: 0px; height: 0px; border-left: 4px solid $field;
  border-right: 4px solid $field; border-top: 6px solid $text; }
QComboBox::down-arrow:disabled { border-left-color: $surface; border-right-color: $surface;
  border-top-color: $muted; }
QLineEdit[wrong="yes"], QComboBox[wrong="yes"] { border: 2px solid $alarm; padding: 3px 7px; }
QLineEdit:focus { border: 2px solid $accent; padding: 3px 7px; }
QPlainTextEdit { background: $field; color: $text; border: 1px solid $border; border-radius: 4px; }
QPlainTextEdit:focus { border: 2px solid $accent; }
#danger { color: $alarm; border-color: $alarm; font-weight: bold; }
QComboBox QAbstractItemView { background: $field; color: $text; border: 1px solid $border;
  selection-background-color: $chosen; selection-color: $text; outline: none; }
#plainScroll, #plainScroll > QWidget > QWidget { background: transparent; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar::tab { background: transparent; color: $muted; border: none; padding: 8px 16px;
  min-width: 48px;
  border-bottom: 3px solid transparent; }
QTabBar::tab:selected { color: $text; font-weight: bold; border-bottom: 3px solid $accent; }
QTabBar::tab:focus { color: $text; border: 1px dotted $accent; }
QCheckBox::indicator:unchecked { width: 14px; height: 14px; background: $field;
  border: 1px solid $muted; border-radius: 2px; }
QCheckBox { spacing: 8px; color: $text; }
QTreeView, QTableView, QListView { background: $field; alternate-background-color: $field;
  border: none; outline: none; color: $text; gridline-color: $grid;
  selection-background-color: $chosen; selection-color: $text; }
QTreeView::item { border: none; }
QTableView::item { border: none; padding: 0px 4px; }
QTabBar { qproperty-drawBase: 0; }
QHeaderView::section { background: $surface; color: $muted; border: none;
  border-bottom: 1px solid $border; padding: 8px; font-size: 12px; }
QTableCornerButton::section { background: $surface; border: none; }
QSplitter::handle { background: transparent; }
QMenu { background: $field; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 8px 16px; }
QMenu::item:selected { background: $chosen; }
QStatusBar { background: $surface; border-top: 1px solid $border; color: $text; }
QStatusBar::item { border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 4px; min-height: 24px; min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $field; border: 1px solid $border; border-radius: 4px; height: 8px; }
QProgressBar::chunk { background: $accent; }
""")
