"""Requests to the hub: one session, bounded in time, every answer checked for being the hub's."""

from __future__ import annotations

import copy
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote

import msgspec

from area_configs.domain.errors import BadFrame, HubRejected
from platform_hub.client import temporal
from platform_hub.client.errors import not_the_hub
from platform_hub.client.session import JSON_TYPES, Bounds, HubSession
from platform_hub.client.temporal import Window
from platform_hub.wire import acknowledgements, blocks, events, losses, timestamps
from platform_hub.wire.events import GatewayState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from area_configs.domain.readings import Reading
    from platform_hub.client.credentials import Credential
    from platform_hub.client.session import Answer
    from platform_hub.client.temporal import Amount
    from platform_hub.wire.acknowledgements import Acknowledgement
    from platform_hub.wire.losses import Loss

_T = TypeVar("_T")
_BLOCKS = "/ngsi-ld/ex/v1/blocks"
_LOSSES = "/ngsi-ld/ex/v1/losses"
_ENTITIES = "/ngsi-ld/v1/entities"
_TEMPORAL = "/ngsi-ld/v1/temporal/entities"
_PACK = "/area/v1/pack"
_PAGE = 1000
_ALL = {"local": "true", "limit": str(_PAGE)}
_MOST_BYTES = 1 << 20  # of an acknowledgement


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
        key: str | Credential = "",
        *,
        verify: bool | str | Path = True,
        connect_s: float = 3.0,
        answer_s: float = 10.0,
        whole_s: float = 30.0,
    ) -> None:
        """Prepare a client; nothing is sent yet.

        Args:
            url: address of the hub.
            key: what it knows the caller by; empty where it asks for none.
            verify: its certificate authority, where that is not a public one.
            connect_s: longest wait for a connection.
            answer_s: longest wait for the next part of an answer.
            whole_s: longest wait for a complete acknowledgement, however it trickles in.
        """

        def connect() -> HubSession:
            return HubSession(url, key, verify=verify, connect_s=connect_s, answer_s=answer_s)

        self._connect = connect
        self._session = connect()
        self._bounds = Bounds(whole_s, _MOST_BYTES)

    def another(self) -> Self:
        """Return one more client of the same hub, for another thread; each is closed by itself."""
        other = copy.copy(self)
        other._session = self._connect()  # noqa: SLF001 - of the same class
        return other

    @property
    def url(self) -> str:
        """Return the address of the hub, without a trailing slash."""
        return self._session.url

    def ingest(
        self,
        bodies: Iterable[bytes],
        *,
        gateway: str,
        epoch: int,
        backlog: int,
        oldest: int = 0,
    ) -> Acknowledgement:
        """Send encoded blocks, or none as a sign of life; return how far the hub has stored.

        Args:
            bodies: the blocks.
            gateway: whose log they are of.
            epoch: which log of that gateway.
            backlog: readings that wait behind these.
            oldest: the lowest sequence number that may still be sent; 0 leaves that open.
        """
        headers = {
            "Content-Type": blocks.MEDIA_TYPE,
            acknowledgements.GATEWAY_HEADER: gateway,
            acknowledgements.EPOCH_HEADER: str(epoch),
            acknowledgements.BACKLOG_HEADER: str(backlog),
        }
        if oldest:
            headers[acknowledgements.OLDEST_HEADER] = str(oldest)
        answer = self._session.ask(
            "POST", _BLOCKS, headers=headers, data=blocks.join(bodies), bounds=self._bounds
        )
        answer.expect(*JSON_TYPES)
        try:
            return acknowledgements.decode(answer.body)
        except BadFrame as error:
            raise not_the_hub(answer.url, str(error)) from error

    def report(self, gateway: str, epoch: int, lost: Iterable[Loss]) -> int:
        """Tell what a gateway has lost; return the number up to which the hub has noted it."""
        body = losses.encode(losses.Report(gateway, epoch, tuple(lost)))
        headers = {"Content-Type": "application/json"}
        answer = self._session.ask("POST", _LOSSES, headers=headers, data=body, bounds=self._bounds)
        answer.expect(*JSON_TYPES)
        try:
            receipt = losses.decode_receipt(answer.body)
        except BadFrame as error:
            raise not_the_hub(answer.url, str(error)) from error
        if (receipt.gateway, receipt.epoch) != (gateway, epoch):
            raise not_the_hub(answer.url, "it answers for another gateway")
        return receipt.upto

    def health(self) -> dict[str, Any]:
        """Return what the hub says of its own state."""
        return _decoded(self._session.ask("GET", "/health"), dict[str, Any])

    def gateways(self) -> list[GatewayState]:
        """Return what the hub knows of each gateway."""
        return _decoded(self._session.ask("GET", "/area/v1/gateways"), list[GatewayState])

    def pack(self, etag: str = "") -> tuple[bytes, str] | None:
        """Return the area pack, a zip, with its etag; None where it is still the one of `etag`."""
        headers = {"If-None-Match": etag} if etag else {}
        answer = self._session.ask("GET", _PACK, headers=headers)
        if not answer.modified:
            return None
        answer.expect("application/zip")
        return answer.body, answer.headers.get("ETag", "")

    def entities(self) -> list[dict[str, Any]]:
        """Return the current state of every entity, normalised."""
        found: list[dict[str, Any]] = []
        page, parameters = _ENTITIES, {"local": "true", "limit": str(_PAGE)}
        while page:
            answer = self._session.ask("GET", page, params=parameters)
            found += _decoded(answer, list[dict[str, Any]])
            page, parameters = _next_page(answer, page), {}
        return found

    def history(
        self, device_entity_id: str, quantities: Sequence[str], begins_us: int, ends_us: int
    ) -> list[Reading]:
        """Return a device's readings from `begins_us` until before `ends_us`, oldest first.

        Without quantities it is those of all.
        """
        window = Window(quantities, begins_us, ends_us)
        found = temporal.instances(self._ask_for(device_entity_id, {}), window)
        return sorted((reading for reading, _ in found), key=lambda reading: reading.observed_us)

    def averages(
        self, device_entity_id: str, quantities: Sequence[str], window_us: tuple[int, int]
    ) -> dict[str, dict[int, float]]:
        """Return the mean of each half hour of a window by quantity and by when it begins.

        The window begins and ends at whole half hours, microseconds UTC. What nobody measured is
        not there; a device that never spoke has nothing.
        """
        return temporal.averages(self._ask_for(device_entity_id, {}), quantities, window_us)

    def amounts(
        self,
        device_entity_id: str,
        quantities: Sequence[str],
        span_us: tuple[int, int],
        period_s: int,
    ) -> dict[str, list[Amount]]:
        """Return mean, least and most of a device's series, period by period, by quantity.

        Periods begin at a series' first instant within the span, or at a whole minute or half hour
        where the hub keeps sums of that; an entity that never spoke has none.
        """
        asked = Window(quantities, *span_us).parameters() | {
            "options": "aggregatedValues",
            "aggrMethods": ",".join(temporal.METHODS),
            "aggrPeriodDuration": f"PT{period_s}S",
        }
        try:
            answer, (entity,) = self._ask_for(device_entity_id, {})(asked)
        except HubRejected as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return {}
            raise
        try:
            return temporal.amounts_in(entity)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise not_the_hub(answer.url, f"its sums cannot be read: {error}") from error

    def everything(self, begins_us: int, ends_us: int, *, last_only: bool = False) -> list[Reading]:
        """Return what all devices said from `begins_us` until before `ends_us`, oldest first.

        With `last_only` it is the last reading of each series within that time.
        """
        asked = _ALL | ({"lastN": "1"} if last_only else {})

        def ask(parameters: dict[str, str]) -> tuple[Answer, list[dict[str, Any]]]:
            answer = self._session.ask("GET", _TEMPORAL, params=parameters | asked)
            return answer, _decoded(answer, list[dict[str, Any]])

        found = temporal.instances(ask, Window((), begins_us, ends_us))
        return sorted((reading for reading, _ in found), key=lambda reading: reading.observed_us)

    def state_at(self, instant_us: int) -> list[Reading]:
        """Return the last reading of every series before an instant, however old it was by then."""
        asked = {"timerel": "before", "timeAt": timestamps.to_text(instant_us), "lastN": "1"}
        answer = self._session.ask("GET", _TEMPORAL, params=asked | _ALL)
        entities = _decoded(answer, list[dict[str, Any]])
        return [reading for entity in entities for reading in events.readings_in(entity)]

    def stored(self, device_entity_id: str) -> Iterator[tuple[Reading, int]]:
        """Yield all readings of a device, each with when the hub stored it, in microseconds UTC."""
        ask = self._ask_for(device_entity_id, {"options": "sysAttrs"})
        for reading, instance in temporal.instances(ask, Window()):
            yield reading, timestamps.from_text(instance.get("modifiedAt", ""))

    def close(self) -> None:
        """Close the connections; a request in flight fails at once with HubUnavailable."""
        self._session.close()

    def _ask_for(
        self, entity: str, options: dict[str, str]
    ) -> Callable[[dict[str, str]], tuple[Answer, list[dict[str, Any]]]]:
        path = f"{_TEMPORAL}/{quote(entity, safe=':')}"

        def ask(parameters: dict[str, str]) -> tuple[Answer, list[dict[str, Any]]]:
            answer = self._session.ask("GET", path, params={**parameters, **options})
            return answer, [_decoded(answer, dict[str, Any])]

        return ask

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _next_page(answer: Answer, page: str) -> str:
    following = str(answer.links.get("next", {}).get("url", ""))
    if following == page:
        raise not_the_hub(answer.url, "its pages lead in a circle")
    return following


def _decoded(answer: Answer, kind: type[_T]) -> _T:
    answer.expect(*JSON_TYPES)
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except msgspec.MsgspecError as error:
        raise not_the_hub(answer.url, f"its answer is not what was asked for: {error}") from error
