"""Reports without a screen: asks the hub, puts the numbers together, writes PDF or XLSX."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from area_configs.domain.errors import AreaFileError, HubRejected, HubUnavailable
from area_configs.loader import load_area
from desktop.bridge import report_source
from desktop.bridge.pack_cache import PackCache
from desktop.models import report, workbooks
from desktop.views import report_pages
from platform_hub.client import HubClient

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from area_configs.domain.areas import Area
    from area_configs.domain.names import Language
    from desktop.models.report import Report, ReportKind
    from desktop.settings import ConsoleSettings
    from platform_hub.client.credentials import Credential

DONE, BAD_USE, UNREACHABLE = 0, 2, 4
XLSX = ".xlsx"


def run(settings: ConsoleSettings, kind: ReportKind, day: date, output: Path) -> int:
    """Write the report of a day, or of the month in which it lies; return the exit status."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        area = _area(settings)
        made = fetch(settings.hub, settings.key, area, report.span_of(kind, day, area.timezone))
        write(made, output, settings.language)
    except HubUnavailable as error:
        return _say(error, UNREACHABLE)
    except (HubRejected, AreaFileError, OSError) as error:
        return _say(error, BAD_USE)
    told = {"report": str(output), "coverage": round(made.coverage, 4), "complete": made.complete}
    print(json.dumps(told))  # noqa: T201  # the data
    return DONE


def fetch(url: str, key: str | Credential, area: Area, span: report.Span) -> Report:
    """Ask the hub for what a report needs, and put it together.

    Raises:
        HubUnavailable: it does not answer.
        HubRejected: it refuses, with the reason.
    """
    meters = [device.id for device in report.meters_of(area)]
    material = report_source.fetch(url, key, area.id, meters, span.us)
    return report.make(area, span, material.powers, material.journal, datetime.now(tz=UTC))


def write(made: Report, output: Path, language: Language) -> None:
    """Write a report as XLSX where the name ends so, else as PDF.

    Raises:
        OSError: it cannot be written.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    if output.suffix.lower() == XLSX:
        workbooks.write_report(made, output, language)
        return
    from desktop.app import application_of_this_process  # noqa: PLC0415  # it imports the console

    application_of_this_process()
    report_pages.write_pdf(made, output, language)


def _area(settings: ConsoleSettings) -> Area:
    if settings.area:
        return load_area(settings.area)
    client = HubClient(settings.hub, settings.key)
    try:
        return load_area(PackCache(settings.hub).fetch(client).folder)
    finally:
        client.close()


def _say(error: Exception, status: int) -> int:
    print(error, file=sys.stderr)  # noqa: T201  # talk
    return status
