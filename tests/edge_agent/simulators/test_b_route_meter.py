"""The Wi-SUN dongle and its meter, opened by momonga and by hand."""

from __future__ import annotations

import momonga
import pytest
import serial

from edge_agent.simulators.faults import Fault

NOON_US = 1_781_578_800_000_000  # 16 June 2026, 12:00 in Tokyo


@pytest.fixture
def session():
    """Open momonga as the gateway does, without its pauses between requests."""

    def opened(running, link="wisun-a", **changes):
        links = running.links("gw-residence")
        secrets = {**links["secrets"][link], **changes}
        reader = momonga.Momonga(
            secrets["route_b_id"], secrets["password"], links["links"][link]["port"]
        )
        reader.internal_xmit_interval = 0
        return reader

    return opened


def test_momonga_reads_what_the_ledger_says(simulate, session):
    with simulate() as running, session(running) as reader:
        power = reader.get_instantaneous_power()
        currents = reader.get_instantaneous_current()
        bought = reader.get_measured_cumulative_energy()
        assert reader.get_serial_number() == "meter-home-a"
        assert reader.get_current_time_setting().isoformat() == "12:00:00"
        assert reader.get_current_date_setting().isoformat() == "2026-06-16"
        yesterday = reader.get_historical_cumulative_energy_1(1)
        today = reader.get_historical_cumulative_energy_1(0)
        recent = reader.get_historical_cumulative_energy_2(num_of_data_points=2)
        with pytest.raises(momonga.MomongaResponseNotPossible):
            reader.request_to_get({momonga.EchonetPropertyCode.historical_cumulative_energy_3})
    said = {s["quantity"]: s["value"] for s in running.said()}
    assert {s["device"] for s in running.said()} == {"meter-home-a"}
    assert power == said["active_power"] > 0
    assert currents["r phase current"] == pytest.approx(said["current_r"])
    assert currents["t phase current"] == pytest.approx(said["current_t"])
    assert bought == pytest.approx(said["energy_import"])
    past = [entry["cumulative energy"] for entry in [*yesterday, *today]]
    assert past[:73] == sorted(past[:73])  # up to noon
    assert past[73:] == [None] * 23  # the future
    assert past[72] == pytest.approx(bought)
    assert len(recent) == 2


@pytest.mark.logs("Gave up")
@pytest.mark.logs("Could not open")
def test_a_wrong_password_is_refused_with_event_24(simulate, session):
    with simulate() as running:
        reader = session(running, password="X" * 12)
        with pytest.raises(momonga.MomongaSkJoinFailure):
            reader.open()
    assert running.said() == []


@pytest.mark.logs("Gave up")
@pytest.mark.logs("Could not open")
def test_with_another_id_no_meter_is_found(simulate, session):
    with simulate() as running, pytest.raises(momonga.MomongaSkScanFailure):
        session(running, route_b_id="0" * 32).open()


def test_a_silent_meter_answers_nothing_and_says_nothing(simulate):
    faults = {"meter-home-a": Fault(silent=True)}
    with simulate(faults=faults) as running, _joined(running) as dongle:
        dongle.frame()
        dongle.send_frame("1081000105FF010288016201E700")
        assert dongle.until(b"OK")[-2:] == [_EVENT_SENT, b"OK"]
        assert dongle.lines(1) == []
    assert running.said() == []


def test_the_dongle_answers_as_the_real_one_does(simulate):
    with simulate() as running:
        links = running.links("gw-residence")
        with _Dongle(links["links"]["wisun-a"]["port"]) as dongle:
            assert dongle.ask(b"ROPT\r") == b"OK 01\r"
            assert dongle.command("SKVER") == [b"SKVER", b"EVER 1.5.2", b"OK"]
            info = dongle.command("SKINFO")[1].split()
            assert (info[0], info[-1]) == (b"EINFO", b"0")
            assert dongle.command("SKNONE")[-1] == b"FAIL ER04"
            assert dongle.command("SKSETPWD 5 ABC")[-1] == b"FAIL ER06"
            assert dongle.command("SKTERM")[-1] == b"FAIL ER10"
            assert dongle.command("SKSREG SA2 1")[-1] == b"OK"
            assert dongle.command("SKSREG SA2")[1:] == [b"ESREG 1", b"OK"]
            assert dongle.command("SKLL64 00212301AB34CD56", ends=b"FE80") == [
                b"SKLL64 00212301AB34CD56",
                b"FE80:0000:0000:0000:0221:2301:AB34:CD56",
            ]


def test_joining_a_session_and_asking_in_it(simulate):
    with simulate() as running, _joined(running) as dongle:
        # after joining, the node tells its list of objects: one meter, 028801
        assert dongle.frame() == bytes.fromhex("108100010EF0010EF0017301D50401028801")
        dongle.send_frame("1081100205FF010288016202E700E800")
        assert dongle.until(b"OK")[-2:] == [_EVENT_SENT, b"OK"]
        answer = dongle.frame()
        assert answer[:12].hex().upper() == "1081100202880105FF017202"
        assert dongle.command("SKTERM", ends=b"EVENT 27")[1] == b"OK"
        dongle.send_frame("1081100305FF010288016201E700")
        assert dongle.until(b"OK")[-2] == _EVENT_SENT[:-2] + b"01"
    power = int.from_bytes(answer[14:18], "big", signed=True)
    assert [s["value"] for s in running.said() if s["quantity"] == "active_power"] == [power]


