"""The hub's answer to a gateway."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import BadFrame
from platform_hub.wire import acknowledgements
from platform_hub.wire.acknowledgements import Acknowledgement, Refusal

numbers = st.integers(0, 2**53)
texts = st.text(st.characters(codec="utf-8"))
refusals = st.lists(st.builds(Refusal, numbers, numbers, texts), max_size=3).map(tuple)
runs = st.lists(st.tuples(numbers, numbers), max_size=3).map(tuple)


@given(st.builds(Acknowledgement, texts, numbers, numbers, numbers, numbers, refusals, runs))
def test_an_acknowledgement_comes_out_as_it_went_in(answer: Acknowledgement):
    assert acknowledgements.decode(acknowledgements.encode(answer)) == answer


def test_an_older_hub_does_not_say_what_is_ahead():
    answer = acknowledgements.decode(b'{"gateway":"g","epoch":1,"upto":2}')
    assert answer.ahead is None


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"<html>", b"[]", b'{"gateway":"g","epoch":"1","upto":2}', b"\xff"]
)
def test_anything_else_is_named(body: bytes):
    with pytest.raises(BadFrame, match="the answer is not an acknowledgement"):
        acknowledgements.decode(body)
