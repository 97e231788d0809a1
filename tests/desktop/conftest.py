"""Fixtures for the console's tests."""

from __future__ import annotations

import os
from pathlib import Path

import pyproj  # noqa: F401  # opens its database once for all: no test of ours leaves it open
import pytest

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def _nobodys_home(tmp_path_factory):
    """Keep what the console keeps for its person away from whoever runs the tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(home / name))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of sample data beside the repository; skip where there is none."""
    folder = Path(os.environ.get("SMART_AREA_DATA", _ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no sample data at {folder}; name the folder in SMART_AREA_DATA")
    return folder
