"""Drives the SQLite storage of thingsboard-gateway; runs in an environment of its own.

`thingsboard_child.py FOLDER COUNT` stores COUNT messages of one point each, waits until all are in
its database, takes all out again, and prints the seconds as JSON. Settings are the shipped ones but
for `max_read_records_count`, whose shipped 10 makes draining some thirty times slower.
"""

import json
import logging
import pathlib
import sqlite3
import sys
import threading
import time

from thingsboard_gateway.storage.sqlite.sqlite_event_storage import SQLiteEventStorage


class Logger(logging.Logger):
    """The gateway's loggers have one level more."""

    def trace(self, *_words, **_more):
        """Say nothing."""


def message(number):
    """Return what a converter hands to the storage: one device, one point."""
    point = {"ts": 1_764_000_000_000 + number, "values": {"active_power": number % 1000 / 10}}
    device = f"meter-{number % 20}"
    return json.dumps({"deviceName": device, "deviceType": "meter", "telemetry": [point]})


def stored(folder):
    """Return how many messages are in the database."""
    database = sqlite3.connect(f"file:{folder}/data.db?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM messages").fetchone()[0]
    finally:
        database.close()


def main():
    """Measure one round."""
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True)
    messages = [message(number) for number in range(count)]
    settings = {"data_file_path": f"{folder}/", "max_read_records_count": 1000}
    storage = SQLiteEventStorage(settings, Logger("storage"), threading.Event())
    begin = time.perf_counter()
    for each in messages:
        if not storage.put(each):
            sys.exit("the storage refused a message")
    while stored(folder) < count:
        time.sleep(0.005)
    put_s = time.perf_counter() - begin
    left = count
    while left:
        if pack := storage.get_event_pack():
            left -= len(pack)
            storage.event_pack_processing_done()
        else:
            time.sleep(0.001)
    sys.stdout.write(json.dumps({"put_s": put_s, "cycle_s": time.perf_counter() - begin}) + "\n")
    storage.stop()


if __name__ == "__main__":
    main()
