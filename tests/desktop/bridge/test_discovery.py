"""Looking for hubs on the local network: off the GUI thread, one search at a time, ended promptly."""

from __future__ import annotations

import threading

import pytest

from desktop.bridge.discovery import Discovery
from platform_hub.client.discovering import Found

HUB = Found("hub-harumi", "hub", "192.168.1.4", 8443, "1.0")


class Ether:
    """Stands for the network: answers when it is told to, and counts who listens."""

    def __init__(self):
        self.searches, self.threads = 0, set()
        self.speak = threading.Event()

    def look(self, seconds, ended):
        assert seconds > 0
        self.searches += 1
        self.threads.add(threading.current_thread().name)
        while not self.speak.wait(0.01):
            if ended.is_set():
                return []
        return [HUB]


@pytest.fixture
def ether():
    return Ether()


@pytest.fixture
def discovery(ether, qapp):  # noqa: ARG001  # signals want an application
    made = Discovery(ether.look)
    yield made
    made.close()


def test_what_announces_itself_comes_as_one_list(discovery, ether, qtbot):
    with qtbot.waitSignal(discovery.found) as heard:
        discovery.search()
        discovery.search()  # it goes on
        ether.speak.set()
    assert heard.args == [[HUB]]
    assert ether.searches == 1
    assert ether.threads == {"discovery"}


def test_a_machine_without_a_network_says_so(qapp, qtbot):  # noqa: ARG001  # as above
    def no_network(_seconds, _ended):
        raise OSError("no network")

    discovery = Discovery(no_network)
    with qtbot.waitSignal(discovery.failed) as heard:
        discovery.search()
    discovery.close()
    assert heard.args == ["no network"]


def test_closing_ends_a_search_and_no_other_begins(discovery, ether):
    heard = []
    discovery.found.connect(heard.append)
    discovery.search()
    discovery.close()
    discovery.search()
    assert heard == []
    assert ether.searches == 1
