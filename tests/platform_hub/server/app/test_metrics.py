"""`/metrics`, read back by Prometheus' own parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from tests.platform_hub.server.town import power

if TYPE_CHECKING:
    from tests.platform_hub.server.town import Town


def _samples(hub: Town) -> dict[str, dict[str, float]]:
    answer = hub.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        sample.name: sample.labels | {"": sample.value}
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_what_is_told(hub: Town) -> None:
    hub.say(power(0), power(1))
    found = _samples(hub)
    assert found["area_hub_build_info"]["area"] == "town"
    assert found["area_hub_readings_stored_total"] == {"": 2}
    assert found["area_hub_gateway_acknowledged_readings_total"] == {"gateway": "gw-1", "": 2}
    assert found["area_hub_gateway_backlog_readings"] == {"gateway": "gw-1", "": 0}


def test_what_is_not_known_is_left_out(hub: Town) -> None:
    assert not [name for name in _samples(hub) if name.startswith("area_hub_gateway")]
