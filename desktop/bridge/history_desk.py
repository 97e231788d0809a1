"""The hub's past as the console asks it: pieces of trends, moments of a replay, the alarms' journal."""

from __future__ import annotations

import itertools
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from area_configs.domain.errors import HubRejected, SmartAreaError
from desktop.bridge.hub_session import HubSession
from platform_hub.client import HubClient
from platform_hub.wire import ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from area_configs.domain.readings import Reading
    from platform_hub.client.credentials import Credential

_ANSWER_S = 60.0  # a month of a busy series on a small machine
_US = 1_000_000


class Columns(NamedTuple):
    """Periods of one series in time order; instants in seconds UTC, NaN where nobody knows.

    `numbers` says how many readings are in each.
    """

    begins_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    low: NDArray[np.float64]
    mean: NDArray[np.float64]
    high: NDArray[np.float64]
    numbers: NDArray[np.int64]


class HistoryDesk(QObject):
    """Asks in worker threads of its own, so that a long history holds up nothing else."""

    answered = Signal(int, object)  # the ticket, the answer
    failed = Signal(int, str)  # the ticket, why

    def __init__(self, url: str, key: str | Credential, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._session: HubSession[HubClient] = HubSession(
            lambda: HubClient(url, key, answer_s=_ANSWER_S), parent=self
        )
        self._session.answered.connect(self._answered)
        self._session.failed.connect(self._failed)

    @property
    def is_busy(self) -> bool:
        """Tell whether an answer is still to come."""
        return self._session.is_busy

    def ask(self, request: Callable[[HubClient], object]) -> int:
        """Queue a request and return its ticket at once; `answered` or `failed` comes with it."""
        number = next(self._numbers)
        self._session.ask(str(number), request)
        return number

    def close(self) -> None:
        """End all threads, promptly."""
        self._session.close()

    def _answered(self, name: str, answer: object) -> None:
        self.answered.emit(int(name), answer)

    def _failed(self, name: str, error: Exception) -> None:
        self.failed.emit(int(name), str(error))
        if not isinstance(error, SmartAreaError):
            raise error


def periods(
    client: HubClient,
    entity: str,
    quantities: Sequence[str],
    span_us: tuple[int, int],
    period_s: int,
) -> dict[str, Columns]:
    """Return series of a device by period, by quantity; `period_s` 0 gives their single readings."""
    if period_s == 0:
        return _raw(client, entity, quantities, span_us)
    found = client.amounts(entity, quantities, span_us, period_s)
    return {quantity: _columns(rows) for quantity, rows in found.items()}


def moment(client: HubClient, begins_us: int, ends_us: int, *, thinned: bool) -> list[Reading]:
    """Return what was said within a time, or only the last reading of each series in it."""
    return client.everything(begins_us, ends_us, last_only=thinned)


def state_at(client: HubClient, instant_us: int) -> list[Reading]:
    """Return the last reading of every series before an instant."""
    return client.state_at(instant_us)


def _raw(
    client: HubClient, entity: str, quantities: Sequence[str], span_us: tuple[int, int]
) -> dict[str, Columns]:
    rows: dict[str, list[tuple[float, float]]] = {}
    for reading in _past(client, entity, quantities, span_us):
        value = np.nan if reading.value is None else reading.value
        rows.setdefault(reading.quantity, []).append((reading.observed_us / _US, value))
    return {quantity: _points(np.array(each, np.float64)) for quantity, each in rows.items()}


def _past(
    client: HubClient, entity: str, quantities: Sequence[str], span_us: tuple[int, int]
) -> Iterable[Reading]:
    """Return a device's past; a device that never spoke has none."""
    try:
        return client.history(entity, quantities, *span_us)
    except HubRejected as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return []
        raise


def _points(rows: NDArray[np.float64]) -> Columns:
    times, values = rows[:, 0], rows[:, 1]
    return Columns(times, times, values, values, values, np.isfinite(values).astype(np.int64))


def _columns(rows: Sequence[tuple[int, int, float, float, float, int]]) -> Columns:
    table = np.array(rows, np.float64).reshape(-1, 6)
    begins, ends, mean, low, high, count = table.T
    return Columns(begins / _US, ends / _US, low, mean, high, count.astype(np.int64))


def entity_of(area: str, device: str) -> str:
    """Return the id under which the hub keeps a device."""
    return ngsi_ld.entity_id(area, device)
