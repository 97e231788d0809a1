"""Relocation: a hub's data from its folder to PostgreSQL."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from platform_hub.server.store import lock, moving
from platform_hub.server.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.settings import HubFolder


def relocate(
    folder: HubFolder,
    url: str,
    progress: Callable[[int, int], None],
    *,
    timescale: bool = False,
) -> dict[str, int]:
    """Copy a hub's data and compare both sides; returns the figures of `moving.Moved`.

    Args:
        folder: a hub that nobody serves.
        url: where to; an empty PostgreSQL database, or one to which this was begun before.
        progress: called with the series done and all series.
        timescale: let TimescaleDB keep the days; untested.

    Raises:
        FolderBusy: the hub is being served.
        CannotMove, StoreUnavailable, UnknownEngine: one reason, for people.
    """
    folder.settings()
    with lock.held(folder.lock), contextlib.closing(Database(folder.database)) as source:
        Database.create(url, timescale=timescale)
        with contextlib.closing(Database(url)) as target:
            return dataclasses.asdict(moving.move(source, target, progress))
