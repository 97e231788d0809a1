"""Our Modbus servers, read by clients that we did not write: mbpoll (libmodbus) and pymodbus."""

from __future__ import annotations

import contextlib
import socket

import pytest
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusIOException

from edge_agent.simulators.faults import Fault

RTU = ("-m", "rtu", "-b", "9600", "-P", "none", "-o", "0.5")


def _by_quantity(running, device):
    return {s["quantity"]: s["value"] for s in running.said() if s["device"] == device}


def test_mbpoll_reads_over_the_serial_line_what_the_ledger_says(simulate, mbpoll):
    with simulate() as running:
        port = running.port("gw-waterfront", "rs485-waterfront")
        status, values, _ = mbpoll(
            *RTU, "-a", "1", "-r", "0", "-c", "6", "-t", "3:float", "-B", port
        )
    said = _by_quantity(running, "meter-shops")
    assert status == 0
    order = ("voltage_r", "voltage_s", "voltage_t", "current_r", "current_s", "current_t")
    assert [float(v) for v in values.values()] == pytest.approx([said[q] for q in order], rel=1e-5)
    assert said["voltage_r"] > 180


def test_mbpoll_reads_over_tcp_what_the_ledger_says(simulate, mbpoll):
    with simulate() as running:
        port = str(running.links("gw-waterfront")["links"]["lan-plaza"]["tcp_port"])
        ask = ("-m", "tcp", "-p", port, "-a", "2", "-t", "3")
        assert mbpoll(*ask, "-r", "40", "127.0.0.1")[0] == 0
        _, present, _ = mbpoll(*ask, "-r", "40", "127.0.0.1")
        _, total, _ = mbpoll(*ask, "-t", "3:int", "-B", "-r", "41", "-c", "2", "127.0.0.1")
    said = _by_quantity(running, "people-pier")
    assert {40: said["people_count"]} == {a: float(v) for a, v in present.items()}
    assert [said["people_in"], said["people_out"]] == [float(v) for v in total.values()]
    assert said["people_count"] == said["people_in"] - said["people_out"] > 0


def test_several_units_answer_on_one_line_and_a_missing_one_stays_silent(simulate, mbpoll):
    with simulate() as running:
        port = running.port("gw-waterfront", "rs485-waterfront")
        shops = mbpoll(*RTU, "-a", "1", "-r", "52", "-t", "3:float", "-B", port)
        level = mbpoll(*RTU, "-a", "3", "-r", "0", "-t", "3", port)
        missing = mbpoll(*RTU, "-a", "9", "-r", "0", "-t", "3", port)
    said = running.said()
    assert shops[0] == level[0] == 0
    assert [s["device"] for s in said] == ["meter-shops", "river-gauge"]
    assert missing[0] != 0
    assert "timed out" in missing[2]


def test_an_unmapped_register_is_exception_2_and_said_by_nobody(simulate, mbpoll):
    with simulate() as running:
        port = running.port("gw-waterfront", "rs485-waterfront")
        status, _, words = mbpoll(*RTU, "-a", "1", "-r", "10", "-c", "4", "-t", "3", port)
    assert running.said() == []
    assert status != 0
    assert "Illegal data address" in words


def test_pymodbus_reads_words_in_the_profiles_order(simulate):
    """The feeder sends 32 bits low word first; its own ledger must mean the same number."""
    with simulate() as running:
        link = running.links("gw-energy")["links"]["lan-energy"]
        with ModbusTcpClient(link["host"], port=link["tcp_port"]) as client:
            answer = client.read_holding_registers(100, count=15, device_id=1)
            words = answer.registers
    said = _by_quantity(running, "feeder-main")
    assert said["active_power"] == (words[1] << 16 | words[0]) * 10.0
    assert said["voltage_t"] == pytest.approx((words[9] << 16 | words[8]) * 0.1)
    assert said["frequency"] == pytest.approx(words[13] * 0.01)
    assert len(said) == 10


def test_a_partly_read_point_is_not_said(simulate):
    with simulate() as running:
        link = running.links("gw-energy")["links"]["lan-energy"]
        with ModbusTcpClient(link["host"], port=link["tcp_port"]) as client:
            assert len(client.read_holding_registers(101, count=2, device_id=1).registers) == 2
    assert running.said() == []


def test_over_tcp_a_missing_unit_is_a_silent_target_behind_the_gateway(simulate):
    with simulate() as running:
        link = running.links("gw-energy")["links"]["lan-energy"]
        with ModbusTcpClient(link["host"], port=link["tcp_port"]) as client:
            answer = client.read_holding_registers(100, count=1, device_id=9)
    assert answer.exception_code == 11


@pytest.mark.logs("No response received")
@pytest.mark.logs("Repeating")  # pymodbus' word for a frame whose CRC is wrong
@pytest.mark.parametrize("fault", [Fault(silent=True), Fault(garbled=True)])
def test_a_silent_or_garbled_device_is_not_understood_and_says_nothing(simulate, fault):
    with simulate(faults={"meter-shops": fault}) as running:
        port = running.port("gw-waterfront", "rs485-waterfront")
        with ModbusSerialClient(port, baudrate=9600, timeout=0.2, retries=0) as client:
            with pytest.raises(ModbusIOException):
                client.read_input_registers(52, count=2, device_id=1)
            assert not client.read_input_registers(0, count=1, device_id=3).isError()
    assert [s["device"] for s in running.said()] == ["river-gauge"]


def test_a_late_answer_arrives_and_is_said(simulate):
    with simulate(faults={"meter-shops": Fault(delay_s=0.05)}) as running:
        port = running.port("gw-waterfront", "rs485-waterfront")
        with ModbusSerialClient(port, baudrate=9600, timeout=5, retries=0) as client:
            assert not client.read_input_registers(52, count=2, device_id=1).isError()
    assert [s["quantity"] for s in running.said()] == ["active_power"]


def test_writing_to_a_meter_is_an_illegal_function(simulate):
    with simulate() as running:
        link = running.links("gw-energy")["links"]["lan-energy"]
        with ModbusTcpClient(link["host"], port=link["tcp_port"]) as client:
            answer = client.write_register(100, 1, device_id=1)
    assert answer.exception_code == 1


def test_a_stranger_on_the_tcp_port_is_hung_up_on(simulate):
    with simulate() as running:
        link = running.links("gw-energy")["links"]["lan-energy"]
        with socket.create_connection((link["host"], link["tcp_port"]), timeout=5) as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):  # either way to hang up will do
                assert stranger.recv(100) == b""


def test_now_and_then_a_device_has_no_measurement_and_says_its_code(simulate):
    """Null is exercised end to end: a gauge with a code for it sends that code, rarely."""
    with simulate() as running:
        link = running.links("gw-energy")["links"]["lan-hydrogen"]
        with ModbusTcpClient(link["host"], port=link["tcp_port"]) as client:
            answers = [
                client.read_input_registers(300, count=5, device_id=3).registers for _ in range(300)
            ]
    said = running.said()
    empty = [s for s in said if s["value"] is None]
    codes = sum(word in (0xFFFF, 0x8000) for words in answers for word in words)
    assert len(said) == 1500
    assert len(empty) == codes
    assert 1 <= codes <= 20
    assert len({s["quantity"] for s in empty}) == 1
