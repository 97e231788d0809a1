"""The writer: one thread that runs jobs and commits them in groups."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import Connection, text

from platform_hub.server.store import engines

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from platform_hub.server.store.engines import Engines

Transaction: TypeAlias = Connection
T = TypeVar("T")
CHANNEL = "area_hub"
_GROUP = 64  # jobs in one commit; each waits for the others
_RUNS = 4  # of one job whose transaction gave way to that of another process
_ALL_WRITES, _THE_LOG = 1, 2  # advisory locks, always taken in this order
_INFO = "group"
_NOTIFY = text("SELECT pg_notify(:channel, news) FROM unnest(CAST(:news AS text[])) AS news")


@dataclass(slots=True)
class Job:
    """Work that waits for the writer; a `shared` one locks the rows that it changes by itself."""

    work: Callable[[Transaction], Any]
    future: Future[Any]
    shared: bool = False


@dataclass(slots=True)
class _Group:
    last: list[Callable[[Transaction], None]] = field(default_factory=list)
    news: list[str] = field(default_factory=list)


def at_end(transaction: Transaction, work: Callable[[Transaction], None]) -> None:
    """Do this once every job of the group has run, just before the commit.

    What is done here is done in the order of the commits, also among several processes.
    """
    group: _Group | None = transaction.info.get(_INFO)
    if group is None:
        work(transaction)
    else:
        group.last.append(work)


def tell(transaction: Transaction, news: str) -> None:
    """Tell the listeners of every process on this database, once the transaction is committed."""
    group: _Group | None = transaction.info.get(_INFO)
    if group is not None:
        group.news.append(news)
    elif engines.is_postgresql(transaction):
        _notify(transaction, [news])


class Writer:
    """Runs jobs, in the order in which they come, on a connection of its own."""

    def __init__(
        self,
        opened: Engines,
        explanation: Callable[[Exception], Exception],
        heard: Callable[[str], None],
    ) -> None:
        self._engine = opened.writer
        self._explanation = explanation
        self._heard = heard
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hub-writer")
        self._thread.start()

    def put(self, job: Job) -> None:
        """Queue a job."""
        self._jobs.put(job)

    def close(self) -> None:
        """Finish what is queued."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while group := self._next_group():
            self._commit(group)

    def _next_group(self) -> list[Job]:
        """Take everything that queued up during the last commit; empty at the end."""
        job = self._jobs.get()
        group = []
        while job is not None:
            if job.future.set_running_or_notify_cancel():
                group.append(job)
            if len(group) >= _GROUP:
                return group
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group or self._next_group()
        if group:
            self._jobs.put(None)  # the end is still to come, after this group
        return group

    def _commit(self, group: list[Job]) -> None:
        try:
            results = self._together(group) if len(group) > 1 else self._alone(group[0])
        except Exception as error:  # noqa: BLE001 - the caller of each job gets it by its future
            if len(group) == 1:
                group[0].future.set_exception(self._explanation(error))
                return
            for job in group:
                self._commit([job])
        else:
            for job, result in zip(group, results, strict=True):
                job.future.set_result(result)

    def _alone(self, job: Job) -> list[Any]:
        for _ in range(_RUNS - 1):
            try:
                return self._together([job])
            except Exception as error:
                if not engines.passes_when_tried_again(error):
                    raise
        return self._together([job])

    def _together(self, group: list[Job]) -> list[Any]:
        state = _Group()
        with self._engine.begin() as transaction:
            noted = transaction.info  # goes with the connection; what it knows may be rolled back
            try:
                results = _run(transaction, group, state)
            except BaseException:
                noted.clear()
                raise
        if not engines.is_postgresql(transaction):  # its server tells every process, this one too
            for news in state.news:
                self._heard(news)
        return results


def _run(transaction: Transaction, group: list[Job], state: _Group) -> list[Any]:
    transaction.info[_INFO] = state
    engines.lock(transaction, _ALL_WRITES, shared=all(job.shared for job in group))
    results = [job.work(transaction) for job in group]
    if state.last:
        engines.lock(transaction, _THE_LOG)
    for work in state.last:
        work(transaction)
    if state.news and engines.is_postgresql(transaction):
        _notify(transaction, list(dict.fromkeys(state.news)))
    return results


def _notify(transaction: Transaction, news: list[str]) -> None:
    transaction.execute(_NOTIFY, {"channel": CHANNEL, "news": news})
