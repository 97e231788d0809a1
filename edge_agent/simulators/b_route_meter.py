"""A Wi-SUN dongle on a pseudo-terminal (SKSTACK-IP, BP35C2 dialect) with a smart meter in reach."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from edge_agent.simulators.echonet_frames import Frame, parse
from edge_agent.simulators.faults import HEALTHY, Fault
from edge_agent.simulators.pty_port import PtyPort

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from edge_agent.simulators.ledger import Ledger, Said
    from edge_agent.simulators.links_file import Secrets
    from edge_agent.simulators.meter_node import MeterNode

DONGLE_MAC, METER_MAC = "001D129012345678", "00212301AB34CD56"
_CHANNEL, _PAN, _LQI = "21", "8888", "A7"
_ECHONET, _PANA = "0E1A", "02CC"
_PLAINTEXT = "0"

UNSUPPORTED, BAD_ARGUMENT, BAD_SYNTAX, NOT_NOW = "ER04", "ER05", "ER06", "ER10"

_HALF_HOUR_US = 30 * 60 * 1_000_000


@dataclass(slots=True)
class _Registers:
    """What SKRESET puts back."""

    route_b_id: str = ""
    password: str = ""
    echo: bool = True
    with_lqi: bool = False
    joined: bool = False
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Command:
    """A command: how it runs, and how many arguments it takes."""

    run: Callable[[list[str]], None]
    arguments: tuple[int, ...] = (0,)


class WiSunDongle:
    """The dongle: takes SKSTACK commands, and carries ECHONET Lite frames to its meter.

    Scanning and joining take no time here; on air they take 15 to 60 seconds.

    Args:
        path: where the serial port appears.
        meter: the meter in reach, None where there is none.
        secrets: what the meter accepts.
        ledger: where the meter's answers are noted.
        clock: microseconds since 1970-01-01 UTC.
        faults: by device id.
    """

    def __init__(
        self,
        path: Path,
        *,
        meter: MeterNode | None,
        secrets: Secrets,
        ledger: Ledger,
        clock: Callable[[], int],
        faults: Mapping[str, Fault],
    ) -> None:
        self._meter = meter
        self._secrets = secrets
        self._ledger = ledger
        self._clock = clock
        self._faults = faults
        self._commands = self._known()
        self._registers = _Registers()
        self._air_time_spent = False
        self._ascii = True  # WOPT is kept in flash: SKRESET does not touch it
        self._heard = b""
        self._loop = asyncio.get_running_loop()
        self._late: set[asyncio.TimerHandle] = set()
        self._port = PtyPort(path, self._hear)
        self._wait_for_half_hour()

    def close(self) -> None:
        """Close the port, and forget what was still to be said."""
        for handle in self._late:
            handle.cancel()
        self._port.close()

    def announce(self, frame: Frame) -> bool:
        """Let the meter announce a frame; nobody hears it before the dongle has joined."""
        return self._registers.joined and self._deliver(_ECHONET, frame.encode(), "1")

    def limit_air_time(self, *, spent: bool) -> None:
        """Let the module say that it has sent for as long as the rules allow, or that it may again."""
        self._air_time_spent = spent
        self._event("32" if spent else "33")

    # ------------------------------------------------------------ commands

    def _known(self) -> dict[str, _Command]:
        return {
            "ROPT": _Command(self._ropt),
            "WOPT": _Command(self._wopt, (1,)),
            "SKVER": _Command(self._version),
            "SKAPPVER": _Command(self._application),
            "SKRESET": _Command(self._reset),
            "SKINFO": _Command(self._info),
            "SKSREG": _Command(self._register, (1, 2)),
            "SKSETRBID": _Command(self._set_id, (1,)),
            "SKSETPWD": _Command(self._set_password, (2,)),
            "SKSCAN": _Command(self._scan, (4,)),
            "SKLL64": _Command(self._link_local, (1,)),
            "SKJOIN": _Command(self._join, (1,)),
            "SKTERM": _Command(self._terminate),
        }

    def _hear(self, data: bytes) -> None:
        self._heard = (self._heard + data).lstrip(b"\r\n")
        while (cut := _command_end(self._heard)) is not None:
            command, self._heard = self._heard[:cut], self._heard[cut:].lstrip(b"\r\n")
            self._obey(command)

    def _obey(self, command: bytes) -> None:
        name, *_ = command.split(b" ", 1)
        if name == b"SKSENDTO":
            self._send_to(command)
            return
        text = command.decode("ascii", "replace").strip()
        words = text.split()
        if self._registers.echo and words[0] not in ("ROPT", "WOPT"):
            self._line(text)
        self._run(words[0], words[1:])

    def _run(self, name: str, arguments: list[str]) -> None:
        known = self._commands.get(name)
        if known is None:
            self._fail(UNSUPPORTED)
        elif len(arguments) not in known.arguments:
            self._fail(BAD_SYNTAX)
        else:
            known.run(arguments)

    def _ropt(self, _arguments: list[str]) -> None:
        self._say(b"OK 01\r" if self._ascii else b"OK 00\r")

    def _wopt(self, arguments: list[str]) -> None:
        if arguments[0] not in ("00", "01"):
            self._fail(BAD_ARGUMENT)
            return
        self._ascii = arguments[0] == "01"
        self._say(b"OK\r")

    def _version(self, _arguments: list[str]) -> None:
        self._lines("EVER 1.5.2", "OK")

    def _application(self, _arguments: list[str]) -> None:
        self._lines("EAPPVER rev26e", "OK")

    def _reset(self, _arguments: list[str]) -> None:
        self._registers = _Registers()
        self._line("OK")

    def _info(self, _arguments: list[str]) -> None:
        values = self._registers.values
        channel, pan = values.get("S2", _CHANNEL), values.get("S3", "FFFF")
        self._lines(f"EINFO {_address(DONGLE_MAC)} {DONGLE_MAC} {channel} {pan} 0", "OK")

    def _register(self, arguments: list[str]) -> None:
        register, *value = arguments
        if not value:
            self._lines(f"ESREG {self._registers.values.get(register, '0')}", "OK")
            return
        self._registers.values[register] = value[0]
        self._registers.echo = self._registers.values.get("SFE", "1") != "0"
        self._registers.with_lqi = self._registers.values.get("SA2", "0") != "0"
        self._line("OK")

    def _set_id(self, arguments: list[str]) -> None:
        if len(arguments[0]) != 32:
            self._fail(BAD_SYNTAX)
            return
        self._registers.route_b_id = arguments[0]
        self._line("OK")

    def _set_password(self, arguments: list[str]) -> None:
        length, password = arguments
        if not _is_hex(length) or int(length, 16) != len(password) or len(password) > 32:
            self._fail(BAD_SYNTAX)
            return
        self._registers.password = password
        self._line("OK")

    def _scan(self, _arguments: list[str]) -> None:
        """Find the meter whose pairing id, the last eight characters of the id, is ours."""
        self._line("OK")
        pair = self._registers.route_b_id[-8:]
        if self._meter is not None and pair == self._secrets.route_b_id[-8:]:
            self._event("20", METER_MAC)
            self._lines("EPANDESC", f"  Channel:{_CHANNEL}", "  Channel Page:09")
            self._lines(f"  Pan ID:{_PAN}", f"  Addr:{METER_MAC}", f"  LQI:{_LQI}", "  Side:0")
            self._line(f"  PairID:{pair}")
        self._event("22", DONGLE_MAC)

    def _link_local(self, arguments: list[str]) -> None:
        if len(arguments[0]) != 16 or not _is_hex(arguments[0]):
            self._fail(BAD_ARGUMENT)
            return
        self._line(_address(arguments[0]))

    def _join(self, arguments: list[str]) -> None:
        """PANA: a request of the meter, then accepted (25) or refused (24)."""
        if self._meter is None or arguments[0] != _address(METER_MAC):
            self._line("OK")
            self._event("24")
            return
        self._line("OK")
        self._event("21", parameter="00")
        # PANA header (RFC 5191, 6.2) of an authentication request: length 16, flags R and S
        self._deliver(_PANA, bytes.fromhex("00000010C00000020000000100000001"), _PLAINTEXT)
        given = (self._registers.route_b_id, self._registers.password)
        self._registers.joined = given == (self._secrets.route_b_id, self._secrets.password)
        self._event("25" if self._registers.joined else "24")
        if self._registers.joined:
            self.announce(self._meter.instance_list())

    def _terminate(self, _arguments: list[str]) -> None:
        if not self._registers.joined:
            self._fail(NOT_NOW)
            return
        self._line("OK")
        self._event("21", parameter="00")
        self._registers.joined = False
        self._event("27")

    # ------------------------------------------------------------ frames

    def _send_to(self, command: bytes) -> None:
        """SKSENDTO handle address port sec side length data: the data are binary."""
        *head, data = command.split(b" ", 7)
        words = [word.decode("ascii", "replace") for word in head]
        if self._registers.echo:
            self._line(" ".join(words))
        _, _handle, address, port, security, *_ = words
        reached = self._registers.joined and address == _address(METER_MAC)
        reached = reached and not self._air_time_spent
        self._event("21", parameter="00" if reached else "01")
        self._line("OK")
        if reached and port == _ECHONET and security != _PLAINTEXT:
            self._ask_meter(data)

    def _ask_meter(self, data: bytes) -> None:
        request = parse(data)
        if self._meter is None or request is None:
            return
        fault = self._faults.get(self._meter.device.id, HEALTHY)
        if fault.silent:
            return
        if fault.delay_s:
            self._later(fault.delay_s, partial(self._answer, self._meter, request, fault))
        else:
            self._answer(self._meter, request, fault)

    def _answer(self, meter: MeterNode, request: Frame, fault: Fault) -> None:
        answer, said = meter.answer(request, self._clock())
        if answer is None:
            return
        data = answer.encode()
        self._hand_over(data[:-1] if fault.garbled else data, [] if fault.garbled else said)

    def _hand_over(self, data: bytes, said: list[Said]) -> None:
        said_us = self._clock()  # before the port has it: nobody hears it earlier than it was said
        if self._deliver(_ECHONET, data, "1"):
            self._ledger.write(said, said_us)

    def _wait_for_half_hour(self) -> None:
        left_us = _HALF_HOUR_US - self._clock() % _HALF_HOUR_US
        self._later(left_us / 1e6, self._half_hour)

    def _half_hour(self) -> None:
        self.say_half_hour()
        self._wait_for_half_hour()

    def say_half_hour(self) -> None:
        """Announce the counters of the last half hour; what they mean was so at that instant."""
        if self._meter is None:
            return
        now_us = self._clock()
        frame, said = self._meter.half_hour(now_us)
        if self.announce(frame):
            self._ledger.write(said, now_us - now_us % _HALF_HOUR_US)

    def _later(self, delay_s: float, act: Callable[[], None]) -> None:
        def now() -> None:
            self._late.discard(handle)
            act()

        handle = self._loop.call_later(delay_s, now)
        self._late.add(handle)

    # ------------------------------------------------------------ the port

    def _deliver(self, port: str, data: bytes, security: str) -> bool:
        """Hand a datagram of the meter to the host, as an ERXUDP line."""
        quality = f"{_LQI} " if self._registers.with_lqi else ""
        head = (
            f"ERXUDP {_address(METER_MAC)} {_address(DONGLE_MAC)} {port} {port} {METER_MAC} "
            f"{quality}{security} 0 {len(data):04X} "
        )
        body = data.hex().upper().encode() if self._ascii else data
        return self._say(head.encode() + body + b"\r\n")

    def _event(self, number: str, mac: str = METER_MAC, parameter: str = "") -> None:
        self._line(f"EVENT {number} {_address(mac)} 0 {parameter}".rstrip())

    def _fail(self, code: str) -> None:
        self._line(f"FAIL {code}")

    def _lines(self, *lines: str) -> None:
        for line in lines:
            self._line(line)

    def _line(self, line: str) -> None:
        self._say(line.encode() + b"\r\n")

    def _say(self, data: bytes) -> bool:
        return self._port.write(data)


def _command_end(heard: bytes) -> int | None:
    """Return where the first command ends, None while it is incomplete.

    SKSENDTO's data are binary and have no line end: the length field before them counts.
    """
    if heard.startswith(b"SKSENDTO "):
        parts = heard.split(b" ", 7)
        if len(parts) < 8:
            return None
        length = int(parts[6], 16) if _is_hex(parts[6].decode("ascii", "replace")) else 0
        end = len(heard) - len(parts[7]) + length
        return end if end <= len(heard) else None
    end = heard.find(b"\r")
    return None if end < 0 else end + 1


def _address(mac: str) -> str:
    """Return a device's link-local address: its MAC with the universal bit turned (RFC 4291)."""
    turned = f"{int(mac[:2], 16) ^ 0x02:02X}{mac[2:]}".upper()
    return "FE80:0000:0000:0000:" + ":".join(turned[at : at + 4] for at in range(0, 16, 4))


def _is_hex(text: str) -> bool:
    return bool(text) and all(letter in "0123456789abcdefABCDEF" for letter in text)
