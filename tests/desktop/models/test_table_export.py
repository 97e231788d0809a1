"""A table as CSV."""

from __future__ import annotations

import csv

from PySide6.QtGui import QStandardItem, QStandardItemModel

from desktop.models.table_export import csv_text, write_csv


def table():
    model = QStandardItemModel()
    model.setHorizontalHeaderLabels(["機器", "メモ"])
    model.appendRow([QStandardItem("蓄電池, 1号"), QStandardItem('said "no"')])
    model.appendRow([QStandardItem("x"), QStandardItem("=HYPERLINK(1)")])
    return model


def test_headers_commas_and_quotes_survive_and_nothing_is_a_formula():
    rows = list(csv.reader(csv_text(table()).splitlines()))
    assert rows == [["機器", "メモ"], ["蓄電池, 1号", 'said "no"'], ["x", "'=HYPERLINK(1)"]]


def test_the_file_begins_with_a_byte_order_mark_for_excel(tmp_path):
    write_csv(table(), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf\xe6\xa9\x9f")
