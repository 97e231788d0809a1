"""Errors that nobody caught are noted, counted and passed on."""

from __future__ import annotations

import sys

import pytest

from desktop.app.crashes import Crashes


def test_an_error_is_counted_and_passed_on_and_the_hook_is_given_back(monkeypatch):
    passed = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: passed.append(error))
    before, error = sys.excepthook, ValueError("half a window")
    with Crashes() as crashes:
        sys.excepthook(ValueError, error, None)
    assert crashes.count == 1
    assert passed == [(ValueError, error, None)]
    assert sys.excepthook is before


def test_the_hook_is_given_back_after_an_error_too():
    before = sys.excepthook
    with pytest.raises(KeyError), Crashes():
        raise KeyError
    assert sys.excepthook is before
