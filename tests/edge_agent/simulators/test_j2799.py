"""Vehicle telegrams: the published vectors, and every damage that a dispenser must notice."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.simulators.j2799 import FCS, BadVehicleFrame, Telegram, decode, frame

DYNA = Telegram(119.0, "H70", "Dyna", 25.1, 234.0)
HALT = Telegram(119.0, "H70", "Halt", 50.0, 273.0)


def test_a_payload_is_66_bytes():
    assert len(DYNA.payload()) == 66
    assert DYNA.payload() == (b"|ID=SAE J2799|VN=01.00|TV=0119.0|RT=H70|FC=Dyna|MP=025.1|MT=234.0|")


@pytest.mark.parametrize(
    ("name", "check", "dyna", "halt"),
    [
        ("X-25", 0x906E, 0x5229, 0xA982),
        ("MCRF4XX", 0x6F91, 0xADD6, 0x567D),
        ("KERMIT", 0x2189, 0xC07D, 0x3BD6),
    ],
)
def test_each_check_sequence_gives_its_published_numbers(name, check, dyna, halt):
    assert FCS[name].of(b"123456789") == check
    assert FCS[name].of(DYNA.payload()) == dyna
    assert FCS[name].of(HALT.payload()) == halt


def test_the_low_byte_goes_first_and_special_bytes_are_hidden():
    assert HALT.encode().endswith(bytes.fromhex("82A9C1"))
    assert HALT.encode().startswith(b"\xff" * 5 + b"\xc0|ID=")
    hidden = frame(bytes.fromhex("FFC0C17D"))
    assert hidden[6:14] == bytes.fromhex("7DDF7DE07DE17D5D")


@pytest.mark.parametrize("fcs", FCS)
@given(
    volume=st.floats(0, 5000),
    pressure=st.floats(0, 100),
    temperature=st.floats(16, 425),
    option=st.text("abcXYZ 0123456789=", max_size=74),
)
def test_what_is_said_is_heard(fcs, volume, pressure, temperature, option):
    said = Telegram(volume, "H35", "Stat", pressure, temperature, option.strip())
    heard = decode(said.encode(fcs), fcs)
    assert heard.payload() == said.payload()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (DYNA.encode()[:-1], "begin with C0"),
        (DYNA.encode().replace(b"025.1", b"025.2"), "check sequence"),
        (frame(DYNA.payload().replace(b"Dyna", b"Dine")), "none of"),
        (frame(DYNA.payload().replace(b"025.1", b"125.1")), "MP is 125.1"),
        (frame(DYNA.payload().replace(b"234.0", b"nan.0")), "missing or no number"),
        (frame(DYNA.payload().replace(b"MT=", b"XX=")), "missing"),
        (frame(DYNA.payload().replace(b"J2799", b"J2601")), "not of SAE J2799"),
        (DYNA.encode("KERMIT"), "check sequence"),
        (b"", "begin with C0"),
    ],
)
def test_a_dispenser_does_not_act_on_a_bad_frame(data, words):
    with pytest.raises(BadVehicleFrame, match=words):
        decode(data)


@given(st.binary(max_size=120))
def test_any_bytes_are_a_telegram_or_refused(data):
    for one in (data, frame(data)):
        with contextlib.suppress(BadVehicleFrame):
            decode(one)
