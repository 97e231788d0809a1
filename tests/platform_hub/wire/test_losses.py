"""Losses on the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import BadFrame
from platform_hub.wire import losses
from platform_hub.wire.losses import Loss, Receipt, Report

numbers = st.integers(-(2**53), 2**53)
texts = st.text(st.characters(codec="utf-8"))
lost = st.builds(Loss, numbers, texts, numbers, numbers, numbers, numbers, numbers, texts)


@given(st.builds(Report, texts, numbers, st.lists(lost, max_size=3).map(tuple)))
def test_a_report_comes_out_as_it_went_in(report: Report):
    assert losses.decode_report(losses.encode(report)) == report


def test_a_receipt_comes_out_as_it_went_in():
    receipt = Receipt("gw-1", 7, 3)
    assert losses.decode_receipt(losses.encode(receipt)) == receipt


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"gateway":"g","epoch":1,"upto":"x"}'])
def test_anything_else_is_named(body: bytes):
    with pytest.raises(BadFrame, match="this is not a report of losses"):
        losses.decode_report(body)
    with pytest.raises(BadFrame, match="this is not a receipt of losses"):
        losses.decode_receipt(body)
