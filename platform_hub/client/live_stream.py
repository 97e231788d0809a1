"""The live stream of a hub: a blocking iteration over its events that another thread can end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import requests
import urllib3

from area_configs.domain.errors import HubUnavailable
from platform_hub.client import errors
from platform_hub.client.session import HubSession, check_type
from platform_hub.wire import events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from platform_hub.client.credentials import Credential
    from platform_hub.wire.events import Event

_LIVE = "/ngsi-ld/ex/v1/live"
_AT_ONCE = 65536


class LiveStream:
    """Iterate over it to get events as they happen; the iteration connects by itself.

    It ends after `close`, and raises HubUnavailable when the hub falls silent or breaks off, or
    HubRejected when it refuses. A new stream with `last_id` goes on where this one stopped.
    Connecting may take `connect_s`, which `close` does not shorten.

    Raises:
        ValueError: the URL is not an http or https address.
    """

    def __init__(
        self,
        url: str,
        key: str | Credential = "",
        last_id: str = "",
        *,
        verify: bool | str | Path = True,
        silence_s: float = 15.0,
    ) -> None:
        """Prepare a stream; the hub says something every 5 s, so `silence_s` means it is gone."""
        self._session = HubSession(url, key, verify=verify, connect_s=3.0, answer_s=silence_s)
        self._silence_s = silence_s
        self._last_id = last_id
        self._closed = False

    @property
    def last_id(self) -> str:
        """Return the id of the last event given out, from which another stream can go on."""
        return self._last_id

    def __iter__(self) -> Iterator[Event]:
        try:
            yield from self._events()
        except HubUnavailable:
            if not self._closed:
                raise
        finally:
            self._session.close()

    def close(self) -> None:
        """End the iteration, from any thread."""
        self._closed = True
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _events(self) -> Iterator[Event]:
        resume = {"Last-Event-ID": self._last_id} if self._last_id else {}
        response = self._session.stream(_LIVE, {"Accept": events.MEDIA_TYPE, **resume})
        with response:
            check_type(response.url, response.headers, (events.MEDIA_TYPE,))
            for event in events.parse(events.lines(self._chunks(response))):
                self._last_id = event.id or self._last_id
                yield event
        raise HubUnavailable(f"{self._session.url} ended the live stream: connect again")

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        try:
            while chunk := response.raw.read1(_AT_ONCE):
                yield chunk
        except urllib3.exceptions.TimeoutError as error:
            raise HubUnavailable(
                f"{self._session.url} said nothing for {self._silence_s:g} s: connect again"
            ) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise errors.of_transport(self._session.url, error) from error
