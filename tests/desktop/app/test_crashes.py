"""Errors that nobody caught are printed and counted."""

from __future__ import annotations

import sys

from desktop.app.crashes import Crashes


def test_an_error_is_printed_and_counted_and_the_hook_is_given_back(capsys):
    before = sys.excepthook
    with Crashes() as crashes:
        try:
            raise ValueError("half a window")
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    assert crashes.count == 1
    assert sys.excepthook is before
    assert "half a window" in capsys.readouterr().err
