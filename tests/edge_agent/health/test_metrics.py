"""The metrics, read back by Prometheus' own parser."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from edge_agent.health import metrics
from tests.edge_agent.health.some_status import some_sink, some_status


def _samples(status) -> dict:
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics.text(status))
        for sample in family.samples
    }


def test_what_is_told():
    found = _samples(some_status())
    sink = ("sink", "hub")
    expected = {
        ("area_edge_build_info", ("area", "harumi"), ("gateway", "gw-1"), ("version", "1.2")): 1,
        ("area_edge_log_readings_total",): 60,
        ("area_edge_log_refused_readings_total",): 0,
        ("area_edge_log_waiting_seconds",): 0.1,
        ("area_edge_log_dropped_readings_total",): 7,
        ("area_edge_log_size_bytes",): 4096,
        ("area_edge_log_disk_free_bytes",): 900_000_000,
        ("area_edge_sync_acknowledged_readings_total", sink): 40,
        ("area_edge_sync_backlog_readings", sink): 20,
        ("area_edge_sync_backlog_seconds", sink): 5,
        ("area_edge_sync_reachable", sink): 1,
        ("area_edge_link_polls_total", ("link", "bus")): 10,
        ("area_edge_link_readings_total", ("link", "bus")): 40,
        ("area_edge_link_silent_devices", ("link", "bus")): 1,
        ("area_edge_link_silent_devices", ("link", 'l"an')): 0,
        ("area_edge_task_restarts_total", ("cause", "hang"), ("task", "link bus")): 2,
        ("area_edge_process_resident_bytes",): 80 << 20,
        ("area_edge_progress_age_seconds", ("part", "log")): 0.5,
    }
    assert expected.items() <= found.items()


def test_a_counter_is_named_and_typed_as_one():
    for family in text_string_to_metric_families(metrics.text(some_status())):
        assert family.name.startswith("area_edge_")
        assert family.documentation.endswith(".")
        totals = [sample.name.endswith("_total") for sample in family.samples]
        assert set(totals) == {family.type == "counter"}


def test_what_is_not_known_is_left_out():
    status = some_status(sinks={"hub": some_sink(reachable=None)})
    names = {name for name, *_ in _samples(status)}
    assert "area_edge_sync_reachable" not in names
    assert "area_edge_sync_backlog_seconds" not in names


def test_no_device_is_named():
    assert "sato" not in metrics.text(some_status())
