"""Guards around every test: nothing stays open, nothing is logged unexpectedly."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # without a display Qt aborts the whole run
# Matrices here are small: threads of the linear algebra that wait for work burn both cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_ME = psutil.Process()
_PATIENCE_S = 10.0
_KERNEL_NAMES_CHILDREN = Path(f"/proc/{_ME.pid}/task/{_ME.pid}/children").exists()


_MANY = 20  # collections of the young before all are looked through

gc.disable()  # see _collected_here


def _open() -> dict[str, set[Any]]:
    return {
        "thread": set(threading.enumerate()),
        "process": _descendants(),
        "file": {file.path for file in _ME.open_files()},
        "listener": {c.laddr for c in _ME.net_connections() if c.status == psutil.CONN_LISTEN},
    }


def _descendants() -> set[int]:
    """Return the processes below this one.

    psutil reads every process of the machine for that: half of what a small test costs.
    """
    if not _KERNEL_NAMES_CHILDREN:
        return {child.pid for child in _ME.children(recursive=True)}
    found: set[int] = set()
    parents = [_ME.pid]
    while parents:
        children = _children(parents.pop()) - found
        found |= children
        parents += children
    return found


def _children(pid: int) -> set[int]:
    """Return the children of each thread of a process, none where it has ended."""
    found: set[int] = set()
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - twice per test
            named = Path(f"/proc/{pid}/task/{thread}/children")
            found.update(map(int, named.read_text().split()))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


@pytest.fixture(autouse=True)
def _collected_here() -> Iterator[None]:
    """Collect between tests and in this thread only, as the console does: what is Qt's ends here.

    See desktop.app.collector: elsewhere a run may hang.
    """
    yield
    gc.collect(2 if gc.get_count()[2] > _MANY else 1)


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    before = _open()
    yield
    deadline = time.monotonic() + _PATIENCE_S
    while left := {k: new for k, now in _open().items() if (new := now - before[k])}:
        if time.monotonic() > deadline:
            pytest.fail(f"left open: {left}", pytrace=False)
        gc.collect()
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _no_stray_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail on warnings in the log; expected ones are named with @pytest.mark.logs("words")."""
    yield
    expected = [mark.args[0] for mark in request.node.iter_markers("logs")]
    records = caplog.get_records("call")
    said = [r.getMessage() for r in records if r.levelno >= logging.WARNING]
    if stray := [line for line in said if not any(words in line for words in expected)]:
        pytest.fail(f"stray log: {stray}", pytrace=False)


@pytest.fixture(autouse=True)
def _no_handler_left() -> Iterator[None]:
    """Take away what a command run in this process logs to: its stream is gone with it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in [*root.handlers]:
        if handler not in before and type(handler) is logging.StreamHandler:
            root.removeHandler(handler)
    root.setLevel(level)


@pytest_asyncio.fixture
async def no_task_left() -> AsyncIterator[None]:
    """Fail where a task outlives its test; pytest-asyncio alone cancels it silently."""
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"left running: {left}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every asynchronous test the task guard."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
            item.fixturenames.append("no_task_left")
