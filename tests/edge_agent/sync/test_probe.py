"""Property: whatever a broker has already and however it answers, exactly the rest is missing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import HubUnavailable
from area_configs.domain.readings import Reading
from edge_agent.sync import ngsi_ld_answers, probe
from platform_hub.wire import ngsi_ld, timestamps

T0 = 1_790_000_000_000_000
ENTITY = "urn:ngsi-ld:Device:town:m"


class _Broker:
    """Answers as a broker of the given habits does, from memory."""

    def __init__(
        self, held: list[Reading], page: int, *, begin_belongs: bool, end_belongs: bool
    ) -> None:
        self._held = sorted(held, key=lambda reading: reading.observed_us)
        self._page = page
        self._belongs = (begin_belongs, end_belongs)
        self.asked = 0

    def get(self, path: str, params: dict[str, str]) -> tuple[Any, dict[str, Any]]:
        assert path == f"/ngsi-ld/v1/temporal/entities/{ENTITY}"
        self.asked += 1
        assert self.asked < 200
        begin, end = (timestamps.from_text(params[name]) for name in ("timeAt", "endTimeAt"))
        names = params["attrs"].split(",")
        inside = [
            reading
            for reading in self._held
            if begin - self._belongs[0] < reading.observed_us < end + self._belongs[1]
            and ngsi_ld.attribute_name(reading.quantity) in names
        ]
        page = inside[: self._page]
        body: dict[str, Any] = {"id": ENTITY}
        for reading in page:
            name = ngsi_ld.attribute_name(reading.quantity)
            body.setdefault(name, []).append(ngsi_ld.property_of(reading))
        if len(page) == len(inside):
            return SimpleNamespace(status=200, headers={}, url="u"), body
        last = timestamps.to_text(page[-1].observed_us)
        span = {"Content-Range": f"date-time {params['timeAt']}-{last}/*"}
        return SimpleNamespace(status=206, headers=span, url="u"), body


_READINGS = st.lists(
    st.tuples(st.sampled_from(["active_power", "current_r"]), st.integers(0, 40)),
    min_size=1,
    max_size=25,
    unique=True,
)


@given(
    places=_READINGS,
    step_us=st.sampled_from([250_000, 1_000_000]),
    page=st.integers(2, 9),
    belongs=st.tuples(st.booleans(), st.booleans()),
    chance=st.randoms(use_true_random=False),
)
def test_exactly_the_rest_is_missing(places, step_us, page, belongs, chance):
    readings = [
        Reading("m", quantity, T0 + step_us * n + n * 7, float(n)) for quantity, n in places
    ]
    held = [reading for reading in readings if chance.random() < 0.5]
    broker = _Broker(held, page, begin_belongs=belongs[0], end_belongs=belongs[1])
    missing = probe.missing(broker, ENTITY, readings)
    assert sorted(missing + held, key=repr) == sorted(readings, key=repr)


def test_pages_that_do_not_advance_end():
    readings = [Reading("m", "active_power", T0 + n * 10_000, float(n)) for n in range(5)]
    page = {"id": ENTITY, "activePower": [ngsi_ld.property_of(readings[1])]}
    partial = SimpleNamespace(status=206, headers={}, url="u")
    stuck = SimpleNamespace(get=lambda _path, _params: (partial, page))
    with pytest.raises(HubUnavailable, match="do not advance"):
        probe.missing(stuck, ENTITY, readings)


FORMS = [
    {"type": "Property", "value": 1.5, "observedAt": "2026-09-21T14:13:20Z"},
    {"value": 1.5, "observedAt": "2026-09-21T14:13:20.000Z"},
    [{"type": "Property", "value": 1.5, "observedAt": "2026-09-21T23:13:20.000+09:00"}],
    {"type": "Property", "values": [[1.5, "2026-09-21T14:13:20Z"]]},
    {"value": 1.5, "observedAt": {"type": "DateTime", "value": "2026-09-21T14:13:20Z"}},
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["activePower", "https://uri.etsi.org/x/activePower"])
def test_every_form_of_an_answer_is_read(form: Any, name: str):
    entity = {"id": ENTITY, "type": "Device", name: form, "location": {"type": "GeoProperty"}}
    instant = timestamps.from_text("2026-09-21T14:13:20Z")
    assert list(ngsi_ld_answers.samples(entity)) == [("activePower", instant, 1.5)]


@pytest.mark.parametrize(
    "form", [1, None, "x", [], [[]], {"observedAt": "then"}, {"values": [1]}, {"observedAt": 3}]
)
def test_what_is_no_sample_is_passed_over(form: Any):
    assert list(ngsi_ld_answers.samples({"id": ENTITY, "activePower": form})) == []
