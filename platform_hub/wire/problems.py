"""Problem details of NGSI-LD errors (RFC 9457, GS CIM 009 section 6.3.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from area_configs.domain.names import Language, Name

MEDIA_TYPE = "application/problem+json"
_NOT_IN_A_CODE = re.compile(r"[^a-z0-9]+")
_BASE = "https://uri.etsi.org/ngsi-ld/errors/"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One problem; `detail` says what was wrong and what to do.

    Attributes:
        code: what kind of problem it is, for programs: it stays when the words change. An extension
            member too; where none is given it is the title in lower case, as `content-too-large`.
        words: the detail by language, an extension member (RFC 9457, 3.2), so that a screen can
            change its language without asking again.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    words: dict[str, str] = {}
    code: str = ""

    def __post_init__(self) -> None:
        if not self.code:
            code = _NOT_IN_A_CODE.sub("-", self.title.lower()).strip("-")
            msgspec.structs.force_setattr(self, "code", code)


def in_both(problem: Problem, said: Name) -> Problem:
    """Return a problem that says its detail in both languages; English where nobody asks."""
    return msgspec.structs.replace(problem, detail=said.en, words={"ja": said.ja, "en": said.en})


def worded(problem: Problem, language: Language) -> Problem:
    """Return a problem with its detail in a language, where it has that."""
    detail = problem.words.get(language, problem.detail)
    return msgspec.structs.replace(problem, detail=detail)


def bad_request(detail: str) -> Problem:
    """Return the problem of a request with wrong content."""
    return Problem(_BASE + "BadRequestData", "Bad request data", 400, detail)


def invalid_request(detail: str) -> Problem:
    """Return the problem of a request that cannot be read at all."""
    return Problem(_BASE + "InvalidRequest", "Invalid request", 400, detail)


def not_found(detail: str) -> Problem:
    """Return the problem of an unknown entity or resource."""
    return Problem(_BASE + "ResourceNotFound", "Resource not found", 404, detail)


def already_exists(detail: str) -> Problem:
    """Return the problem of something new whose id is taken."""
    return Problem(_BASE + "AlreadyExists", "Already exists", 409, detail)


def context_unavailable(detail: str) -> Problem:
    """Return the problem of a JSON-LD context that cannot be fetched (504 since V1.9.1)."""
    return Problem(_BASE + "LdContextNotAvailable", "JSON-LD context not available", 504, detail)


def no_such_tenant(detail: str) -> Problem:
    """Return the problem of a tenant that nothing was ever written to."""
    return Problem(_BASE + "NonexistentTenant", "No such tenant", 404, detail)


def not_supported(detail: str) -> Problem:
    """Return the problem of an operation that this hub does not have."""
    return Problem(_BASE + "OperationNotSupported", "Operation not supported", 501, detail)


def unauthorised(detail: str) -> Problem:
    """Return the problem of a request without a valid key."""
    return Problem("about:blank", "Unauthorised", 401, detail)


def forbidden(detail: str) -> Problem:
    """Return the problem of a key whose role does not allow the request."""
    return Problem("about:blank", "Forbidden", 403, detail)


def encode(problem: Problem) -> bytes:
    """Write a problem as JSON."""
    return msgspec.json.encode(problem)
