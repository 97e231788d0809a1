"""A month's report as files: whole, readable by others, and refused in a sentence."""

from __future__ import annotations

import re
import zipfile
from xml.etree import ElementTree as ET

import pytest

from desktop.bridge.month_files import MonthFiles, MonthWriter, Sheet

PATIENCE_MS = 15_000
BOOK = MonthFiles(
    "Harumi 2026-10 Monthly energy report",
    (
        Sheet("Summary", ("Item", "Value"), (("Peak (kW)", 430.5), ("Unknown", None)), (("Peak (kW)", "430.5"), ("Unknown", "—"))),
        Sheet("By day", ("Day", "kW"), tuple((f"2026-10-{d:02}", 400.0 + d) for d in range(1, 32)), tuple((f"2026-10-{d:02}", f"{400 + d}") for d in range(1, 32))),
    ),
    ("“Doing nothing” is reckoned.",),
    tuple((day, None if day == 7 else 400.0 + 3 * day) for day in range(1, 32)),
    450.0,
    "Contract (kW)",
    "BIZ UDPGothic",
)  # fmt: skip


@pytest.fixture
def writer(qapp):  # noqa: ARG001  # fonts need an application
    made = MonthWriter()
    yield made
    made.close()


def test_a_spreadsheet_holds_numbers_as_numbers(writer, qtbot, tmp_path) -> None:
    path = tmp_path / "month.xlsx"
    with qtbot.waitSignal(writer.written, timeout=PATIENCE_MS) as said:
        writer.write(BOOK, path)
    assert said.args == [str(path)]
    with zipfile.ZipFile(path) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  # our own file
        names = book.read("xl/workbook.xml").decode()
    cells = {cell.get("r"): cell for cell in sheet.iter() if cell.tag.endswith("}c")}
    assert cells["B2"].find("./{*}v").text == "430.5"
    assert cells["B2"].get("t") != "s"
    assert "B3" not in cells
    assert 'name="By day"' in names
    assert [file.name for file in tmp_path.iterdir()] == ["month.xlsx"]


def test_a_pdf_has_pages_and_says_its_title(writer, qtbot, tmp_path) -> None:
    path = tmp_path / "month.pdf"
    with qtbot.waitSignal(writer.written, timeout=PATIENCE_MS):
        writer.write(BOOK, path)
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= 2
    assert BOOK.title.encode("utf-16-be") in data


def test_a_folder_that_is_not_there_is_said(writer, qtbot, tmp_path) -> None:
    for kind in ("pdf", "xlsx"):
        with qtbot.waitSignal(writer.failed, timeout=PATIENCE_MS) as said:
            writer.write(BOOK, tmp_path / "nowhere" / f"month.{kind}")
        assert "No such file" in said.args[0]
    assert not list(tmp_path.iterdir())
