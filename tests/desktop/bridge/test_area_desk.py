"""The area API from the console: answers come back with their topic, in this thread."""

from __future__ import annotations

import threading

import pytest

from area_configs.domain.errors import HubRejected
from desktop.bridge.area_desk import AreaDesk
from platform_hub.client.area_client import AreaClient
from tests.desktop.real_hub import RealHub

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    hub = RealHub(tmp_path_factory.mktemp("hub"))
    yield hub
    hub.stop()


@pytest.fixture
def desk(qapp, hub):  # noqa: ARG001  # an application must exist
    desk = AreaDesk(hub.url)
    yield desk
    desk.close()


def test_an_answer_comes_with_its_topic_in_this_thread(desk, qtbot):
    threads = []
    desk.answered.connect(lambda *_: threads.append(threading.current_thread()))
    with qtbot.waitSignal(desk.answered) as answer:
        desk.ask("alarms", AreaClient.alarms)
    topic, alarms = answer.args
    assert topic == "alarms"
    assert {alarm.id for alarm in alarms}
    assert threads == [threading.current_thread()]


def test_a_wrong_password_is_told_and_signs_nobody_in(desk, qtbot):
    with qtbot.waitSignal(desk.failed) as failure, qtbot.assertNotEmitted(desk.signed_in):
        desk.sign_in("nobody", "a wrong password")
    topic, error = failure.args
    assert topic == "sign_in"
    assert isinstance(error, HubRejected)
