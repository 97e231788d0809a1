"""What the agent's log looks like to a journal and to a person."""

from __future__ import annotations

import io
import json
import logging

import pytest
from typing_extensions import override

from edge_agent import log


class Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


@pytest.fixture
def configured():
    root, handlers = logging.getLogger(), []
    level = root.level

    def configure(stream):
        handlers.append(log.configure(stream))
        return logging.getLogger("edge_agent.test")

    yield configure
    for handler in handlers:
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.logs("port gone")
def test_the_journal_gets_json_behind_a_priority(configured):
    stream = io.StringIO()
    configured(stream).warning("port %s", "gone")
    line = stream.getvalue()
    assert line.startswith("<4>")
    entry = json.loads(line[3:])
    assert (entry["level"], entry["logger"]) == ("warning", "edge_agent.test")
    assert entry["message"] == "port gone"
    assert entry["time"].endswith("+00:00")


@pytest.mark.logs("bug")
def test_a_traceback_stays_in_its_line(configured):
    stream = io.StringIO()
    logger = configured(stream)
    try:
        raise ValueError("wrong")  # noqa: TRY301 - the traceback is what is tested
    except ValueError:
        logger.exception("bug")
    assert stream.getvalue().count("\n") == 1
    assert "ValueError: wrong" in json.loads(stream.getvalue()[3:])["traceback"]


def test_a_person_gets_plain_lines(configured):
    stream = Terminal()
    configured(stream).info("link open")
    assert stream.getvalue().endswith("INFO    link open\n")
