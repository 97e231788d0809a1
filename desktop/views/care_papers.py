"""Papers of care as PDF: the handover of a shift, and the look back at a month of one resident."""

from __future__ import annotations

from datetime import datetime
from html import escape
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from area_configs.domain.names import Name
from desktop.models import care_record_words, care_words
from desktop.views.care_strips import DAYS
from desktop.views.theme import FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from area_configs.domain.care import CycleEntry, Handover, Look, Metric, Resident, ResidentPage
    from area_configs.domain.names import Language

_MARGIN_MM = 18.0
_DPI = 150
_POINTS = 10
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
                f"{at.text(e.at_us)} {labels.get(e.resident, '')} "
                f"{care_words.EVENT_NAMES[e.kind].text(language)}: "
                f"{care_words.OUTCOME_NAMES[e.outcome].text(language)} {e.note}"
                for e in handover.events
            ],
            language,
        ),
        _list(
            "notes",
            [
                f"{at.text(n.at_us)} {labels.get(n.resident, '')} ({n.by}): {n.text}"
                for n in handover.notes
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


def write_month(page: ResidentPage, path: Path, zone: str, language: Language) -> None:
    """Write the look back at a month.

    Raises:
        OSError: the file cannot be written.
    """
    _write(month_parts(page, zone, language), path)


def month_parts(page: ResidentPage, zone: str, language: Language) -> list[str]:
    """Return the look back as HTML; every number says on how many days it rests."""
    at = _Times(zone)
    numbers = [_month_line(page, metric, language) for metric in care_words.METRIC_NAMES]
    scores = [care_words.score_line(one, page.scores, language) for one in page.scores]
    events = [
        f"{at.text(e.at_us)} {care_words.EVENT_NAMES[e.kind].text(language)}: "
        f"{care_words.OUTCOME_NAMES[e.outcome].text(language)}"
        for e in page.events
    ]
    notes = [f"{at.text(n.at_us)} ({n.by}): {n.text}" for n in page.notes]
    parts = [_head("month", page.resident.label, language)]
    cycle = [_step(entry, language) for entry in page.cycle]
    warnings = [
        f"{at.text(one.taken_us)} {care_record_words.score_line(one, language)} ({one.by})"
        for one in page.news2 or ()
    ]
    for name, lines in (
        ("numbers", numbers),
        ("scores", scores),
        ("cycle", cycle),
        ("events", events),
        ("notes", notes),
    ):
        parts.append(_list(name, lines, language))
    if page.news2 is not None:
        parts.append(_list("news2", warnings, language))
    return [*parts, *_invented((page.resident,), language)]


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


def _month_line(page: ResidentPage, metric: Metric, language: Language) -> str:
    values = [
        value for day in page.days[-DAYS:] if (value := day.metrics[metric].value) is not None
    ]
    name = care_words.METRIC_NAMES[metric].text(language)
    middle = median(values) if values else None
    amount = care_words.amount(metric, middle, language)
    words = Name(
        "{name}: 中央値 {amount} ({n}/{all}日)", "{name}: median {amount} ({n}/{all} days)"
    )
    return words.text(language).format(name=name, amount=amount, n=len(values), all=DAYS)


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
    path.open("ab").close()  # a folder that is not there is told before anything is drawn
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setDefaultFont(QFont(FAMILY, _POINTS))
    document.setDefaultStyleSheet(
        "li, p { line-height: 140%; }"
    )  # the bundled font sets lines close
    document.setHtml("".join(parts))
    document.print_(writer)
