"""A broker of another make, asked as its standard has it: headers, tokens, compression."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from area_configs.domain.errors import HubRejected
from platform_hub.client.errors import not_the_hub
from platform_hub.client.session import JSON_TYPES, Bounds, HubSession

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from platform_hub.client.session import Answer

_BEARER = "Authorization"
_PEER = "the broker"
# What a broker says to a token that may write but not read, or where it lacks the operation: it
# cannot tell what it holds, which is as good as nothing.
_TELLS_NOTHING = {
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
}


@dataclass(frozen=True, slots=True)
class Address:
    """How a broker is reached.

    Attributes:
        url: without a trailing slash; the paths of the standard follow it.
        key, key_header: its token, and the header that carries it; Authorization as a Bearer.
        verify: its certificate authority; True for the public ones.
        headers: what goes with every request, such as the tenant.
        gzip: whether what is sent is compressed.
        connect_s, answer_s, whole_s: longest waits for a connection, a part and the whole of an
            answer.
    """

    url: str
    headers: Mapping[str, str]
    key: str = ""
    key_header: str = _BEARER
    verify: bool | Path = True
    gzip: bool = False
    connect_s: float = 3.0
    answer_s: float = 10.0
    whole_s: float = 60.0


class Broker:
    """One connection to a broker; one thread asks, any thread may close it.

    Its methods raise HubUnavailable (wait and retry) or HubRejected (it refused, with its reason).
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._gzip = address.gzip
        self._bounds = Bounds(address.whole_s)
        bearer = address.key if address.key_header == _BEARER else ""
        self._headers = dict(address.headers)
        if address.key and not bearer:
            self._headers[address.key_header] = address.key
        self._session = HubSession(
            address.url,
            bearer,
            verify=address.verify,
            connect_s=address.connect_s,
            answer_s=address.answer_s,
            peer=_PEER,
        )

    @property
    def url(self) -> str:
        """Return its address."""
        return self._address.url

    def post(
        self,
        path: str,
        body: Any,
        expected: frozenset[int],
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send JSON; only the expected statuses mean that it was done.

        A 200 with a page of HTML, as captive portals give, is not among them.
        """
        try:
            answer = self._post(path, msgspec.json.encode(body), params)
        except HubRejected as error:
            if not self._gzip or error.status != HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
                raise
            self._gzip = False  # RFC 7694: it does not read compressed content
            answer = self._post(path, msgspec.json.encode(body), params)
        if answer.status not in expected:
            raise not_the_hub(answer.url, f"it answered {answer.status}", _PEER)
        return answer

    def get(self, path: str, params: Mapping[str, str]) -> tuple[Answer, dict[str, Any]] | None:
        """Return an object with the answer around it; None where there is nothing, or no telling."""
        try:
            answer = self._session.ask(
                "GET", path, params=params, headers=self._headers, bounds=self._bounds
            )
        except HubRejected as error:
            if error.status in _TELLS_NOTHING:
                return None
            raise
        return answer, self._decoded(answer)

    def failures(self, answer: Answer) -> dict[str, str]:
        """Return what a 207 answer refuses: the reason by entity id (GS CIM 009, 5.2.16)."""
        said = self._decoded(answer)
        try:
            found = msgspec.convert(said, _Partly)
        except msgspec.ValidationError as error:
            raise not_the_hub(answer.url, f"its answer cannot be read: {error}", _PEER) from error
        return {one.id: _words(one.error) for one in found.errors}

    def close(self) -> None:
        """Close the connection; a request in flight fails at once."""
        self._session.close()

    def _post(self, path: str, plain: bytes, params: Mapping[str, str] | None) -> Answer:
        headers = {**self._headers, "Content-Type": "application/json"}
        if self._gzip:
            headers["Content-Encoding"] = "gzip"
        data = gzip.compress(plain, mtime=0) if self._gzip else plain
        return self._session.ask(
            "POST", path, params=params, headers=headers, data=data, bounds=self._bounds
        )

    def _decoded(self, answer: Answer) -> dict[str, Any]:
        said = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if said not in JSON_TYPES:
            raise not_the_hub(answer.url, f"it sent {said or 'an untyped answer'}", _PEER)
        try:
            return msgspec.json.decode(answer.body, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            why = f"its answer is not what was asked for: {error}"
            raise not_the_hub(answer.url, why, _PEER) from error


class _Failure(msgspec.Struct, rename={"id": "entityId"}):
    id: str
    error: Any = None


class _Partly(msgspec.Struct):
    errors: list[_Failure] = []


def _words(error: Any) -> str:
    if isinstance(error, dict):
        return str(error.get("detail") or error.get("title") or error.get("type") or "no reason")
    return str(error or "no reason")
