"""Python's collector in the GUI thread: when it runs, and what it leaves out.

Left to itself it runs wherever an object is made. In the middle of a call into Qt that ends widgets
while Qt holds a lock that their destructors take (seen in `QObject::disconnect`): the console hangs
for good. In another thread it ends widgets there, which Qt forbids.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 500
_STANDING_MS = 20_000  # after which the area and its city stand


class Collector(QObject):
    """Collects between two events of the GUI thread, as often as Python would; one for a process."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()

    def settle(self, after_ms: int = _STANDING_MS) -> None:
        """Leave all objects that there are after a while out of every later collection.

        A full collection goes through everything in one stretch, above 100 ms for a console with an
        area open: modules, models and widgets, next to all of which stay for good. What is let go of
        is freed as ever; only cycles among these objects are not found any more. They are never taken
        back: what of them a closed console leaves behind would be collected in an order that Qt does
        not bear.
        """
        QTimer.singleShot(after_ms, self, gc.freeze)


def collect_due() -> None:
    """Collect the oldest generation whose threshold is passed, as Python does by itself."""
    levels = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [number for number, (count, most) in enumerate(levels) if count > most]
    if due:
        gc.collect(max(due))
