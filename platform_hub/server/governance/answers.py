"""Refusals over HTTP: the one exception that a route raises, and the problem that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from area_configs.domain.errors import SmartAreaError
from platform_hub.wire import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_hub.wire.problems import Problem

_PLAIN = "about:blank"


class Refused(SmartAreaError):
    """The request is refused; carries the problem that says why and what to do."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.detail or problem.title)
        self.problem = problem
        self.headers = dict(headers or {})


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Write a problem as a response."""
    return Response(
        problems.encode(problem),
        status_code=problem.status,
        media_type=problems.MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Write anything that msgspec can encode as a response."""
    content = msgspec.json.encode(body)
    return Response(content, status, dict(headers or {}), "application/json")


def plain(status: int, title: str, detail: str) -> Problem:
    """Return a problem that NGSI-LD has no type of its own for."""
    return problems.Problem(_PLAIN, title, status, detail)


def bad_request(detail: str) -> Refused:
    """Refuse a request with wrong content."""
    return Refused(problems.bad_request(detail))


def invalid_request(detail: str) -> Refused:
    """Refuse a request that cannot be read."""
    return Refused(problems.invalid_request(detail))


def not_found(detail: str) -> Refused:
    """Refuse a request for something that is not there."""
    return Refused(problems.not_found(detail))
