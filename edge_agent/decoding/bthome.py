"""BTHome version 2: sensors that broadcast their values, plainly or encrypted (bthome.io/format)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from area_configs.domain.errors import BadFrame

SERVICE = "fcd2"
PACKET_ID = 0x00

_ENCRYPTED, _TRIGGERED = 0x01, 0x04
_UUID = bytes.fromhex("D2FC")
_COUNTER, _TAG = 4, 4
_VARIABLE = {0x53, 0x54}  # text and raw bytes: a length byte, then so many


class BadKey(BadFrame):
    """The bind key does not open the packet: it is another device's, or somebody forged it."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What one broadcast says.

    Attributes:
        objects: object id and value in the unit of the format, in the order sent.
        counter: its replay counter, None where it is not encrypted.
        triggered: the device sends when something happens, not every so often.
        unread: bytes from the first object that is not known on.
    """

    objects: tuple[tuple[int, Decimal], ...]
    counter: int | None = None
    triggered: bool = False
    unread: bytes = b""

    @property
    def packet_id(self) -> int | None:
        """Return the number that repeats with each repetition of a packet."""
        return next((int(value) for number, value in self.objects if number == PACKET_ID), None)

    def value(self, number: int, index: int) -> Decimal | None:
        """Return the value of the n-th object with an id, None where there is none."""
        found = [value for known, value in self.objects if known == number]
        return found[index] if index < len(found) else None


def is_encrypted(data: bytes) -> bool:
    """Tell whether service data need a key."""
    return bool(data) and bool(data[0] & _ENCRYPTED)


def parse(data: bytes, key: bytes = b"", address: str = "") -> Packet:
    """Read the service data of FCD2.

    Args:
        data: what follows the UUID.
        key: 16 bytes, for a packet that is encrypted.
        address: Bluetooth address of the sender, part of the nonce.

    Raises:
        BadKey: the key does not fit; BadFrame: anything else is wrong.
    """
    if not data:
        raise BadFrame("byte 0: the service data are empty")
    if data[0] >> 5 != 2:
        raise BadFrame(f"byte 0: BTHome version {data[0] >> 5}, expected 2")
    triggered = bool(data[0] & _TRIGGERED)
    if not data[0] & _ENCRYPTED:
        objects, unread = _objects(data[1:])
        return Packet(objects, None, triggered, unread)
    plain, counter = _decrypted(data, key, address)
    objects, unread = _objects(plain)
    return Packet(objects, counter, triggered, unread)


def _decrypted(data: bytes, key: bytes, address: str) -> tuple[bytes, int]:
    body = data[1:]
    if len(body) <= _COUNTER + _TAG:
        raise BadFrame(f"byte 1: {len(body)} bytes are too few for counter, tag and a value")
    if len(key) != 16:
        raise BadKey("the packet is encrypted and its device has no bind key")
    cipher, counter, tag = body[: -_COUNTER - _TAG], body[-_COUNTER - _TAG : -_TAG], body[-_TAG:]
    nonce = bytes.fromhex(address.replace(":", "")) + _UUID + data[:1] + counter
    try:
        plain = AESCCM(key, tag_length=_TAG).decrypt(nonce, cipher + tag, None)
    except (InvalidTag, ValueError):
        raise BadKey("the bind key does not open the packet") from None
    return plain, int.from_bytes(counter, "little")


def _objects(data: bytes) -> tuple[tuple[tuple[int, Decimal], ...], bytes]:
    """Ids ascend, so what a newer device says beyond the known ones ends the packet."""
    found: list[tuple[int, Decimal]] = []
    at = 0
    while at < len(data):
        number = data[at]
        if number in _VARIABLE:
            length = data[at + 1] if at + 1 < len(data) else len(data)
            at = _step(data, at, 2 + length)
            continue
        shape = _SHAPES.get(number)
        if shape is None:
            return tuple(found), data[at:]
        end = _step(data, at, 1 + abs(shape[0]))
        raw = int.from_bytes(data[at + 1 : end], "little", signed=shape[0] < 0)
        found.append((number, raw * shape[1]))
        at = end
    return tuple(found), b""


def _step(data: bytes, at: int, length: int) -> int:
    if at + length > len(data):
        raise BadFrame(f"byte {at}: object {data[at]:02X} is cut short")
    return at + length


def _shapes() -> dict[int, tuple[int, Decimal]]:
    """Bytes of each object's number, negative where it is signed, and what one count is worth."""
    one, tenth, hundredth, thousandth = map(Decimal, ("1", "0.1", "0.01", "0.001"))
    millionth = Decimal("0.000001")
    shapes: dict[int, tuple[int, Decimal]] = {}
    for length, unit, numbers in (
        (1, one, (0x00, 0x01, 0x09, *range(0x0F, 0x12), *range(0x15, 0x30), 0x3A, 0x60, 0x64)),
        (-1, one, (0x57, 0x59)),
        (-1, Decimal("0.35"), (0x58,)),
        (1, tenth, (0x46,)),
        (2, one, (0x0D, 0x0E, 0x12, 0x13, 0x3C, 0x3D, 0x40, 0x48, 0x56, 0x61, 0xF0)),
        (2, tenth, (0x41, 0x47, 0x4A, 0x5F)),
        (2, hundredth, (0x03, 0x06, 0x07, 0x14, 0x44, 0x5E)),
        (2, thousandth, (0x0C, 0x43, 0x49, 0x51, 0x52)),
        (-2, one, (0x5A,)),
        (-2, tenth, (0x3F, 0x45)),
        (-2, hundredth, (0x02, 0x08)),
        (-2, thousandth, (0x5D,)),
        (3, one, (0xF2,)),
        (3, hundredth, (0x04, 0x05, 0x0B)),
        (3, thousandth, (0x0A, 0x42, 0x4B)),
        (4, one, (0x3E, 0x50, 0xF1)),
        (4, thousandth, (0x4C, 0x4D, 0x4E, 0x4F, 0x55)),
        (-4, one, (0x5B,)),
        (-4, hundredth, (0x5C,)),
        (-4, millionth, (0x62, 0x63)),
    ):
        shapes.update(dict.fromkeys(numbers, (length, unit)))
    return shapes


_SHAPES = _shapes()
