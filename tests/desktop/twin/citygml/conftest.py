"""A city file written and read again."""

from __future__ import annotations

import pytest

from desktop.twin.citygml import read


@pytest.fixture
def load(tmp_path):
    def write_and_read(text, name="city.gml", **options):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(path, **options)

    return write_and_read
