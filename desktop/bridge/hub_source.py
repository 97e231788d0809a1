"""One hub as the console sees it: its area, its live values, its past, and whether it is there."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from area_configs.domain.errors import HubRejected, HubUnavailable, SmartAreaError
from desktop.bridge.hub_session import HubSession
from desktop.bridge.live_feed import LiveFeed
from platform_hub.client import HubClient
from platform_hub.client.live_stream import LiveStream
from platform_hub.wire import events, ngsi_ld

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from area_configs.domain.readings import Reading
    from desktop.bridge.pack_cache import PackCache
    from platform_hub.client.credentials import Credential

_RETRY_MS = 2000
_HISTORY_ANSWER_S = 60.0  # a day of a busy series on a small machine


class HubSource(QObject):
    """Asks and listens; everything comes back as a signal in the GUI thread."""

    found = Signal()
    found_again = Signal()  # after a loss: whatever came meanwhile can be asked for
    fed = Signal()  # the live stream speaks, from now on or again
    lost = Signal(str)
    refused = Signal(str)  # the hub answers and says no: a key, mostly
    pack_held = Signal(object)  # HeldPack
    pack_failed = Signal(object)  # the exception
    current = Signal(list)  # newest readings of all devices
    arrived = Signal(list)  # live readings
    alarms_spoke = Signal(list)  # AlarmView, of alarms that changed
    history = Signal(list)  # readings of the past
    history_failed = Signal()
    gateway_spoke = Signal(str, object, object)  # id, last seen (us), backlog

    def __init__(
        self, url: str, key: str | Credential, cache: PackCache, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._cache = cache
        self._area = ""
        self._wants_pack = False
        self._was_lost = False
        self._unanswered = 0
        self._retry = QTimer(self, interval=_RETRY_MS)
        self._session: HubSession[HubClient] = HubSession(
            lambda: HubClient(url, key, answer_s=_HISTORY_ANSWER_S), parent=self
        )
        self._feed = LiveFeed(lambda last_id: LiveStream(url, key, last_id), parent=self)
        self._connect()

    def ask_pack(self) -> None:
        """Ask for the area, again and again until there is one."""
        self._wants_pack = True
        self._ask("pack", self._cache.fetch)

    def listen(self, area: str) -> None:
        """Begin to hear the values of an area."""
        self._area = area
        self.catch_up()
        self._feed.start()

    def catch_up(self) -> None:
        """Ask for the newest reading of everything and for the gateways' state."""
        self._ask("current", _current)
        self._ask("gateways", HubClient.gateways)

    def ask_history(
        self, device: str, quantities: Sequence[str], begins_us: int, ends_us: int
    ) -> None:
        """Ask for the past of some quantities of a device."""
        entity = ngsi_ld.entity_id(self._area, device)
        wanted = tuple(quantities)
        self._ask("history", lambda client: _past(client, entity, wanted, (begins_us, ends_us)))

    def try_again(self) -> None:
        """Ask anew for what was refused: another person sits here now."""
        if self._wants_pack:
            self.ask_pack()
        elif self._area:
            self.catch_up()

    def close(self) -> None:
        """End all threads, promptly."""
        self._retry.stop()
        self._feed.close()
        self._session.close()

    def _connect(self) -> None:
        self._session.reached.connect(self._reached)
        self._session.answered.connect(self._answered)
        self._session.failed.connect(self._failed)
        self._feed.connected.connect(self._feed_connected)
        self._feed.lost.connect(self._lost)
        self._feed.refused.connect(self.refused)
        self._feed.arrived.connect(self.arrived)
        self._feed.alarms_spoke.connect(self.alarms_spoke)
        self._feed.gateway_spoke.connect(self.gateway_spoke)
        self._retry.timeout.connect(self._try_again)

    def _ask(self, name: str, request: Callable[[HubClient], object]) -> None:
        self._unanswered += 1
        self._session.ask(name, request)

    def _try_again(self) -> None:
        """Ask a lost hub whether it is back; a silent stream alone would not tell."""
        if not self._unanswered:
            self.try_again()

    def _lost(self, why: str) -> None:
        self._was_lost = True
        self._retry.start()
        self.lost.emit(why)

    def _found(self) -> None:
        if not self._wants_pack:
            self._retry.stop()
        self.found.emit()
        if self._was_lost:
            self._was_lost = False
            self.found_again.emit()

    def _reached(self, answered: bool, why: str) -> None:
        if answered:
            self._found()
        else:
            self._lost(why)

    def _feed_connected(self) -> None:
        self._found()
        self.catch_up()
        self.fed.emit()

    def _answered(self, name: str, answer: object) -> None:
        self._unanswered -= 1
        if name == "pack":
            self._wants_pack = False
            self.pack_held.emit(answer)
        elif name == "current":
            self.current.emit(answer)
        elif name == "history":
            self.history.emit(answer)
        elif isinstance(answer, list):
            for state in answer:
                self.gateway_spoke.emit(state.id, state.last_seen_us, state.backlog)

    def _failed(self, name: str, error: Exception) -> None:
        self._unanswered -= 1
        if name == "pack":
            self.pack_failed.emit(error)
        elif name == "history":
            self.history_failed.emit()
        if isinstance(error, HubUnavailable):
            return  # told as lost already; the feed goes on trying
        if not isinstance(error, SmartAreaError):
            raise error
        self.refused.emit(str(error))


def _past(
    client: HubClient, entity: str, quantities: Sequence[str], window_us: tuple[int, int]
) -> list[Reading]:
    """Return a device's past; a device that never spoke has none."""
    try:
        return client.history(entity, quantities, *window_us)
    except HubRejected as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return []
        raise


def _current(client: HubClient) -> list[Reading]:
    readings: list[Reading] = []
    for entity in client.entities():
        readings += events.readings_in(entity)
    return readings
