"""What a trend shows as a table of instants: mean, least and most of each series, unknown left empty."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from desktop.models import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from area_configs.domain.names import Language
    from area_configs.domain.readings import Series
    from desktop.models.tiles import Drawn, Stretch
    from desktop.models.trend_statistics import Statistics

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # Excel reads Japanese rightly with it only
_TIME = {"ja": "時刻", "en": "Time"}
_SUFFIXES = {"ja": ("平均", "最小", "最大"), "en": ("mean", "least", "most")}


@dataclass(frozen=True, slots=True)
class TrendTable:
    """Columns in the order of the series; instants are written with their offset from UTC."""

    head: tuple[str, ...]
    instants_s: NDArray[np.float64]
    columns: tuple[NDArray[np.float64], ...]
    statistics: tuple[tuple[str, Statistics], ...]
    zone: ZoneInfo

    def rows(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """Yield each instant with its values, NaN where nobody knows."""
        for at, instant in enumerate(self.instants_s):
            local = datetime.fromtimestamp(float(instant), tz=self.zone)
            yield (
                local.isoformat(timespec="milliseconds"),
                tuple(float(c[at]) for c in self.columns),
            )

    def csv_text(self) -> str:
        """Return it as CSV (RFC 4180) with a byte order mark."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.head)
        for instant, values in self.rows():
            writer.writerow([instant, *("" if np.isnan(v) else f"{v:.10g}" for v in values)])
        return _BOM + text.getvalue()


def table(
    names: Mapping[Series, str],
    drawn: Mapping[Series, Drawn],
    statistics: Sequence[Statistics],
    zone: ZoneInfo,
    language: Language,
) -> TrendTable:
    """Put what is drawn of each series together by instant; of single readings only the value."""
    parts = [one.stretch for one in drawn.values()]
    times = [part.begins_s for part in parts]
    instants = np.unique(np.concatenate(times)) if times else np.empty(0)
    head, columns = [_TIME[language]], []
    for series, one in drawn.items():
        unit = wording.quantity_of(series.quantity).symbol
        name = f"{names[series]} [{unit}]" if unit else names[series]
        values = (one.stretch.mean, one.stretch.low, one.stretch.high)
        wanted = zip(values, _SUFFIXES[language], strict=True)
        for value, suffix in wanted if one.period_s else [(one.stretch.mean, "")]:
            head.append(f"{name} {suffix}".rstrip())
            columns.append(_spread(one.stretch, value, instants))
    rows = tuple((names[row.series], row) for row in statistics)
    return TrendTable(tuple(head), instants, tuple(columns), rows, zone)


def _spread(
    stretch: Stretch, values: NDArray[np.float64], instants: NDArray[np.float64]
) -> NDArray[np.float64]:
    spread = np.full(len(instants), np.nan)
    spread[np.searchsorted(instants, stretch.begins_s)] = values
    return spread
