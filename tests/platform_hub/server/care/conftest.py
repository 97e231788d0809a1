"""A home at a guarded hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.server.settings import CareSettings
from tests.platform_hub.server.care.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platform_hub.server.town import Town


@pytest.fixture
def home(serve: Callable[..., Town]) -> Home:
    return Home(serve(open_to_all=False, care=CareSettings(news2=True)))
