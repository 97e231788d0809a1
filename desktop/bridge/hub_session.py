"""Questions to the hub: worker threads ask, signals answer, the GUI thread never waits."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from area_configs.domain.errors import HubUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable


_WORKERS = 2  # a long history must not hold up the small questions


class Closing(Protocol):
    """A client of a hub: one thread uses it, any thread may close it."""

    def close(self) -> None:
        """End its connections; a request in flight fails at once."""
        ...


Client = TypeVar("Client", bound=Closing)


class HubSession(QObject, Generic[Client]):
    """Lives in the GUI thread. Each worker has a client of its own."""

    reached = Signal(bool, str)  # whether the hub answered, and why not
    answered = Signal(str, object)  # the question's name, the answer
    failed = Signal(str, object)  # the question's name, the exception

    def __init__(
        self,
        make_client: Callable[[], Client],
        workers: int = _WORKERS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open = 0
        for ended in (self.answered, self.failed):
            ended.connect(self._count_down)
        self._jobs: queue.SimpleQueue[tuple[str, Callable[[Client], object]] | None]
        self._jobs = queue.SimpleQueue()
        self._clients = [make_client() for _ in range(workers)]
        self._threads = [
            threading.Thread(target=self._work, args=(client,), name=f"hub-{n}")
            for n, client in enumerate(self._clients)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_busy(self) -> bool:
        """Tell whether an answer is still to come."""
        return self._open > 0

    def ask(self, name: str, request: Callable[[Client], object]) -> None:
        """Queue a question and return at once; `answered` or `failed` comes with its name."""
        self._open += 1
        self._jobs.put((name, request))

    def close(self) -> None:
        """End the workers; questions that wait are dropped, one in flight is broken off."""
        while not self._jobs.empty():
            self._jobs.get()
        for _ in self._threads:
            self._jobs.put(None)
        for client in self._clients:
            client.close()
        for thread in self._threads:
            thread.join()

    def _count_down(self) -> None:
        self._open -= 1

    def _work(self, client: Client) -> None:
        while (job := self._jobs.get()) is not None:
            name, request = job
            try:
                answer = request(client)
            except HubUnavailable as error:
                self.reached.emit(False, str(error))
                self.failed.emit(name, error)
            except Exception as error:  # noqa: BLE001  # the thread's end: the receiver decides
                self.failed.emit(name, error)
            else:
                self.reached.emit(True, "")
                self.answered.emit(name, answer)
