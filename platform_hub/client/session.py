"""One requests.Session to one hub: address, key, certificate, limits in time, quick closing."""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3
from requests.auth import AuthBase
from typing_extensions import override

from platform_hub.client import errors
from platform_hub.client.credentials import Key
from platform_hub.client.severing import SeverableAdapter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from platform_hub.client.credentials import Credential

JSON_TYPES = ("application/json", "application/ld+json")
_SUCCESS = range(200, 300)
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of the hub, with status 2xx or 304."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def links(self) -> dict[str, dict[str, str]]:
        """Return the targets of the Link header by relation."""
        found = requests.utils.parse_header_links(self.headers.get("Link", ""))
        return {link["rel"]: link for link in found if "rel" in link}

    @property
    def modified(self) -> bool:
        """Tell whether there is content newer than the caller's."""
        return self.status != _NOT_MODIFIED

    def expect(self, *media_types: str) -> None:
        """Check the media type: an answer of another type comes from something else.

        Raises:
            HubUnavailable: it has another type.
        """
        check_type(self.url, self.headers, media_types)


class Bounds(NamedTuple):
    """Limits of one whole answer, however it trickles or floods in."""

    whole_s: float = 60.0
    most_bytes: int = 16 << 20


class HubSession:
    """Asks one hub, or another server that is called `peer`; one request at a time."""

    def __init__(
        self,
        url: str,
        credential: str | Credential,
        *,
        verify: bool | str | Path,
        connect_s: float,
        answer_s: float,
        peer: str = errors.HUB,
    ) -> None:
        self.url = _checked(url)
        self.peer = peer
        self._verify = verify if isinstance(verify, bool) else str(verify)
        self._timeout = (connect_s, answer_s)
        self._adapter = SeverableAdapter()
        self._session = requests.Session()
        held = Key(credential) if isinstance(credential, str) else credential
        self._session.auth = _Bearer(held)
        self._session.trust_env = not _is_loopback(self.url)  # no proxy leads to this machine
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        bounds: Bounds | None = None,
    ) -> Answer:
        """Send a request and return the whole answer; `path` may be a full address of the hub.

        Raises:
            HubUnavailable: no answer, or none of the hub, or none within the bounds.
            HubRejected: the hub refused.
        """
        url = self._address_of(path)
        deadline = _Deadline(bounds.whole_s if bounds else None, self._adapter.cut)
        try:
            with deadline:
                response = self._send(
                    method, url, params=params, headers=headers, data=data, stream=True
                )
                body = self._read(response, bounds)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if bounds and deadline.passed:
                raise errors.too_slow(self.url, bounds.whole_s) from error
            raise errors.of_transport(self.url, error, self.peer) from error
        return self._checked_answer(url, response, body)

    def post_json(self, path: str, body: Any, bearer: str = "") -> bytes:
        """Send a JSON body, with a bearer of its own where one is given; return the answer's body.

        Raises:
            HubUnavailable: no answer, or none of the hub.
            HubRejected: the hub refused.
        """
        headers = {"Content-Type": JSON_TYPES[0]}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        return self.ask("POST", path, headers=headers, data=msgspec.json.encode(body)).body

    def stream(self, path: str, headers: Mapping[str, str]) -> requests.Response:
        """Open an answer that goes on; the caller reads `raw` and closes the response.

        Raises:
            HubUnavailable: no answer, or none of the hub.
            HubRejected: the hub refused.
        """
        url = self.url + path
        try:
            response = self._send("GET", url, headers=headers, stream=True)
            if response.status_code not in _SUCCESS:
                self._checked_answer(url, response, response.content)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise errors.of_transport(self.url, error, self.peer) from error
        return response

    def close(self) -> None:
        """Close the connections, also the one that a request in another thread waits on."""
        self._adapter.sever()
        self._session.close()

    def _address_of(self, path: str) -> str:
        """Return the full address; one that leads away from the hub would carry the key there."""
        url = path if "://" in path else self.url + path
        if not url.startswith(f"{self.url}/"):
            raise errors.not_the_hub(self.url, f"it leads on to {url}", self.peer)
        return url

    def _read(self, response: requests.Response, bounds: Bounds | None) -> bytes:
        if bounds is None:
            return response.content
        with response:
            body: bytes = response.raw.read(bounds.most_bytes + 1, decode_content=True)
            if len(body) > bounds.most_bytes:
                why = f"it sent more than {bounds.most_bytes} bytes"
                raise errors.not_the_hub(self.url, why, self.peer)
            return body

    def _checked_answer(self, url: str, response: requests.Response, body: bytes) -> Answer:
        status = response.status_code
        if status in _SUCCESS or status == _NOT_MODIFIED:
            return Answer(url, status, response.headers, body)
        now = datetime.now(tz=UTC)
        raise errors.of_answer(url, status, response.headers, body, now, self.peer)

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        stream: bool = False,
    ) -> requests.Response:
        return self._session.request(
            method,
            url,
            params=params,
            headers=headers,
            data=data,
            timeout=self._timeout,
            allow_redirects=False,  # the hub never redirects; login pages do
            stream=stream,
            verify=self._verify,  # given here, or REQUESTS_CA_BUNDLE would win over it
        )


def check_type(url: str, headers: Mapping[str, str], media_types: tuple[str, ...]) -> None:
    """Check an answer's media type.

    Raises:
        HubUnavailable: it has another type, so something else answered.
    """
    said = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if said not in media_types:
        raise errors.not_the_hub(url, f"it sent {said or 'an untyped answer'}")


class _Deadline:
    """Cuts the connection once its time has passed; a timeout of the socket begins anew per byte."""

    def __init__(self, seconds: float | None, cut: Callable[[], None]) -> None:
        self.passed = False
        self._cut = cut
        self._timer = threading.Timer(seconds, self._pass) if seconds else None

    def __enter__(self) -> Self:
        if self._timer:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()

    def _pass(self) -> None:
        self.passed = True
        self._cut()


class _Bearer(AuthBase):
    """The credential as a header; being an auth object it wins over a machine-wide netrc file."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    @override
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if "Authorization" in request.headers:
            return request
        if bearer := self._credential.bearer():
            request.headers["Authorization"] = f"Bearer {bearer}"
        return request


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"'{url}' is not the address of a hub: write it as http://host:port")
    return url.rstrip("/")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
