"""Readings of every kind that can travel."""

from __future__ import annotations

from hypothesis import strategies as st

from area_configs.domain.quality import Quality, Reason
from area_configs.domain.quantities import QUANTITIES
from area_configs.domain.readings import Reading

FIRST_US = -62_135_596_800_000_000  # 0001-01-01T00:00:00Z
LAST_US = 253_402_300_799_999_999  # 9999-12-31T23:59:59.999999Z

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20)
instants = st.integers(FIRST_US, LAST_US)
qualities = st.builds(Quality, st.sampled_from(Reason), st.text(st.characters(codec="utf-8")))
values = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
known_readings = st.builds(
    Reading, names, st.sampled_from(sorted(QUANTITIES)), instants, values, qualities
)
readings = st.one_of(known_readings, st.builds(Reading, names, names, instants, values, qualities))
