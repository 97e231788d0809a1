"""Python's collector kept out of the GUI thread's way: what stays is not gone through again."""

from __future__ import annotations

import gc

from PySide6.QtCore import QTimer

_STANDING_MS = 20_000  # after which the area and its city stand


def settle_collector(after_ms: int = _STANDING_MS) -> None:
    """Leave all objects that there are after a while out of every later collection.

    A full collection goes through everything in one stretch, above 100 ms for a console with an area
    open: modules, models and widgets, next to all of which stay for good. What is let go of is freed
    as ever; only cycles among these objects are not found any more. They are never taken back: what
    of them a closed console leaves behind would be collected in an order that Qt does not bear.
    """
    QTimer.singleShot(after_ms, gc.freeze)
