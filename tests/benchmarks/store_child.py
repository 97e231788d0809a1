"""Stores and gives out batches in one way, so that its writes can be recorded from outside.

`store_child.py packed|plain FOLDER BATCHES SIZE`
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.stored_readings import PackedLog, PlainRows, readings

if __name__ == "__main__":
    way, folder, batches, size = sys.argv[1:]
    with {"packed": PackedLog, "plain": PlainRows}[way](Path(folder)) as store:
        for batch in readings(int(batches), int(size)):
            store.put(batch)
        store.drain()
