"""The libmodbus peer serves what its first page promises, on TCP and on a serial line."""

from __future__ import annotations

import pytest
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusIOException

from tests.peers import libmodbus


def _check(client):
    assert client.read_holding_registers(0, count=4, device_id=1).registers == [2300, 123, 0, 500]
    assert client.read_input_registers(100, count=2, device_id=1).registers == [0x4367, 0x8000]
    assert client.read_coils(0, count=8, device_id=1).bits[:4] == [True, False, True, True]
    assert client.read_holding_registers(5000, count=2, device_id=1).exception_code == 2
    client.write_register(3, 777, device_id=1)
    assert client.read_holding_registers(3, count=1, device_id=1).registers == [777]
    with pytest.raises(ModbusIOException):
        client.read_holding_registers(0, count=1, device_id=9)


@pytest.mark.logs("No response received")
def test_tcp(tmp_path):
    with (
        libmodbus.tcp_server(tmp_path) as port,
        ModbusTcpClient(libmodbus.HOST, port=port, timeout=0.3, retries=0) as client,
    ):
        _check(client)


@pytest.mark.logs("No response received")
def test_rtu(tmp_path):
    with (
        libmodbus.rtu_server(tmp_path) as line,
        ModbusSerialClient(str(line), baudrate=9600, timeout=0.3, retries=0) as client,
    ):
        _check(client)


def test_two_clients_at_once(tmp_path):
    with libmodbus.tcp_server(tmp_path) as port:
        clients = [ModbusTcpClient(libmodbus.HOST, port=port) for _ in range(2)]
        for client in clients:
            assert client.connect()
        for client in reversed(clients):
            assert client.read_holding_registers(0, count=1, device_id=1).registers == [2300]
            client.close()
