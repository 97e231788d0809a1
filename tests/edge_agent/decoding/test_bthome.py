import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given
from hypothesis import strategies as st

from area_configs.domain.errors import BadFrame
from edge_agent.decoding import bthome, ibeacon

KEY = bytes.fromhex("231D39C1D7CC1AB1AEE224CD096DB932")
ADDRESS = "54:48:E6:8F:80:A5"
SEALED = bytes.fromhex("41A47266C95F730011223378237214")


def _values(packet):
    return {number: float(value) for number, value in packet.objects}


def test_the_published_packets():
    assert _values(bthome.parse(bytes.fromhex("4002CA0903BF13"))) == {2: 25.06, 3: 50.55}
    sealed = bthome.parse(SEALED, KEY, ADDRESS)
    assert _values(sealed) == {2: 25.06, 3: 50.55}
    assert sealed.counter == 0x33221100


@pytest.mark.parametrize(
    ("key", "address", "data"),
    [
        (b"", ADDRESS, SEALED),
        (KEY[::-1], ADDRESS, SEALED),
        (KEY, "54:48:E6:8F:80:A6", SEALED),
        (KEY, ADDRESS, SEALED[:-1] + b"\0"),
        (KEY, ADDRESS, SEALED[:3] + b"\0" + SEALED[4:]),
    ],
)
def test_another_key_address_or_byte_opens_nothing(key, address, data):
    with pytest.raises(bthome.BadKey):
        bthome.parse(data, key, address)


def test_packet_ids_events_and_several_of_one_kind():
    packet = bthome.parse(bytes.fromhex("4400073A003A01"))
    assert packet.triggered
    assert packet.packet_id == 7
    assert [packet.value(0x3A, index) for index in range(3)] == [0, 1, None]


def test_a_newer_object_ends_the_packet():
    packet = bthome.parse(bytes.fromhex("40015FEE0102"))
    assert _values(packet) == {1: 95.0}
    assert packet.unread == bytes.fromhex("EE0102")


def test_texts_are_passed_over():
    assert _values(bthome.parse(bytes.fromhex("40530348656C015F"))) == {1: 95.0}


@pytest.mark.parametrize("text", ["", "20015F", "4002CA", "405305", "4053", "41001122", "41"])
def test_damaged_packets_are_refused(text):
    with pytest.raises(BadFrame):
        bthome.parse(bytes.fromhex(text), KEY, ADDRESS)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_packet_or_a_bad_frame(data):
    try:
        packet = bthome.parse(data, KEY, ADDRESS)
    except BadFrame:
        return
    assert all(value.is_finite() for _, value in packet.objects)


@given(st.integers(0, 2**32 - 1), st.integers(-(2**15), 2**15 - 1))
def test_what_was_sealed_is_opened(counter, hundredths):
    plain = b"\x02" + hundredths.to_bytes(2, "little", signed=True)
    tail = counter.to_bytes(4, "little")
    nonce = bytes.fromhex(ADDRESS.replace(":", "")) + bytes.fromhex("D2FC41") + tail
    sealed = AESCCM(KEY, tag_length=4).encrypt(nonce, plain, None)
    packet = bthome.parse(b"\x41" + sealed[:-4] + tail + sealed[-4:], KEY, ADDRESS)
    assert packet.counter == counter
    assert packet.value(2, 0) * 100 == hundredths


def test_the_published_beacon():
    beacon = ibeacon.parse(bytes.fromhex("0215F7826DA64FA24E988024BC5B71E0893E00010002C5"))
    assert beacon.address == "ibeacon:f7826da6-4fa2-4e98-8024-bc5b71e0893e/1/2"
    assert beacon.power_dbm == -59


@given(st.binary(max_size=30))
def test_any_bytes_are_a_beacon_or_a_bad_frame(data):
    try:
        beacon = ibeacon.parse(data)
    except BadFrame:
        return
    assert data[:2] == b"\x02\x15"
    assert beacon.major * 65536 + beacon.minor == int.from_bytes(data[18:22], "big")