def test_payload_bytes_may_look_like_line_ends(simulate):
    """The data after SKSENDTO are counted, not ended: a transaction 0D0A must not cut it."""
    with simulate() as running, _joined(running) as dongle:
        dongle.frame()
        dongle.send_frame("10810D0A05FF010288016201D700")
        dongle.until(b"OK")
        assert dongle.frame().hex().upper() == "10810D0A02880105FF017201D70106"


def test_a_garbled_answer_is_cut_short_and_not_said(simulate):
    faults = {"meter-home-a": Fault(garbled=True)}
    with simulate(faults=faults) as running, _joined(running) as dongle:
        dongle.frame()
        dongle.send_frame("1081000105FF010288016201E700")
        answer = dongle.frame()
    assert len(answer) == 12 + 2 + answer[13] - 1
    assert running.said() == []


def test_a_late_answer_arrives_and_is_said(simulate):
    faults = {"meter-home-a": Fault(delay_s=0.05)}
    with simulate(faults=faults) as running, _joined(running) as dongle:
        dongle.frame()
        dongle.send_frame("1081000105FF010288016201E800")
        assert dongle.frame()[10] == 0x72
    assert [s["quantity"] for s in running.said()] == ["current_r", "current_t"]


def test_the_meter_announces_the_half_hour_by_itself(simulate):
    """The clock stands a moment before noon, so that half past never gets further away."""
    with simulate(clock=lambda: NOON_US - 100_000) as running, _joined(running) as dongle:
        frames = [dongle.frame(), dongle.frame()]
    announced = next(frame for frame in frames if frame[4:7] == bytes.fromhex("028801"))
    assert announced[10:14].hex().upper() == "7301EA0B"
    assert announced[14:21].hex() == "07ea06100b1e00"  # 2026-06-16 11:30:00
    said = [(one["quantity"], one["said_us"]) for one in running.said()]
    assert set(said) == {("energy_import", NOON_US - 1_800_000_000)}  # what was so at half past


def test_plaintext_from_the_host_is_not_answered(simulate):
    with simulate() as running, _joined(running) as dongle:
        dongle.frame()
        dongle.send_frame("1081000105FF010288016201E700", security=0)
        dongle.until(b"OK")
        assert dongle.lines(1) == []
    assert running.said() == []


def test_a_dongle_set_to_binary_says_so_and_sends_bytes(simulate):
    with simulate() as running, _joined(running) as dongle:
        dongle.frame()
        assert dongle.ask(b"WOPT 00\r") == b"OK\r"
        assert dongle.ask(b"ROPT\r") == b"OK 00\r"
        dongle.send_frame("1081000105FF010288016201D700")
        line = dongle.until(b"ERXUDP")[-1]
        assert line.endswith(bytes.fromhex("1081000102880105FF017201D70106"))
        assert dongle.ask(b"WOPT 01\r") == b"OK\r"


_METER = b"FE80:0000:0000:0000:0221:2301:AB34:CD56"
_EVENT_SENT = b"EVENT 21 " + _METER + b" 0 00"


class _Dongle:
    """The host's side of the serial line, as plain as it can be."""

    def __init__(self, port):
        self._line = serial.Serial(port, 115200, timeout=5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._line.close()

    def ask(self, data):
        self._line.write(data)
        return self._line.read_until(b"\r")

    def command(self, text, ends=b""):
        self._line.write(text.encode() + b"\r\n")
        return self.until(*([ends] if ends else [b"OK", b"FAIL"]))

    def until(self, *ends):
        lines = []
        while not lines or not lines[-1].startswith(ends):
            line = self._line.readline()
            assert line.endswith(b"\r\n"), (lines, line)
            lines.append(line.strip())
        return lines

    def send_frame(self, text, security=1):
        data = bytes.fromhex(text)
        head = b"SKSENDTO 1 " + _METER + f" 0E1A {security} 0 {len(data):04X} ".encode()
        self._line.write(head + data)

    def frame(self):
        """Return the data of the next ECHONET Lite datagram."""
        while True:
            words = self.until(b"ERXUDP")[-1].split()
            if words[3] == b"0E1A":
                return bytes.fromhex(words[-1].decode())

    def lines(self, count):
        """Return what comes within a moment; for showing that nothing does."""
        self._line.timeout = 0.1
        return [line for line in (self._line.readline() for _ in range(count)) if line]


def _joined(running):
    links = running.links("gw-residence")
    secrets = links["secrets"]["wisun-a"]
    dongle = _Dongle(links["links"]["wisun-a"]["port"])
    dongle.command("SKRESET")
    dongle.command("SKSREG SA2 1")
    dongle.command(f"SKSETRBID {secrets['route_b_id']}")
    dongle.command(f"SKSETPWD C {secrets['password']}")
    found = dongle.command("SKSCAN 2 FFFFFFFF 6 0", ends=b"EVENT 22")
    assert b"EPANDESC" in found
    dongle.command("SKJOIN " + _METER.decode(), ends=b"EVENT 25")
    return dongle
