"""Papers of care as PDF: the handover of a shift, and the look back at a month of one resident."""

from __future__ import annotations

from datetime import datetime
from html import escape
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from area_configs.domain.names import Name
from desktop.models import care_record_words, care_words
from desktop.models.care_drafts import present_cycle
from desktop.models.care_tables import day_number, day_text
from desktop.models.drafts import write_whole
from desktop.views.care_strips import DAYS
from desktop.views.theme import FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from area_configs.domain.care import (
        CareEvent,
        CycleEntry,
        DaySummary,
        Handover,
        Look,
        Metric,
        Resident,
        ResidentPage,
    )
    from area_configs.domain.names import Language

_DPI = 150
_POINTS = 12
_NEXT = Name("[次の勤務へ] ", "[for the next shift] ")
_TITLES = {
    "handover": Name("申し送り", "Shift handover"),
    "month": Name("28日間のまとめ", "Look back at 28 days"),
    "looks": Name("様子を見てほしい方", "Who needs a look"),
    "usual": Name("いつもどおりの方", "As usual"),
    "events": Name("できごと", "Events"),
    "notes": Name("記録と申し送り", "Notes"),
    "scores": Name("スコア", "Scores"),
    "cycle": Name("ケアサイクル", "Care cycle"),
    "news2": Name("NEWS2", "NEWS2"),
    "numbers": Name("数値", "Numbers"),
    "none": Name("なし", "None"),
}


def write_handover(
    handover: Handover, path: Path, zone: str, language: Language, until_us: int
) -> None:
    """Write the handover of a shift that ends at an instant.

    Raises:
        OSError: the file cannot be written.
    """
    _write(handover_parts(handover, zone, language, until_us), path)


def handover_parts(handover: Handover, zone: str, language: Language, until_us: int) -> list[str]:
    """Return the handover as HTML: who needs a look and who does not, events, notes, steps."""
    labels = {one.id: one.label for one in handover.residents}
    at = _Times(zone)
    return [
        _head("handover", at.span(handover.since_us, until_us), language),
        _list("looks", [_look(one, at, language) for one in handover.looks], language),
        _list("usual", _as_usual(handover), language),
        _list(
            "events",
            [
                f"{at.text(e.at_us)} {labels.get(e.resident, '')} {_event(e, language)}"
                for e in handover.events
            ],
            language,
        ),
        _list(
            "notes",
            [
                f"{at.text(n.at_us)} {labels.get(n.resident, '')} ({n.by}): "
                f"{_NEXT.text(language) if n.for_handover else ''}{n.text}"
                for n in sorted(handover.notes, key=lambda note: not note.for_handover)
            ],
            language,
        ),
        _list(
            "cycle",
            [f"{labels.get(one.resident, '')} {_step(one, language)}" for one in handover.steps],
            language,
        ),
        *_invented(handover.residents, language),
    ]


def write_month(
    page: ResidentPage, path: Path, zone: str, language: Language, until_us: int
) -> None:
    """Write the look back at the 28 days before the day of an instant.

    Raises:
        OSError: the file cannot be written.
    """
    _write(month_parts(page, zone, language, until_us), path)


def month_parts(page: ResidentPage, zone: str, language: Language, until_us: int) -> list[str]:
    """Return the look back as HTML; every number says on how many days it rests."""
    today = day_number(until_us, zone)
    first, present = day_text(today - DAYS), present_cycle(page.cycle)
    at = _Times(zone)
    days = [day for day in page.days if today - DAYS <= day.day < today]
    of = f"{page.resident.label} {first} – {day_text(today - 1)}"  # noqa: RUF001  # from one to the other
    named = {
        "numbers": _numbers(days, language),
        "scores": [
            care_words.score_line(one, page.scores, language)
            for one in page.scores
            if one.assessed_on >= first
        ],
        "cycle": [
            _step(one, language) for one in page.cycle if one.dated >= first or one.cycle == present
        ],
        "events": [
            f"{at.text(one.at_us)} {_event(one, language)}"
            for one in page.events
            if at.text(one.at_us) >= first
        ],
        "notes": [
            f"{at.text(one.at_us)} ({one.by}): {one.text}"
            for one in page.notes
            if at.text(one.at_us) >= first
        ],
    }
    if page.news2 is not None:
        named["news2"] = [
            f"{at.text(one.taken_us)} {care_record_words.score_line(one, language)} ({one.by})"
            for one in page.news2
            if at.text(one.taken_us) >= first
        ]
    lists = [_list(name, lines, language) for name, lines in named.items()]
    return [_head("month", of, language), *lists, *_invented((page.resident,), language)]


