"""Python's collector kept out of the GUI thread's way: what stays is not gone through again."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Iterator

_STANDING_MS = 20_000  # after which the area and its city stand


@contextmanager
def collector_settled(after_ms: int = _STANDING_MS) -> Iterator[None]:
    """Leave all objects that there are after a while out of every later collection, until the end.

    A full collection goes through everything in one stretch, above 100 ms for a console with an area
    open: modules, models and widgets, next to all of which stay for good. What is let go of is freed
    as ever; only cycles among these objects are not found any more.
    """
    timer = QTimer(interval=after_ms, singleShot=True)
    timer.timeout.connect(gc.freeze)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        gc.unfreeze()
