"""Leading: one process has a duty, and another takes it over."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from platform_hub.server.store.database import Database
from platform_hub.server.store.leading import NOTIFYING

if TYPE_CHECKING:
    from collections.abc import Callable


def test_one_leads_until_it_ends(new_url: Callable[[], str]) -> None:
    url = new_url()
    Database.create(url)
    with contextlib.closing(Database(url)) as other:
        with contextlib.closing(Database(url)) as first:
            assert first.leads(NOTIFYING)
            assert not other.leads(NOTIFYING)
            assert first.leads(NOTIFYING)
        assert other.leads(NOTIFYING)


def test_alone_one_always_leads(database: Database) -> None:
    assert database.leads(NOTIFYING)
