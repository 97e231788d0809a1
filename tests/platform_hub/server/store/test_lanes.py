"""Which writer takes a job: all are kept busy, and no job overtakes one of its lane."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from platform_hub.server.store.lanes import Lanes
from platform_hub.server.store.writer import Job


class Waiting:
    """A writer whose jobs end when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def put(self, job: Job) -> None:
        self.jobs.append(job)

    def end_all(self) -> None:
        for job in self.jobs:
            job.future.set_result(None)
        self.jobs.clear()


def job() -> Job:
    return Job(lambda _: None, Future[Any](), shared=True)


def test_lanes_are_spread_whatever_their_names() -> None:
    writers = [Waiting(), Waiting()]
    lanes = Lanes(writers)
    for lane in ("gw-0", "gw-1", "gw-2", "gw-3"):
        lanes.put(lane, job())
    assert [len(each.jobs) for each in writers] == [2, 2]


def test_a_lane_stays_with_its_writer_while_it_has_a_job_there() -> None:
    writers = [Waiting(), Waiting()]
    lanes = Lanes(writers)
    sent = [job() for _ in range(5)]
    for each in sent:
        lanes.put("gw-0", each)
    assert writers[0].jobs == sent


def test_a_lane_without_jobs_goes_to_the_writer_with_the_least_to_do() -> None:
    writers = [Waiting(), Waiting()]
    lanes = Lanes(writers)
    lanes.put("gw-0", job())
    lanes.put("gw-1", job())
    writers[1].end_all()
    lanes.put("gw-2", job())
    lanes.put("gw-2", job())
    writers[0].end_all()
    lanes.put("gw-1", job())
    assert [len(each.jobs) for each in writers] == [1, 2]


def test_a_job_that_failed_or_was_given_up_holds_nothing() -> None:
    writers = [Waiting(), Waiting()]
    lanes = Lanes(writers)
    failed, given_up = job(), job()
    lanes.put("gw-0", failed)
    lanes.put("gw-1", given_up)
    failed.future.set_exception(ValueError("no"))
    given_up.future.cancel()
    lanes.put("gw-1", job())
    lanes.put("gw-0", job())
    assert [len(each.jobs) for each in writers] == [2, 2]
