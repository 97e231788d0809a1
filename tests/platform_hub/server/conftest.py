"""A hub on a new database, served inside the test."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING

import pytest

from platform_hub.server.app.composition import Hub, Parts
from platform_hub.server.settings import HubSettings
from platform_hub.server.store.database import Database
from tests.platform_hub.server.town import Clock, Town, town

with warnings.catch_warnings():  # it would rather have httpx2, which is not among our pins
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from area_configs.domain.areas import Area


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    Database.create(tmp_path / "hub.sqlite")
    with contextlib.closing(Database(tmp_path / "hub.sqlite")) as opened:
        yield opened


@pytest.fixture
def serve(database: Database) -> Iterator[Callable[..., Town]]:
    """Return a function that serves the town with given settings."""
    with contextlib.ExitStack() as stack:

        def start(*, open_to_all: bool = True, area: Area | None = None, **settings: int) -> Town:
            clock = Clock()
            parts = Parts(
                area or town(),
                database,
                lambda: b"PK-town",
                clock,
                HubSettings(**settings),
                open_to_all,
            )
            served = Hub(parts)
            served.prepare()
            http = stack.enter_context(TestClient(served.asgi))
            return Town(http, database, clock, served)

        yield start


@pytest.fixture
def hub(serve: Callable[..., Town]) -> Town:
    return serve()
