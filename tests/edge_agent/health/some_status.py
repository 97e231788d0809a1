"""A status as a running agent writes it, for tests that read one."""

from __future__ import annotations

from typing import Any

NOW_US = 1_790_000_000_000_000


def some_status(**changes: Any) -> dict[str, Any]:
    device = {
        "link": "bus",
        "last_ok_us": NOW_US,
        "last_error": "",
        "consecutive_failures": 0,
        "polls": 5,
        "readings": 20,
    }
    return {
        "gateway": "gw-1",
        "area": "harumi",
        "version": "1.2",
        "started_us": NOW_US - 60_000_000,
        "written_us": NOW_US,
        "links": {
            "bus": {"state": "open", "last_error": ""},
            'l"an': {"state": "open", "last_error": ""},
        },
        "devices": {"a": device, "band-sato": {**device, "consecutive_failures": 3}},
        "tasks": {"link bus": {"crashes": 1, "hangs": 2, "leaks": 0}},
        "process": {"open_files": 40, "threads": 12, "resident_bytes": 80 << 20},
        "progress": {"log": 0.5},
        "log": {
            "stored": 60,
            "refused": 0,
            "last_error": "",
            "damaged": 0,
            "dropped": 7,
            "not_taken": 0,
            "held": 0,
            "segments": 2,
            "bytes": 4096,
            "waiting": 3,
            "waiting_s": 0.1,
        },
        "disk": {"free_bytes": 900_000_000, "kept_free_bytes": 64 << 20},
        "sinks": {"hub": some_sink(oldest_unsent_us=NOW_US - 5_000_000)},
        **changes,
    }


def some_sink(**changes: Any) -> dict[str, Any]:
    return {
        "url": "http://hub",
        "reachable": True,
        "error": "",
        "sent": 50,
        "acknowledged": 40,
        "backlog": 20,
        "oldest_unsent_us": None,
        "refused": 0,
        **changes,
    }
