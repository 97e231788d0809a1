"""A broker of another make as a sink: its lanes put together from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.sync.broker import Address, Broker
from edge_agent.sync.fortune import Footing, Fortune
from edge_agent.sync.newest import Newest
from edge_agent.sync.newest_lane import NewestLane
from edge_agent.sync.ngsi_ld_history import HistoryLane
from edge_agent.sync.ngsi_ld_state import LdState, has_value
from edge_agent.sync.ngsi_v2_state import V2State
from edge_agent.sync.sink import SinkState

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from edge_agent.sink_settings import SinkSettings
    from edge_agent.store import ReadingLog
    from edge_agent.sync.sink import Lane, Pace
    from edge_agent.sync.things import Things

_CONTEXT = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


class BrokerSink:
    """One broker; it opens its own connections and closes them in the end."""

    def __init__(
        self,
        settings: SinkSettings,
        things: Things,
        log: ReadingLog,
        pace: Pace,
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self.name = settings.name
        self.kind = settings.kind
        self._log = log
        address = address_of(settings, pace)
        self.url = address.url
        self._brokers = [Broker(address)]
        self._fortunes = [Fortune(pace, rng)]
        is_ld = settings.kind == "ngsi-ld"
        board = Newest(has_value) if is_ld else Newest()
        is_new = self.name not in log.sinks
        log.read(self.name, 1)  # from now on its readings are kept for it
        ends = not (is_ld and settings.history)
        state = (LdState if is_ld else V2State)(self._brokers[0], things)
        footing = Footing(log, self.name, pace, clock, self._fortunes[0])
        newest = NewestLane(footing, state, board, acknowledges=ends)
        self.lanes: Sequence[Lane] = (newest,)
        if not ends:
            self._brokers.append(Broker(address))
            self._fortunes.append(Fortune(pace, rng))
            history = HistoryLane(
                Footing(log, self.name, pace, clock, self._fortunes[1]),
                self._brokers[1],
                things,
                board,
                probes=settings.replay == "probe",
                behind=newest if settings.auto_history else None,
            )
            if is_new:  # or was removed and is back: then it may have some of it
                history.doubt(log.last_seq)
            self.lanes = (newest, history)

    def state(self) -> SinkState:
        """Return how it fares.

        Raises:
            LogUnavailable: the log is closed or cannot be read.
        """
        stats = self._log.stats().of(self.name)
        place = self._log.place(self.name)
        said = [fortune.reachable for fortune in self._fortunes if fortune.reachable is not None]
        return SinkState(
            name=self.name,
            kind=self.kind,
            url=self.url,
            reachable=all(said) if said else None,
            error=next((fortune.error for fortune in self._fortunes if fortune.error), ""),
            sent=sum(fortune.sent for fortune in self._fortunes),
            acknowledged=place.upto,
            ahead=place.count - place.upto,
            backlog=self._log.last_seq - place.count,
            oldest_unsent_us=stats.oldest_unsent_us,
            refused=stats.refused,
        )

    def empty(self) -> bool:
        """Tell whether everything has arrived."""
        return self._log.place(self.name).upto >= self._log.last_seq

    def end(self) -> None:
        """Take what fails from now on as the end, not as trouble."""
        for fortune in self._fortunes:
            fortune.end()

    def close(self) -> None:
        """Cut what is in flight and close the connections."""
        for broker in self._brokers:
            broker.close()


def address_of(settings: SinkSettings, pace: Pace) -> Address:
    """Return how a broker is reached, with the headers of its standard."""
    return Address(
        settings.url,
        _ld_headers(settings) if settings.kind == "ngsi-ld" else _v2_headers(settings),
        settings.key,
        settings.key_header,
        settings.ca_file or True,
        settings.gzip,
        answer_s=pace.answer_s,
        whole_s=pace.whole_s,
    )


def _ld_headers(settings: SinkSettings) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    if settings.context:
        headers["Link"] = _CONTEXT.format(settings.context)
    if settings.tenant:
        headers["NGSILD-Tenant"] = settings.tenant
    return headers


def _v2_headers(settings: SinkSettings) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    if settings.tenant:
        headers["Fiware-Service"] = settings.tenant
    if settings.service_path:
        headers["Fiware-ServicePath"] = settings.service_path
    return headers
