"""A hub on a new database, served inside the test."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from area_configs import area_pack
from platform_hub.server.app.composition import Hub, Parts
from platform_hub.server.settings import HubSettings
from platform_hub.server.store.database import Database
from tests.peers import postgresql
from tests.platform_hub.server.town import Clock, Town, town

with warnings.catch_warnings():  # it would rather have httpx2, which is not among our pins
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from area_configs.domain.areas import Area
    from tests.peers.postgresql import Cluster


ON_BOTH_ENGINES = {
    "test_gateway_blocks": {
        "test_a_block_is_stored_and_acknowledged",
        "test_a_replay_changes_nothing",
        "test_overlapping_blocks_store_each_reading_once",
        "test_a_gap_is_stored_and_holds_the_watermark",
        "test_epochs_and_gateways_have_their_own_watermarks",
        "test_a_request_without_blocks_says_how_the_gateway_is",
        "test_a_late_reading_enters_history_but_not_the_current_state",
        "test_a_reading_without_a_value_stays_without",
        "test_a_device_of_no_area_file_becomes_an_entity",
    },
    "test_temporal": {
        "test_windows",
        "test_attributes_are_chosen",
        "test_readings_come_back_as_they_were_sent",
        "test_a_page_of_the_newest_counts_backwards",
        "test_following_the_pages_finds_everything_once",
    },
    "test_entities": {
        "test_a_reading_is_a_property_with_time_and_unit",
        "test_entities_are_selected",
        "test_modified_at_follows_the_newest_reading",
        "test_pages_are_linked",
    },
    "test_seeding": {"test_a_changed_file_changes_only_what_it_says"},
    "test_upkeep": {
        "test_roll_ups_say_what_the_readings_were",
        "test_a_late_reading_is_rolled_up_too",
        "test_what_is_kept_long_enough_is_dropped_and_its_roll_ups_stay",
    },
    "test_database": {
        "test_a_failed_job_leaves_nothing_and_spares_the_others",
        "test_a_cancelled_job_does_not_run",
        "test_a_job_sees_what_was_committed_before_it",
        "test_a_broken_constraint_is_explained",
    },
}


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a private PostgreSQL; skips where there is none."""
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(postgresql.running())
        except postgresql.NoPostgreSQL as error:
            pytest.skip(str(error))
        yield running


@pytest.fixture
def new_url(cluster: Cluster) -> Iterator[Callable[[], str]]:
    """Return a function that makes an empty PostgreSQL database and gives its URL."""
    made: list[str] = []

    def make() -> str:
        made.append(cluster.url())
        return made[-1]

    yield make
    for url in made:
        cluster.drop(url)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks most of the database on both engines, everything else on SQLite."""
    if "engine" in metafunc.fixturenames:
        module = metafunc.module.__name__.rpartition(".")[2]
        both = metafunc.function.__name__ in ON_BOTH_ENGINES.get(module, ())
        metafunc.parametrize("engine", ["sqlite", "postgresql"] if both else ["sqlite"])


@pytest.fixture
def place(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path | str:
    """Return where a new database may be made."""
    if engine == "sqlite":
        return tmp_path / "hub.sqlite"
    url: str = request.getfixturevalue("new_url")()
    return url


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return what a new SQLite database is: making its tables costs more than a small test."""
    path = tmp_path_factory.mktemp("empty") / "hub.sqlite"
    Database.create(path)
    return path.read_bytes()


@pytest.fixture
def database(place: Path | str, request: pytest.FixtureRequest) -> Iterator[Database]:
    if isinstance(place, str):
        Database.create(place)
    else:
        place.write_bytes(request.getfixturevalue("empty_database"))
    with contextlib.closing(Database(place)) as opened:
        yield opened


@pytest.fixture
def serve(database: Database) -> Iterator[Callable[..., Town]]:
    """Return a function that serves the town with given settings."""
    with contextlib.ExitStack() as stack:

        def start(
            *,
            open_to_all: bool = True,
            area: Area | None = None,
            folder: Path | None = None,
            **settings: Any,
        ) -> Town:
            clock = Clock()
            parts = Parts(
                area or town(),
                database,
                (lambda: area_pack.pack(folder)) if folder else (lambda: b"PK-town"),
                clock,
                HubSettings(**settings),
                open_to_all,
                folder=folder,
            )
            served = Hub(parts)
            served.prepare()
            http = stack.enter_context(TestClient(served.asgi))
            return Town(http, database, clock, served)

        yield start


@pytest.fixture
def hub(serve: Callable[..., Town]) -> Town:
    return serve()
