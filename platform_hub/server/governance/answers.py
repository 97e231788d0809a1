"""Refusals over HTTP: the one exception that a route raises, and the problem that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from area_configs.domain.errors import SmartAreaError
from platform_hub.wire import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.names import Language
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


def language_of(accepted: str) -> Language:
    """Return which of our languages an Accept-Language header would rather have; English by default."""
    best: tuple[float, Language] = (0.0, "en")
    for one in accepted.lower().split(","):
        name, _, quality = one.partition(";")
        tag = name.strip().partition("-")[0]
        weight = _weight(quality)
        if tag in {"ja", "en"} and weight > best[0]:
            best = weight, "ja" if tag == "ja" else "en"
    return best[1]


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Write anything that msgspec can encode as a response."""
    content = msgspec.json.encode(body)
    return Response(content, status, dict(headers or {}), "application/json")


def plain(status: int, title: str, detail: str, code: str = "") -> Problem:
    """Return a problem that NGSI-LD has no type of its own for; its code is made of the title."""
    return problems.Problem(_PLAIN, title, status, detail, code=code)


def bad_request(detail: str) -> Refused:
    """Refuse a request with wrong content."""
    return Refused(problems.bad_request(detail))


def invalid_request(detail: str) -> Refused:
    """Refuse a request that cannot be read."""
    return Refused(problems.invalid_request(detail))


def _weight(quality: str) -> float:
    name, _, value = quality.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def not_found(detail: str) -> Refused:
    """Refuse a request for something that is not there."""
    return Refused(problems.not_found(detail))
