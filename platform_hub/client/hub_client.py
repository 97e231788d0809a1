"""Requests to the hub: one session, bounded in time, every answer checked for being the hub's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from area_configs.domain.errors import BadFrame
from platform_hub.client.errors import not_the_hub
from platform_hub.client.session import JSON_TYPES, HubSession
from platform_hub.wire import acknowledgements, blocks
from platform_hub.wire.events import GatewayState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from platform_hub.client.session import Answer
    from platform_hub.wire.acknowledgements import Acknowledgement

_T = TypeVar("_T")
_BLOCKS = "/ngsi-ld/ex/v1/blocks"


class HubClient:
    """Talks to one hub; one thread at a time uses it, any thread may close it.

    Every method raises HubUnavailable (wait and retry; HubSlow and HubBusy say how) or
    HubRejected (the hub refused, with its reason).

    Raises:
        ValueError: the URL is not an http or https address.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        *,
        verify: bool | str | Path = True,
        connect_s: float = 3.0,
        answer_s: float = 10.0,
    ) -> None:
        self._session = HubSession(url, key, verify=verify, connect_s=connect_s, answer_s=answer_s)

    @property
    def url(self) -> str:
        """Return the address of the hub, without a trailing slash."""
        return self._session.url

    def ingest(
        self, bodies: Iterable[bytes], *, gateway: str, epoch: int, backlog: int
    ) -> Acknowledgement:
        """Send encoded blocks, or none as a sign of life; return how far the hub has stored.

        `backlog` tells the hub how many readings wait behind these.
        """
        headers = {
            "Content-Type": blocks.MEDIA_TYPE,
            acknowledgements.GATEWAY_HEADER: gateway,
            acknowledgements.EPOCH_HEADER: str(epoch),
            acknowledgements.BACKLOG_HEADER: str(backlog),
        }
        answer = self._session.ask("POST", _BLOCKS, headers=headers, data=blocks.join(bodies))
        answer.expect(*JSON_TYPES)
        try:
            return acknowledgements.decode(answer.body)
        except BadFrame as error:
            raise not_the_hub(answer.url, str(error)) from error

    def health(self) -> dict[str, Any]:
        """Return what the hub says of its own state."""
        return _decoded(self._session.ask("GET", "/health"), dict[str, Any])

    def gateways(self) -> list[GatewayState]:
        """Return what the hub knows of each gateway."""
        return _decoded(self._session.ask("GET", "/area/v1/gateways"), list[GatewayState])

    def close(self) -> None:
        """Close the connections; a request in flight fails at once with HubUnavailable."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _decoded(answer: Answer, kind: type[_T]) -> _T:
    answer.expect(*JSON_TYPES)
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except msgspec.MsgspecError as error:
        raise not_the_hub(answer.url, f"its answer is not what was asked for: {error}") from error
