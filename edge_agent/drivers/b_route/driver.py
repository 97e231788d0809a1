"""The B-route driver: a smart meter behind a Wi-SUN dongle, its session kept by momonga.

momonga joins the meter's network and carries frames; asking and reading them is done here, so that
an answer is kept even where the meter refuses one of the properties (SNA). Its calls block, so
each runs in a thread of its own; those are daemons, because a dongle that falls silent can hold one
for minutes and the agent must be able to stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from momonga import (
    MomongaError,
    MomongaSkCommandInvalidArgument,
    MomongaSkCommandInvalidSyntax,
    MomongaSkJoinFailure,
    MomongaSkScanFailure,
)
from momonga.momonga_response import SkParsedRxUdp
from momonga.momonga_session_manager import MomongaSessionManager

from area_configs.domain.errors import BadFrame, DeviceUnavailable
from area_configs.domain.readings import ClockStamp
from area_configs.domain.sources import EchonetSource
from edge_agent.clock import boot_id
from edge_agent.decoding import echonet
from edge_agent.decoding import echonet_history as history
from edge_agent.decoding.readings import from_properties
from edge_agent.drivers.b_route.air_time import AirTime
from edge_agent.drivers.b_route.past import missed
from edge_agent.drivers.base import AccessRefused, Forgetful, LinkLost, NotNow
from edge_agent.transports.recording import tap
from edge_agent.transports.serial_port import Claim, answers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from area_configs.domain.areas import Link
    from area_configs.domain.devices import Point
    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.credentials import RouteBSecrets
    from edge_agent.drivers.b_route.past import Counts
    from edge_agent.drivers.base import Memory, Station

_T = TypeVar("_T")

# It logs every failure that it also raises; the agent says each once, in its own words.
logging.getLogger("momonga").setLevel(logging.CRITICAL + 1)

_ATTEMPTS = 2
_ANSWERED = "answered_us"
_HALF_HOUR_US = 1_800_000_000
_MOST_ANNOUNCED = 64
_SEND_LIMIT_S = 30.0  # waiting for the 920 MHz air-time limit to be lifted
_LOOK_S = 0.5  # how often a wait looks whether the session has ended
_CLOSE_LIMIT_S = 4.0
_DONGLE_LIMIT_S = 3.0
_REFUSALS = (MomongaSkJoinFailure, MomongaSkCommandInvalidArgument, MomongaSkCommandInvalidSyntax)
_SCAN_RETRIES = 2  # each repeats a scan of 17 to 70 s with a wider window
_JOIN_RETRIES = 1  # momonga cannot tell a wrong password from a weak signal: do not hammer


class BRouteDriver:
    """Owns one dongle and the one meter that it is joined to."""

    def __init__(
        self,
        link: Link,
        station: Station,
        secrets: RouteBSecrets,
        clock: Clock,
        answer_timeout_s: float = 12.0,
        *,
        memory: Memory | None = None,
    ) -> None:
        self._link = link
        self._station = station
        self._secrets = secrets
        self._clock = clock
        self._answer_timeout_s = answer_timeout_s
        self._session: MomongaSessionManager | None = None
        self._claim: Claim | None = None
        self._leaving: asyncio.Future[None] | None = None
        self._factors: dict[int, bytes] = {}
        self._signal_dbm: float | None = None
        self._tid = 0
        self._note = tap(link.id)
        self._memory = memory or Forgetful()
        self._answered_us = self._memory.of(station.device).get(_ANSWERED, 0)
        self._kept_half_hour = self._answered_us // _HALF_HOUR_US
        self._owed: list[Reading] = []
        self._history_waits = False
        self._air = AirTime()
        self._told: asyncio.Queue[echonet.Frame] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def health(self) -> str:
        """Say whether the session stands, and the signal of the last answer."""
        if self._session is None or not self._session.session_established:
            return f"{self._link.port} not joined"
        signal = "" if self._signal_dbm is None else f", signal {self._signal_dbm:.0f} dBm"
        quiet = ", waits: its air time is used up" if self._air.is_spent() else ""
        return f"{self._link.port} joined{signal}{quiet}"

    async def open(self) -> None:
        """Join the meter's network and read once what its energy counts are worth."""
        if self._leaving and not self._leaving.done():
            raise DeviceUnavailable(
                f"{self._station.device}: the dongle on {self._link.port} does not let go of the last "
                f"session: plug it in again if this stays"
            )
        self._claim = Claim(self._link.port)
        self._loop, self._air, self._history_waits = asyncio.get_running_loop(), AirTime(), False
        self._session = self._make_session()
        await _in_thread(self._join)
        self._factors = await _in_thread(self._read_factors)
        if self._answered_us:
            self._owed += await _in_thread(self._missed)

    async def read(self, device: str, points: Sequence[Point]) -> list[Reading]:
        """Ask the meter for the properties of points, in one request.

        After an outage the first answer brings the half hours that the meter kept meanwhile.
        """
        await self._remember()
        epcs = sorted({p.source.epc for p in points if isinstance(p.source, EchonetSource)})
        answer = await _in_thread(lambda: self._ask(epcs))
        profile, now_us = self._station.profile, self._clock.now_us()
        owed, self._owed = self._owed, []
        if not self._history_waits:
            self._answered_us = now_us
        return owed + from_properties(profile, answer.edts(), self._factors, device, now_us)

    async def listen(self, deliver: Callable[[list[Reading]], Awaitable[None]]) -> None:
        """Deliver what the meter announces at :00 and :30; who wants that confirmed is answered."""
        while True:
            frame = await self._told.get()
            if readings := self._announced(frame):
                await deliver(readings)
            if frame.esv == echonet.INFC:
                await _in_thread(partial(self._confirm, frame))

    async def _remember(self) -> None:
        """Keep when the meter last answered, once in each half hour: its history is no finer.

        What that answer brought is stored by now: nothing of the past is taken for known too early.
        """
        half_hour = self._answered_us // _HALF_HOUR_US
        if half_hour != self._kept_half_hour:
            self._kept_half_hour = half_hour
            self._memory.note(self._station.device, _ANSWERED, self._answered_us)
            await self._memory.settle()

    async def close(self) -> None:
        """Leave the network and give the port back, within a few seconds whatever the dongle does."""
        session, self._session = self._session, None
        claim, self._claim = self._claim, None
        try:
            if session:
                self._leaving = asyncio.ensure_future(_in_thread(lambda: _leave(session)))
                await asyncio.wait({self._leaving}, timeout=_CLOSE_LIMIT_S)
        finally:
            if claim:
                claim.close()

    def _make_session(self) -> MomongaSessionManager:
        session = MomongaSessionManager(
            self._secrets.route_b_id,
            self._secrets.password,
            self._link.port,
            self._link.baudrate,
            scan_retries=_SCAN_RETRIES,
            join_retries=_JOIN_RETRIES,
        )
        session.on_meter_frame = lambda frame: self._receive(session, frame)
        session.skw.subscribers["air_time"] = self._air
        return session

    def _receive(self, session: MomongaSessionManager, frame: SkParsedRxUdp) -> None:
        if frame.sec == 0:  # anyone near can send an unencrypted datagram
            return
        self._note("in", frame.data, "")
        self._signal_dbm = frame.rssi
        if announcement := _announcement(frame.data):
            self._take(announcement)
        else:
            session.recv_q.put(frame)

    def _take(self, frame: echonet.Frame) -> None:
        """Hand an announcement from momonga's thread to the one that listens."""
        if self._loop and self._told.qsize() < _MOST_ANNOUNCED:
            self._loop.call_soon_threadsafe(self._told.put_nowait, frame)

    def _announced(self, frame: echonet.Frame) -> list[Reading]:
        try:
            return self._past(history.fixed_counts(frame.edts()))
        except BadFrame:
            return []  # the next poll brings the counter all the same

    def _confirm(self, frame: echonet.Frame) -> None:
        answer = echonet.confirmation(frame)
        session = self._session
        if session is None or self._air.is_spent():
            return
        with contextlib.suppress(MomongaError, OSError):  # the meter announces it once more
            session.xmitter(echonet.build(answer), timeout=_SEND_LIMIT_S)

    def _join(self) -> None:
        try:
            self._require_dongle()
            self._live_session().open()
        except MomongaSkScanFailure as error:
            raise DeviceUnavailable(
                f"{self._station.device}: no meter found from {self._link.port}: bring the dongle "
                f"nearer to the meter and check the B-route id"
            ) from error
        except _REFUSALS as error:
            raise AccessRefused(
                f"{self._station.device}: the meter refuses to be joined from {self._link.port}: "
                f"check B-route id and password; the next try is minutes away"
            ) from error
        except (MomongaError, OSError) as error:
            raise DeviceUnavailable(
                f"{self._station.device}: the dongle on {self._link.port} fails: {error}"
            ) from error

    def _require_dongle(self) -> None:
        """Check that a Wi-SUN module is there; momonga alone would wait 300 s for a silent one."""
        port, baudrate = self._link.port, self._link.baudrate
        if not answers(port, baudrate, b"\r\nSKVER\r\n", b"EVER", _DONGLE_LIMIT_S):
            raise DeviceUnavailable(
                f"{self._station.device}: nothing on {port} answers as a Wi-SUN dongle at "
                f"{baudrate} baud: check the port, plug the dongle in again"
            )

    def _read_factors(self) -> dict[int, bytes]:
        """Read what scales other properties; a meter without it answers with no data."""
        sources = [point.source for point in self._station.profile.points]
        epcs = {e for s in sources if isinstance(s, EchonetSource) for e in s.factor_epcs}
        return self._ask(sorted(epcs)).edts() if epcs else {}

    def _missed(self) -> list[Reading]:
        """Read what the meter kept since its last answer; history is a gift, it is read without it."""
        try:
            counts = missed(self._answered_us, self._clock.now_us(), self._chosen)
        except NotNow:
            self._history_waits = True
            return []
        except (BadFrame, DeviceUnavailable):
            return []
        return self._past(counts)

    def _chosen(self, selector: int, choice: bytes, epcs: tuple[int, ...]) -> dict[int, bytes]:
        """Choose what a history property gives, and read it."""
        self._request(echonet.SET_C, (echonet.Property(selector, choice),))
        return self._ask(epcs).edts()

    def _past(self, counts: Counts) -> list[Reading]:
        """Decode counters of the past as the profile reads those of now; no data is no reading."""
        stamp = ClockStamp(boot_id(), None, trusted=True)
        found = [
            reading
            for epc, count in counts
            for reading in from_properties(
                self._station.profile,
                {epc: count.edt},
                self._factors,
                self._station.device,
                int(count.at.timestamp()) * 1_000_000,
            )
        ]
        return [replace(reading, stamp=stamp) for reading in found if reading.value is not None]

    def _ask(self, epcs: Iterable[int]) -> echonet.Frame:
        return self._request(echonet.GET, tuple(echonet.Property(epc) for epc in epcs))

    def _request(self, esv: int, wanted: tuple[echonet.Property, ...]) -> echonet.Frame:
        for _ in range(_ATTEMPTS):
            self._tid = self._tid % 0xFFFF + 1
            frame = echonet.Frame(self._tid, echonet.CONTROLLER, echonet.METER, esv, wanted)
            if answer := self._exchange(frame):
                return answer
        raise DeviceUnavailable(
            f"{self._station.device} does not answer: the radio link is weak or the meter is busy"
        )

    def _exchange(self, request: echonet.Frame) -> echonet.Frame | None:
        session = self._live_session()
        if self._air.is_spent():
            raise self._not_now()
        while not session.recv_q.empty():
            session.recv_q.get()
        try:
            data = echonet.build(request)
            self._note("out", data, "")
            session.xmitter(data, timeout=_SEND_LIMIT_S)
        except (MomongaError, OSError) as error:
            raise (self._not_now() if self._air.is_spent() else self._lost(error)) from error
        deadline = time.monotonic() + self._answer_timeout_s
        while (left := deadline - time.monotonic()) > 0:
            if answer := self._answer(session, request, min(left, _LOOK_S)):
                return answer
        return None

    def _answer(
        self, session: MomongaSessionManager, request: echonet.Frame, wait_s: float
    ) -> echonet.Frame | None:
        if session.receiver_exception:
            raise self._lost(session.receiver_exception)
        try:
            received = session.recv_q.get(timeout=wait_s)
            frame = echonet.parse(received.data, request.tid) if _is_frame(received) else None
        except (queue.Empty, BadFrame):
            return None  # the answer to an older request, or noise
        # The answer to a service is that service with 5 (refused in part) or 7 before it.
        answers = (request.esv & 0x0F | 0x50, request.esv & 0x0F | 0x70)
        return frame if frame and frame.from_meter and frame.esv in answers else None

    def _live_session(self) -> MomongaSessionManager:
        if self._session is None:
            raise LinkLost(f"{self._link.port} is closed")
        return self._session

    def _not_now(self) -> NotNow:
        return NotNow(
            f"{self._station.device} is not asked: {self._link.port} has used up the air time that "
            f"920 MHz rules allow, and says when it may send again"
        )

    def _lost(self, error: Exception) -> LinkLost:
        return LinkLost(
            f"{self._station.device}: the session over {self._link.port} ended: {error}"
        )


def _leave(session: MomongaSessionManager) -> None:
    with contextlib.suppress(MomongaError, OSError):  # the dongle is gone, and its session with it
        session.close()


def _announcement(data: bytes) -> echonet.Frame | None:
    """Return a frame that a meter sends by itself, None for all others."""
    try:
        frame = echonet.parse(data)
    except BadFrame:
        return None
    told = frame.esv in (echonet.INF, echonet.INFC)
    return frame if told and frame.from_meter else None


def _is_frame(received: object) -> bool:
    return isinstance(received, SkParsedRxUdp)


async def _in_thread(work: Callable[[], _T]) -> _T:
    """Run blocking work in a daemon thread; its outcome or error comes back here."""
    future: Future[_T] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - thread boundary: it is raised at the other end
            future.set_exception(error)

    threading.Thread(target=run, name="b-route", daemon=True).start()
    return await asyncio.wrap_future(future)
