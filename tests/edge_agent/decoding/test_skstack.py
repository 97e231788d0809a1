"""Received datagrams as Wi-SUN modules say them."""

from __future__ import annotations

import pytest

from area_configs.domain.errors import BadFrame
from edge_agent.decoding.skstack import ECHONET_PORT, parse_erxudp

METER, US = "FE80:0000:0000:0000:021D:1290:1234:5678", "FE80:0000:0000:0000:021D:1290:0003:C890"
DATA = "1081100202880105FF017202E7040000029CE80400280028"


@pytest.mark.parametrize(
    "line",
    [
        f"ERXUDP {METER} {US} 0E1A 0E1A 001D129012345678 1 0018 {DATA}",  # BP35A1
        f"ERXUDP {METER} {US} 0E1A 0E1A 001D129012345678 1 0 0018 {DATA}",  # BP35C2
        f"ERXUDP {METER} {US} 0E1A 0E1A 001D129012345678 A7 1 0 0018 {DATA}\r\n",  # with SA2
    ],
)
def test_every_module(line):
    datagram = parse_erxudp(line)
    assert (datagram.source, datagram.port, datagram.secured) == (METER, ECHONET_PORT, True)
    assert datagram.data.hex().upper() == DATA


def test_an_unencrypted_datagram():
    line = f"ERXUDP {METER} {US} 0E1A 0E1A 001D129012345678 A7 0 0 0018 {DATA}"
    assert not parse_erxudp(line).secured


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "field 0: the line does not begin with ERXUDP"),
        ("EVENT 21 FE80::1 00", "field 0: the line does not begin with ERXUDP"),
        (f"ERXUDP {METER} {US} 0E1A", "field 4: an ERXUDP line has 9, 10 or 11 fields"),
        (f"ERXUDP {METER} {US} 0E1A 0E1A 00 1 0019 {DATA}", "field 7: 25 bytes are announced, 24"),
        (f"ERXUDP {METER} {US} 0E1A 0E1A 00 1 0018 {DATA[:-1]}", "field 8: .* is not hexadecimal"),
        (f"ERXUDP {METER} {US} 0E1A 0E1A 00 1 00XX {DATA}", "field 7: '00XX' is not hexadecimal"),
    ],
)
def test_a_damaged_line_names_the_field(line, words):
    with pytest.raises(BadFrame, match=words):
        parse_erxudp(line)