def _as_usual(handover: Handover) -> list[str]:
    waiting = {look.resident for look in handover.looks}
    labels = [one.label for one in handover.residents if one.id not in waiting]
    return [", ".join(labels)] if labels else []


def _invented(residents: Iterable[Resident], language: Language) -> list[str]:
    if not any(one.invented for one in residents):
        return []
    return [f"<p>{care_words.INVENTED.text(language)}</p>"]


class _Times:
    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def text(self, at_us: int) -> str:
        at = datetime.fromtimestamp(at_us / 1e6, tz=self._zone)
        return f"{at:%Y-%m-%d %H:%M}"

    def span(self, since_us: int, until_us: int) -> str:
        """Write from when to when; the day once where it is the same."""
        begins, ends = self.text(since_us), self.text(until_us)
        same = begins[:10] == ends[:10]
        return f"{begins} – {ends[11:] if same else ends}"  # noqa: RUF001  # from one to the other


def _numbers(days: Sequence[DaySummary], language: Language) -> list[str]:
    """Say how much was worn first, then the middle of each number and of how many days."""
    words = Name("16時間以上着けた日: {n}/{all}日", "Worn for 16 hours or more: {n}/{all} days")
    worn = words.text(language).format(n=sum(day.valid for day in days), all=DAYS)
    return [worn, *(_middle(days, metric, language) for metric in care_words.METRIC_NAMES)]


def _middle(days: Sequence[DaySummary], metric: Metric, language: Language) -> str:
    values = [value for day in days if (value := day.metrics[metric].value) is not None]
    name = care_words.METRIC_NAMES[metric].text(language)
    amount = care_words.amount(metric, median(values) if values else None, language)
    words = Name(
        "{name}: 中央値 {amount} ({n}/{all}日)", "{name}: median {amount} ({n}/{all} days)"
    )
    return words.text(language).format(name=name, amount=amount, n=len(values), all=DAYS)


def _event(one: CareEvent, language: Language) -> str:
    """Write what happened and what became of it, with what was found."""
    name = care_words.EVENT_NAMES[one.kind].text(language)
    said = f"{name}: {care_words.OUTCOME_NAMES[one.outcome].text(language)}"
    return f"{said} {one.note}" if one.note else said


def _step(entry: CycleEntry, language: Language) -> str:
    name = care_record_words.STEP_NAMES[entry.step].text(language)
    items = "; ".join(f"{item.what} ({item.owner}, {item.due})" for item in entry.items)
    words = Name("再評価 {day}", "review {day}").text(language)
    review = words.format(day=entry.review_on) if entry.review_on else ""
    said = [entry.text, items, review]
    cycle = Name("サイクル{n}", "cycle {n}").text(language).format(n=entry.cycle)
    return f"{entry.dated} {cycle} {name} ({entry.by}): {' / '.join(one for one in said if one)}"


def _look(look: Look, at: _Times, language: Language) -> str:
    reason = care_words.reason_text(look, language)
    words = Name(
        "{label} {reason} ({at} から): {action}", "{label} {reason} (since {at}): {action}"
    )
    return words.text(language).format(
        label=look.label,
        reason=reason,
        at=at.text(look.since_us),
        action=care_words.action_text(look, language),
    )


def _head(title: str, of: str, language: Language) -> str:
    notice = care_words.NOT_FOR_DIAGNOSIS.text(language)
    return f"<h2>{_TITLES[title].text(language)} {escape(of)}</h2><p>{notice}</p>"


def _list(title: str, lines: Sequence[str], language: Language) -> str:
    shown = "".join(f"<li>{escape(line)}</li>" for line in lines)
    shown = f"<ul>{shown}</ul>" if shown else f"<p>{_TITLES['none'].text(language)}</p>"
    return f"<h3>{_TITLES[title].text(language)}</h3>{shown}"


def _write(parts: Sequence[str], path: Path) -> None:
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    no_margins = QMarginsF(0, 0, 0, 0)  # printing a document leaves 2 cm by itself
    writer.setPageMargins(no_margins, QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setDefaultFont(QFont(FAMILY, _POINTS))
    document.setDefaultStyleSheet(
        "li, p { line-height: 140%; }"
    )  # the bundled font sets lines close
    document.setHtml("".join(parts))
    document.print_(writer)
    held.close()
    write_whole(path, bytes(held.data().data()))
