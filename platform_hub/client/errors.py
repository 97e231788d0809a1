"""What an answer, or none, of the hub means for the caller: wait and retry, or do not."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import msgspec
import requests
import urllib3

from area_configs.domain.errors import HubRejected, HubUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

HUB = "the hub"
_SERVER_ERROR = 500
_CLIENT_ERROR = 400
_REDIRECT = 300
_TOO_EARLY = 425
_WAIT = {408: "timed out waiting for the request", 425: "is not ready", 429: "is busy"}
_WORDS = ("detail", "description", "title", "error")
_DETAIL_CHARACTERS = 500  # a proxy's error page must not fill the log


class _Said(msgspec.Struct):
    words: dict[str, str] = {}
    code: str = ""


class HubSlow(HubUnavailable):
    """Wait and retry, with less at once: the hub did not answer in time."""


class HubUntrusted(HubUnavailable):
    """Correct the trusted authority or the clock: the hub's certificate does not hold here; `cause` says why."""

    def __init__(self, message: str, cause: str) -> None:
        super().__init__(message)
        self.cause = cause


class HubBusy(HubUnavailable):
    """Wait and retry, not before `retry_after_s`: the hub said so itself."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


def of_transport(url: str, error: Exception, peer: str = HUB) -> HubUnavailable:
    """Explain why no answer came; `peer` is what should answer at the address."""
    if isinstance(error, requests.exceptions.SSLError):
        cause = _cause(error)
        return HubUntrusted(
            f"the certificate of {url} is not trusted ({cause}): "
            f"name {peer}'s own certificate in the settings and check this machine's clock",
            cause,
        )
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return HubUnavailable(f"cannot reach {url}: check the address, the network and the proxy")
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return HubSlow(f"{url} did not answer in time; trying again may help")
    if _refused(error):
        return HubUnavailable(
            f"nothing answers at {url}: start {peer} there or correct the address"
        )
    return HubUnavailable(f"the connection to {url} broke off ({_cause(error)}): try again")


def of_answer(
    url: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    peer: str = HUB,
) -> HubUnavailable | HubRejected:
    """Explain an answer that is not a success; `now` is what a date in Retry-After counts from."""
    if _REDIRECT <= status < _CLIENT_ERROR:
        why = f"it redirects to {headers.get('Location', 'another page')}"
        return not_the_hub(url, why, peer)
    if status >= _SERVER_ERROR or status in _WAIT:
        said = f"{url} {_WAIT.get(status, 'failed')} (status {status}): wait and try again"
        if (retry_after_s := _retry_after_s(headers, now)) is not None:
            return HubBusy(said, retry_after_s)
        return HubUnavailable(said)
    said = f"{url} refused the request: {_detail(status, body)}"
    problem = _said(body)
    return HubRejected(said, status, problem.words, problem.code)


def too_slow(url: str, seconds: float) -> HubSlow:
    """Explain an answer that trickles in without an end."""
    return HubSlow(f"{url} did not answer in time: not completely within {seconds:g} s")


def not_the_hub(url: str, why: str, peer: str = HUB) -> HubUnavailable:
    """Explain an answer that no hub gives, such as the login page of a captive portal."""
    return HubUnavailable(
        f"what answers at {url} is not {peer} ({why}): "
        "correct the address, or log in to the network if it asks for it"
    )


def _refused(error: Exception) -> bool:
    words = str(error)
    return "refused" in words or "Failed to resolve" in words or "NameResolution" in words


def _cause(error: BaseException) -> str:
    """Return the innermost reason in words; requests and urllib3 wrap it several times."""
    held = [getattr(error, "reason", None), *error.args]
    inner = next((one for one in held if isinstance(one, BaseException)), None)
    if inner is not None:
        return _cause(inner)
    return str(error)[:_DETAIL_CHARACTERS] or type(error).__name__


def _retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After: seconds or an HTTP date (RFC 9110, 10.2.3)."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):  # absent, not a date, or a date without a zone
        return None


def _said(body: bytes) -> _Said:
    """Return the reason by language and its code, where the hub gives them."""
    try:
        return msgspec.json.decode(body, type=_Said)
    except msgspec.MsgspecError:
        return _Said()


def _detail(status: int, body: bytes) -> str:
    """Return the reason in words: problem details, or `description` of NGSIv2 (FIWARE Orion)."""
    try:
        said = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        return f"status {status}"
    words = next((text for key in _WORDS if (text := said.get(key)) and isinstance(text, str)), "")
    return f"{words[:_DETAIL_CHARACTERS]} (status {status})" if words else f"status {status}"
