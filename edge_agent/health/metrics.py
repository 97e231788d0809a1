"""The status as Prometheus text: `area_edge_<subsystem>_<unit>`, base units, bounded labels.

Labels name links, tasks and sinks, never devices: a wearable's id would point at a resident.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_Labels = dict[str, str]


class Family(NamedTuple):
    """One metric with all of its samples."""

    name: str
    kind: str
    words: str
    samples: list[tuple[_Labels, float]]


def text(status: Mapping[str, Any]) -> str:
    """Return a status in the text format 0.0.4; what is not known is left out, not zero."""
    families = [*_agent(status), *_log(status), *_sinks(status), *_links(status), *_tasks(status)]
    return "".join(_rendered(family) for family in families if family.samples)


def _agent(status: Mapping[str, Any]) -> Iterator[Family]:
    labels = {key: str(status[key]) for key in ("gateway", "area", "version")}
    yield _gauge("build_info", "Which agent this is.", 1, labels)
    yield _gauge("start_time_seconds", "When it began (Unix time).", status["started_us"] / 1e6)
    yield _gauge(
        "status_time_seconds", "When this was true (Unix time).", status["written_us"] / 1e6
    )
    if configuration := status.get("configuration"):
        words = "Changed settings that were taken back."
        yield _counter("configuration_rollbacks_total", words, configuration["rollbacks"])
    process = status.get("process", {})
    for key, words in (
        ("open_files", "Open files."),
        ("threads", "Threads."),
        ("resident_bytes", "Resident memory."),
    ):
        if key in process:
            yield _gauge(f"process_{key}", words, process[key])


def _log(status: Mapping[str, Any]) -> Iterator[Family]:
    log = status["log"]
    yield _counter("log_readings_total", "Readings stored durably.", log["stored"])
    yield _counter("log_refused_readings_total", "Readings lost: not taken.", log["refused"])
    for key, words in (
        ("damaged", "Readings that can no longer be read."),
        ("dropped", "Readings that gave way to newer ones."),
        ("not_taken", "Readings that the log could not store, ever."),
    ):
        yield _counter(f"log_{key}_readings_total", words, log[key])
    yield _gauge("log_held_readings", "Readings that wait for a set clock.", log["held"])
    yield _gauge("log_size_bytes", "What the log takes on the disk.", log["bytes"])
    yield _gauge("log_waiting_readings", "Readings that wait for the disk.", log["waiting"])
    yield _gauge("log_waiting_seconds", "How long the oldest of them waits.", log["waiting_s"])


def _sinks(status: Mapping[str, Any]) -> Iterator[Family]:
    sinks = status["sinks"]
    for kind, name, words, key in (
        ("counter", "acknowledged_readings_total", "Readings that the sink has.", "acknowledged"),
        ("counter", "sent_readings_total", "Readings sent, repeated ones included.", "sent"),
        ("counter", "refused_readings_total", "Readings that the sink refused.", "refused"),
        ("gauge", "backlog_readings", "Readings that wait for the sink.", "backlog"),
    ):
        values = {sink: state[key] for sink, state in sinks.items()}
        yield _family(f"sync_{name}", kind, words, "sink", values)
    reachable = {s: int(x["reachable"]) for s, x in sinks.items() if x["reachable"] is not None}
    words = "Whether the sink answered last."
    yield _family("sync_reachable", "gauge", words, "sink", reachable)
    ages = {
        sink: max(0.0, (status["written_us"] - state["oldest_unsent_us"]) / 1e6)
        for sink, state in sinks.items()
        if state["oldest_unsent_us"] is not None
    }
    yield _family("sync_backlog_seconds", "gauge", "Age of the oldest waiting one.", "sink", ages)


def _links(status: Mapping[str, Any]) -> Iterator[Family]:
    up = {name: int(link["state"] == "open") for name, link in status["links"].items()}
    yield _family("link_up", "gauge", "Whether the link is open.", "link", up)
    for kind, name, words, key in (
        ("counter", "link_polls_total", "Polls, answered or not.", "polls"),
        ("counter", "link_readings_total", "Readings that devices gave.", "readings"),
    ):
        yield _family(name, kind, words, "link", _per_link(status, key))
    silent = Counter(dict.fromkeys(status["links"], 0))
    silent.update(d["link"] for d in status["devices"].values() if d["consecutive_failures"])
    yield _family("link_silent_devices", "gauge", "Devices that do not answer.", "link", silent)


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
    yield _family(
        "progress_age_seconds", "gauge", "Time since a part showed progress.", "part", ages
    )


def _family(name: str, kind: str, words: str, label: str, values: Mapping[str, float]) -> Family:
    return Family(name, kind, words, [({label: key}, value) for key, value in values.items()])


def _gauge(name: str, words: str, value: float, labels: _Labels | None = None) -> Family:
    return Family(name, "gauge", words, [(labels or {}, value)])


def _counter(name: str, words: str, value: float, labels: _Labels | None = None) -> Family:
    return Family(name, "counter", words, [(labels or {}, value)])


def _rendered(family: Family) -> str:
    name = f"area_edge_{family.name}"
    lines = [f"# HELP {name} {family.words}", f"# TYPE {name} {family.kind}"]
    lines += [f"{name}{_labelled(labels)} {value!r}" for labels, value in family.samples]
    return "\n".join(lines) + "\n"


def _labelled(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
