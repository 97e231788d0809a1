"""A guarded hub of a plant for these tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.platform_hub.server.governance.office import Office
from tests.platform_hub.server.registry.plant import plant

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platform_hub.server.town import Town


@pytest.fixture
def office(serve: Callable[..., Town]) -> Office:
    return Office(serve(open_to_all=False, area=plant()))
