"""Problem details, in the form of RFC 9457."""

from __future__ import annotations

import msgspec
import pytest

from platform_hub.wire import problems


@pytest.mark.parametrize(
    ("make", "status", "kind"),
    [
        (problems.bad_request, 400, "BadRequestData"),
        (problems.invalid_request, 400, "InvalidRequest"),
        (problems.not_found, 404, "ResourceNotFound"),
        (problems.unauthorised, 401, "about:blank"),
        (problems.forbidden, 403, "about:blank"),
    ],
)
def test_a_problem_says_what_and_why(make, status: int, kind: str):
    body = msgspec.json.decode(problems.encode(make("do this")))
    assert body["status"] == status
    assert body["type"].endswith(kind)
    assert body["title"]
    assert body["detail"] == "do this"


def test_no_detail_is_no_member():
    assert "detail" not in msgspec.json.decode(problems.encode(problems.not_found("")))


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (problems.bad_request("a"), "bad-request-data"),
        (problems.context_unavailable("a"), "json-ld-context-not-available"),
        (problems.Problem("about:blank", "Content too large", 413), "content-too-large"),
        (problems.Problem("about:blank", "Conflict", 409, code="last-manager"), "last-manager"),
    ],
)
def test_a_problem_has_a_code_for_programs(problem: problems.Problem, code: str):
    assert msgspec.json.decode(problems.encode(problem))["code"] == code
