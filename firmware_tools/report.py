"""Acceptance reports: what was tested on a gateway, values, signal, versions and who, on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from firmware_tools import pdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fpdf import FPDF

_ZONE = ZoneInfo("Asia/Tokyo")
_VERDICT = {True: "合格 / Accepted", False: "不合格 / Not accepted"}
_STATES = {"active": "稼働 / active", "failed": "失敗 / failed", "": "未実施 / not done"}


def report(record: Mapping[str, Any]) -> bytes:
    """Return the report of a record of commissioning as a PDF, in Japanese and English."""
    made = datetime.fromtimestamp(record["at_us"] / 1e6, tz=UTC)
    page = pdf.document("A4", made)
    page.add_page()
    _heading(page, "検収報告書 / Acceptance report", 16)
    _table(page, (50, 130), _head(record, made))
    _heading(page, "機器 / Devices")
    head = ("機器 / Device", "接続 / Link", "アドレス / Address", "信号 / Signal", "結果 / Result")
    _table(
        page, (44, 34, 40, 24, 38), [head, *map(_device_row, record["devices"].values())], head=True
    )
    for device in record["devices"].values():
        _device(page, device)
    if record["self_test"]:
        _heading(page, "自己診断 / Self-test")
        rows = [
            (one["name"], one["level"], _both(one.get("ja", ""), one["words"]))
            for one in record["self_test"]
        ]
        _table(page, (30, 18, 132), rows)
    return bytes(page.output())


def _head(record: Mapping[str, Any], made: datetime) -> list[tuple[str, str]]:
    when = made.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M %Z")
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    return [
        ("ゲートウェイ / Gateway", record["gateway"]),
        ("鍵 / Key", record["key_id"]),
        ("担当 / By", record["by"]),
        ("日時 / When", when),
        ("版 / Versions", versions),
        ("判定 / Verdict", _VERDICT[bool(record["accepted"])]),
    ]


def _device_row(device: Mapping[str, Any]) -> tuple[str, ...]:
    signal = device["signal_dbm"]
    return (
        device["id"],
        device["link"],
        device["address"] or "-",
        "-" if signal is None else f"{signal} dBm",
        _STATES.get(device["state"], device["state"]),
    )


def _device(page: FPDF, device: Mapping[str, Any]) -> None:
    if not (device["values"] or device["words"]):
        return
    _heading(page, f"{device['id']} ({device['profile']})", 10)
    said = ", ".join(f"{key} {value}" for key, value in device["identity"].items())
    if said or device["words"]:
        why = _both(device["words_ja"], device["words"])
        page.multi_cell(0, 5, "; ".join(filter(None, (said, why))))
        page.ln(1)
    head = ("項目 / Quantity", "値 / Value", "単位 / Unit", "品質 / Quality")
    rows = [
        (_name(r["quantity"]), _value(r["value"]), _unit(r["quantity"]), r["quality"])
        for r in device["values"]
    ]
    if rows:
        _table(page, (64, 40, 36, 40), [head, *rows], head=True)


def _both(ja: str, en: str) -> str:
    return f"{ja} / {en}" if ja and ja != en else en


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"  # not known is not zero


def _name(quantity: str) -> str:
    from area_configs.domain.quantities import QUANTITIES  # noqa: PLC0415 - only reports name them

    found = QUANTITIES.get(quantity)
    return f"{found.name.ja} / {found.name.en}" if found else quantity


def _unit(quantity: str) -> str:
    from area_configs.domain.quantities import QUANTITIES  # noqa: PLC0415 - only reports name units

    found = QUANTITIES.get(quantity)
    return found.unit if found else ""


def _heading(page: FPDF, text: str, size: int = 12) -> None:
    page.ln(3)
    page.set_font(pdf.FACE, style="B", size=size)
    page.cell(0, 8, text, new_x="LMARGIN", new_y="NEXT")
    page.set_font(pdf.FACE, size=9)


def _table(
    page: FPDF, widths: tuple[int, ...], rows: Sequence[tuple[str, ...]], *, head: bool = False
) -> None:
    with page.table(
        col_widths=widths, text_align="LEFT", line_height=5, first_row_as_headings=head
    ) as table:
        for row in rows:
            table.row(row)
