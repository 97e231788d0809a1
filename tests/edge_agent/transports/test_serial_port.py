"""Serial ports that are missing, held or not ports at all, each in one sentence."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading

import pytest

from area_configs.domain.errors import DeviceUnavailable
from edge_agent.transports import serial_port
from edge_agent.transports.serial_port import Claim, answers, holders, require_free


@pytest.fixture
def terminal():
    """Give both ends of a pseudo terminal: the device's file descriptor and the port's name."""
    master, slave = pty.openpty()
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


@pytest.fixture
def holder():
    """Start a process that runs `code` and says so; it ends with the test."""
    running = []

    def start(code: str) -> subprocess.Popen:
        program = f"import sys; {code}; print('ready', flush=True); sys.stdin.read()"
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout.readline() == b"ready\n"
        running.append(process)
        return process

    yield start
    for process in running:
        process.communicate()


def test_a_free_port(terminal):
    require_free(terminal[1])
    require_free(terminal[1])


def test_a_port_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(serial_port, "ports_present", lambda: ["/dev/ttyUSB0", "/dev/ttyUSB1"])
    with pytest.raises(DeviceUnavailable) as caught:
        require_free(str(tmp_path / "ttyUSB9"))
    assert str(caught.value) == (
        f"serial port {tmp_path}/ttyUSB9 is not there: present are /dev/ttyUSB0, /dev/ttyUSB1; "
        f"plug the adapter in or correct the port"
    )


def test_a_machine_without_any_port(tmp_path, monkeypatch):
    monkeypatch.setattr(serial_port, "ports_present", list)
    with pytest.raises(DeviceUnavailable, match="no serial port is present, plug the adapter in"):
        require_free(str(tmp_path / "ttyUSB9"))


def test_a_file_is_no_port(tmp_path):
    file = tmp_path / "notes.txt"
    file.touch()
    with pytest.raises(DeviceUnavailable, match=r"notes\.txt is no serial port"):
        require_free(str(file))


def test_a_link_to_an_adapter_that_was_pulled_out(tmp_path):
    (tmp_path / "by-id").symlink_to(tmp_path / "gone")
    with pytest.raises(DeviceUnavailable, match="by-id is not there"):
        require_free(str(tmp_path / "by-id"))


def test_a_port_that_another_part_of_this_program_has(terminal):
    with (
        Claim(terminal[1]),
        pytest.raises(DeviceUnavailable, match="is held by another link of this gateway"),
    ):
        require_free(terminal[1])
    require_free(terminal[1])


def test_a_port_that_another_process_locked(terminal, holder):
    process = holder(f"import serial; s = serial.Serial({terminal[1]!r}, exclusive=True)")
    with pytest.raises(DeviceUnavailable) as caught:
        require_free(terminal[1])
    assert str(caught.value).startswith(
        f"serial port {terminal[1]} is held by process {process.pid} (python"
    )
    assert str(caught.value).endswith("stop it or use another port")


def test_a_port_that_another_process_has_open_without_a_lock(terminal, holder):
    process = holder(f"f = open({terminal[1]!r}, 'r+b', buffering=0)")
    with pytest.raises(DeviceUnavailable, match=f"held by process {process.pid} "):
        require_free(terminal[1])
    assert [found.pid for found in holders(terminal[1])] == [process.pid]


def test_a_simulator_holds_no_port(tmp_path, holder):
    name = tmp_path / "port"
    code = f"import os; m, s = os.openpty(); os.symlink(os.ttyname(s), {str(name)!r})"
    holder(code)
    assert holders(str(name)) == []
    require_free(str(name))


def test_a_device_that_answers(terminal):
    master, port = terminal

    def device() -> None:
        heard = b""
        while b"\n" not in heard:
            heard += os.read(master, 64)
        os.write(master, b"EVER 1.5.2\r\n")

    thread = threading.Thread(target=device)
    thread.start()
    assert answers(port, 115200, b"SKVER\r\n", b"EVER", 5.0)
    thread.join()


def test_a_device_that_stays_silent(terminal):
    assert not answers(terminal[1], 115200, b"SKVER\r\n", b"EVER", 0.05)
