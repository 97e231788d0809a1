"""A hub that fails on demand, and a client of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.client import HubClient
from tests.platform_hub.client.faulty_hub import FaultyHub, faulty_hub

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def hub() -> Iterator[FaultyHub]:
    with faulty_hub() as running:
        yield running


@pytest.fixture
def client(hub: FaultyHub) -> Iterator[HubClient]:
    with HubClient(hub.url, "secret-key", answer_s=5.0) as opened:
        yield opened
