"""`area-hub practise`: invented residents to practise care with."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from platform_hub.server.governance.shell import (
    Data,
    DatabaseUrl,
    fail,
    now_us,
    one_sentence,
    say,
)

if TYPE_CHECKING:
    from area_configs.domain.areas import Area
    from platform_hub.server.store.database import Transaction


class PaperLanguage(StrEnum):
    """Language of what people wrote."""

    ja = "ja"
    en = "en"


Wearables = Annotated[
    list[str] | None,
    typer.Option(
        "--wearable", help="Device of the area that one of them wears; may be given again."
    ),
]


def practise(
    data: Data,
    caregiver: Annotated[str, typer.Option(help="Name of the caregiver who looks after them.")],
    language: Annotated[PaperLanguage, typer.Option(help="What is written of them.")] = (
        PaperLanguage.ja
    ),
    wearables: Wearables = None,
    database: DatabaseUrl = "",
) -> None:
    """Add invented residents with a made-up past, marked as such, to practise care with."""
    from area_configs.loader import load_area
    from platform_hub.server.care.calendars import Calendar
    from platform_hub.server.care.practice import furnish, hand_out
    from platform_hub.server.settings import HubFolder
    from platform_hub.server.store.database import Database

    folder = HubFolder(data, url=database)
    with one_sentence():
        area = load_area(folder.area)
    _check(wearables or (), area)

    def store(transaction: Transaction) -> int:
        calendar = Calendar.of(area.timezone)
        added = furnish(transaction, caregiver, calendar, now_us(), language=language.value)
        hand_out(transaction, wearables or (), now_us())
        return added

    with one_sentence(), contextlib.closing(Database(folder.place())) as opened:
        added = opened.write(store).result()
    say(f"{added} invented residents added, looked after by {caregiver}")


def _check(wearables: tuple[str, ...] | list[str], area: Area) -> None:
    known = {device.id for device in area.carried()}
    for device in wearables:
        if device not in known:
            fail(f"--wearable {device}: not one of {', '.join(sorted(known)) or 'none'}")
