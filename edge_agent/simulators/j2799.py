"""SAE J2799 frames: what a vehicle tells a dispenser over infrared, every 100 ms.

Simulators and fault injection only: the dispenser's own controller owns that link in the field.
A frame is FF extra begins, C0, payload, FCS, C1; FF C0 C1 7D inside are sent as 7D and the byte
XOR 20. Which 16-bit FCS the standard prints is not publicly known: it is a parameter here,
CRC-16/X-25 (IrLAP's own) unless told otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

FcsName = Literal["X-25", "MCRF4XX", "KERMIT"]
Receptacle = Literal["H25", "H35", "H50", "H70"]
VehicleCommand = Literal["Dyna", "Stat", "Halt", "Abort"]

_EXTRA_BEGINS = b"\xff" * 5
_BEGIN, _END, _ESCAPE, _TURN = 0xC0, 0xC1, 0x7D, 0x20
_HIDDEN = frozenset({0xFF, _BEGIN, _END, _ESCAPE})
_RECEPTACLES = ("H25", "H35", "H50", "H70")
_COMMANDS = ("Dyna", "Stat", "Halt", "Abort")
_LONGEST_OPTION = 74


class Fcs(NamedTuple):
    """One CRC-16 with the reflected CCITT polynomial 0x8408: its begin and its last XOR."""

    begin: int
    turn: int

    def of(self, data: bytes) -> int:
        """Return the check sequence of some bytes."""
        crc = self.begin
        for byte in data:
            crc ^= byte
            for _ in range(8):
                crc = (crc >> 1) ^ 0x8408 if crc & 1 else crc >> 1
        return crc ^ self.turn


FCS: Mapping[FcsName, Fcs] = MappingProxyType(
    {"X-25": Fcs(0xFFFF, 0xFFFF), "MCRF4XX": Fcs(0xFFFF, 0), "KERMIT": Fcs(0, 0)}
)


class BadVehicleFrame(ValueError):
    """A frame that a dispenser must not act on; says why."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """One telegram of a vehicle.

    Attributes:
        volume: tank volume in litres, 0 to 5000.
        receptacle: pressure class of the receptacle.
        command: what the vehicle asks for.
        pressure: of the tank in MPa, 0 to 100.
        temperature: of the gas in K, 16 to 425.
        option: free text without `|`, at most 74 characters.
    """

    volume: float
    receptacle: Receptacle
    command: VehicleCommand
    pressure: float
    temperature: float
    option: str = ""

    def payload(self) -> bytes:
        """Return the text of the telegram; BadVehicleFrame where a field is out of its range."""
        for name, value, low, high in (
            ("TV", self.volume, 0.0, 5000.0),
            ("MP", self.pressure, 0.0, 100.0),
            ("MT", self.temperature, 16.0, 425.0),
        ):
            if not low <= value <= high:
                raise BadVehicleFrame(f"{name} is {value:g}: expected {low:g} to {high:g}")
        if "|" in self.option or len(self.option) > _LONGEST_OPTION:
            raise BadVehicleFrame(f"OD has {len(self.option)} characters or a |")
        option = f"OD={self.option}|" if self.option else ""
        return (
            f"|ID=SAE J2799|VN=01.00|TV={self.volume:06.1f}|RT={self.receptacle}"
            f"|FC={self.command}|MP={self.pressure:05.1f}|MT={self.temperature:05.1f}|{option}"
        ).encode("ascii")

    def encode(self, fcs: FcsName = "X-25") -> bytes:
        """Return the frame as it goes over the air."""
        return frame(self.payload(), fcs)


def frame(payload: bytes, fcs: FcsName = "X-25") -> bytes:
    """Return any payload as a frame, also one that no vehicle should send."""
    body = payload + FCS[fcs].of(payload).to_bytes(2, "little")
    hidden = b"".join(bytes([_ESCAPE, b ^ _TURN]) if b in _HIDDEN else bytes([b]) for b in body)
    return _EXTRA_BEGINS + bytes([_BEGIN]) + hidden + bytes([_END])


def decode(data: bytes, fcs: FcsName = "X-25") -> Telegram:
    """Return the telegram of one frame.

    Raises:
        BadVehicleFrame: not whole, damaged, or with a field that is missing or out of its range.
    """
    plain = data.lstrip(b"\xff")
    if len(plain) < 4 or plain[0] != _BEGIN or plain[-1] != _END:
        raise BadVehicleFrame("it does not begin with C0 and end with C1")
    body = _shown(plain[1:-1])
    payload, check = body[:-2], int.from_bytes(body[-2:], "little")
    if len(body) < 2 or FCS[fcs].of(payload) != check:
        raise BadVehicleFrame("its check sequence is wrong")
    return _telegram(payload)


def _shown(hidden: bytes) -> bytes:
    shown, turn = bytearray(), False
    for byte in hidden:
        if turn:
            shown.append(byte ^ _TURN)
            turn = False
        elif byte == _ESCAPE:
            turn = True
        else:
            shown.append(byte)
    return bytes(shown)


def _telegram(payload: bytes) -> Telegram:
    text = payload.decode("ascii", "replace")
    fields = dict(part.partition("=")[::2] for part in text.strip("|").split("|"))
    if fields.get("ID") != "SAE J2799":
        raise BadVehicleFrame("it is not of SAE J2799")
    try:
        found = Telegram(
            volume=float(fields["TV"]),
            receptacle=_one_of(fields["RT"], _RECEPTACLES),  # type: ignore[arg-type]  # checked
            command=_one_of(fields["FC"], _COMMANDS),  # type: ignore[arg-type]  # checked
            pressure=float(fields["MP"]),
            temperature=float(fields["MT"]),
            option=fields.get("OD", ""),
        )
    except (KeyError, ValueError) as error:
        raise BadVehicleFrame(f"a field is missing or no number: {error}") from error
    found.payload()  # its ranges
    return found


def _one_of(word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise BadVehicleFrame(f"{word!r} is none of {', '.join(known)}")
    return word
