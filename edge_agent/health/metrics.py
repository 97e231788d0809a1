"""The status as Prometheus text: `area_edge_<subsystem>_<unit>`, base units, bounded labels.

Labels name links, tasks and sinks, never devices: a wearable's id would point at a resident.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from platform_hub.wire import metrics_text
from platform_hub.wire.metrics_text import Family, by_label, counter, gauge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def text(status: Mapping[str, Any]) -> str:
    """Return a status in the text format 0.0.4; what is not known is left out, not zero."""
    families = [*_agent(status), *_log(status), *_sinks(status), *_links(status), *_tasks(status)]
    return metrics_text.text("area_edge_", families)


def _agent(status: Mapping[str, Any]) -> Iterator[Family]:
    labels = {key: str(status[key]) for key in ("gateway", "area", "version")}
    yield gauge("build_info", "Which agent this is.", 1, labels)
    yield gauge("start_time_seconds", "When it began (Unix time).", status["started_us"] / 1e6)
    yield gauge(
        "status_time_seconds", "When this was true (Unix time).", status["written_us"] / 1e6
    )
    if configuration := status.get("configuration"):
        words = "Changed settings that were taken back."
        yield counter("configuration_rollbacks_total", words, configuration["rollbacks"])
    process = status.get("process", {})
    for key, words in (
        ("open_files", "Open files."),
        ("threads", "Threads."),
        ("resident_bytes", "Resident memory."),
    ):
        if key in process:
            yield gauge(f"process_{key}", words, process[key])


def _log(status: Mapping[str, Any]) -> Iterator[Family]:
    log = status["log"]
    yield counter("log_readings_total", "Readings stored durably.", log["stored"])
    yield counter("log_refused_readings_total", "Readings lost: not taken.", log["refused"])
    for key, words in (
        ("damaged", "Readings that can no longer be read."),
        ("dropped", "Readings that gave way to newer ones."),
        ("not_taken", "Readings that the log could not store, ever."),
    ):
        yield counter(f"log_{key}_readings_total", words, log[key])
    yield gauge("log_held_readings", "Readings that wait for a set clock.", log["held"])
    yield gauge("log_size_bytes", "What the log takes on the disk.", log["bytes"])
    if disk := status.get("disk"):
        yield gauge("log_disk_free_bytes", "What is free on its disk.", disk["free_bytes"])
    yield gauge("log_waiting_readings", "Readings that wait for the disk.", log["waiting"])
    yield gauge("log_waiting_seconds", "How long the oldest of them waits.", log["waiting_s"])


def _sinks(status: Mapping[str, Any]) -> Iterator[Family]:
    sinks = status["sinks"]
    for kind, name, words, key in (
        ("counter", "acknowledged_readings_total", "Readings that the sink has.", "acknowledged"),
        ("counter", "sent_readings_total", "Readings sent, repeated ones included.", "sent"),
        ("counter", "refused_readings_total", "Readings that the sink refused.", "refused"),
        ("gauge", "backlog_readings", "Readings that wait for the sink.", "backlog"),
    ):
        values = {sink: state[key] for sink, state in sinks.items()}
        yield by_label(f"sync_{name}", kind, words, "sink", values)
    reachable = {s: int(x["reachable"]) for s, x in sinks.items() if x["reachable"] is not None}
    words = "Whether the sink answered last."
    yield by_label("sync_reachable", "gauge", words, "sink", reachable)
    ages = {
        sink: max(0.0, (status["written_us"] - state["oldest_unsent_us"]) / 1e6)
        for sink, state in sinks.items()
        if state["oldest_unsent_us"] is not None
    }
    yield by_label("sync_backlog_seconds", "gauge", "Age of the oldest waiting one.", "sink", ages)


def _links(status: Mapping[str, Any]) -> Iterator[Family]:
    up = {name: int(link["state"] == "open") for name, link in status["links"].items()}
    yield by_label("link_up", "gauge", "Whether the link is open.", "link", up)
    for kind, name, words, key in (
        ("counter", "link_polls_total", "Polls, answered or not.", "polls"),
        ("counter", "link_readings_total", "Readings that devices gave.", "readings"),
    ):
        yield by_label(name, kind, words, "link", _per_link(status, key))
    silent = Counter(dict.fromkeys(status["links"], 0))
    silent.update(d["link"] for d in status["devices"].values() if d["consecutive_failures"])
    yield by_label("link_silent_devices", "gauge", "Devices that do not answer.", "link", silent)


def _per_link(status: Mapping[str, Any], key: str) -> Counter[str]:
    counts = Counter(dict.fromkeys(status["links"], 0))
    for device in status["devices"].values():
        counts[device["link"]] += device[key]
    return counts


def _tasks(status: Mapping[str, Any]) -> Iterator[Family]:
    causes = (("crash", "crashes"), ("hang", "hangs"), ("leak", "leaks"))
    samples = [
        ({"task": name, "cause": cause}, float(record[key]))
        for name, record in status["tasks"].items()
        for cause, key in causes
    ]
    yield Family("task_restarts_total", "counter", "Restarts of a supervised task.", samples)
    ages = status.get("progress", {})
    yield by_label(
        "progress_age_seconds", "gauge", "Time since a part showed progress.", "part", ages
    )
