"""A device that speaks SMP and swaps images as MCUboot does, in memory, by the protocol library."""

from __future__ import annotations

import hashlib
import itertools

import cbor2
from smp.header import Header
from smpclient.transport import SMPTransport, SMPTransportDisconnected

from firmware_tools.firmware import mcuboot_image

_OS, _IMAGE = 0, 1
_ECHO, _RESET, _PARAMETERS = 0, 5, 6
_STATE, _UPLOAD = 0, 1


class Board:
    """Two slots; a test image runs once, and stays only if it is confirmed."""

    def __init__(self, folder, first: bytes) -> None:
        self.folder = folder
        self.slots = [first, b""]
        self.confirmed, self.pending = True, False
        self.buffer, self.length, self.sha = b"", 0, b""
        self.resets = self.messages = 0
        self.cut_at: set[int] = set()  # numbers of messages at which the link is cut
        self.sick = False
        self.dead = False

    def reset(self) -> None:
        self.resets += 1
        if self.pending or not self.confirmed:
            self.slots.reverse()
        self.confirmed, self.pending = not self.pending, False

    def answer(self, group: int, command: int, writes: bool, said: dict) -> dict:
        if group == _OS:
            return self._os(command, said)
        if command == _UPLOAD:
            return self._upload(said)
        if writes:
            self._mark(said)
        return {"images": list(self._images()), "splitStatus": 0}

    def _os(self, command, said):
        if command == _ECHO:
            return {"r": "sick" if self.sick and not self.confirmed else said["d"]}
        if command == _RESET:
            self.reset()
            return {}
        return {"buf_size": 512, "buf_count": 2}

    def _upload(self, said):
        if said["off"] == 0 and said.get("sha") != self.sha:
            self.buffer, self.length, self.sha = b"", said["len"], said["sha"]
        elif said["off"] == 0:
            return {"off": len(self.buffer)}  # it remembers: go on from here
        if said["off"] == len(self.buffer):
            self.buffer += said["data"]
        if len(self.buffer) == self.length:
            self.slots[1] = self.buffer
            return {"off": self.length, "match": hashlib.sha256(self.buffer).digest() == self.sha}
        return {"off": len(self.buffer)}

    def _mark(self, said):
        digests = [self._read(slot).digest for slot in self.slots]
        if said.get("confirm"):
            self.confirmed = True
        elif said["hash"] == digests[1]:
            self.pending = True

    def _images(self):
        for number, content in enumerate(self.slots):
            if not content:
                continue
            image = self._read(content)
            version = ".".join(map(str, image.version[:3]))
            active = number == 0
            yield {
                "slot": number,
                "image": 0,
                "version": version,
                "hash": image.digest,
                "bootable": True,
                "pending": self.pending and not active,
                "confirmed": self.confirmed and active,
                "active": active,
                "permanent": False,
            }

    def _read(self, content):
        file = self.folder / "slot.bin"
        file.write_bytes(content)
        return mcuboot_image.read(file)


class Link(SMPTransport):
    """A way to the board that may be cut at any message."""

    count = itertools.count()

    def __init__(self, board: Board) -> None:
        self._board = board

    async def connect(self, address: str, timeout_s: float) -> None:  # noqa: ARG002 - the protocol's
        if self._board.dead:
            raise TimeoutError("nobody")

    async def disconnect(self) -> None:
        pass

    async def send_and_receive(self, data: bytes) -> bytes:
        board = self._board
        board.messages += 1
        if board.dead or board.messages in board.cut_at:
            raise SMPTransportDisconnected("the link was cut")
        header = Header.loads(data[: Header.SIZE])
        said = cbor2.loads(data[Header.SIZE :])
        writes = header.op.value in {2, 3}
        body = cbor2.dumps(board.answer(header.group_id, int(header.command_id), writes, said))
        answer = Header(
            op=type(header.op)(header.op.value + 1),
            version=header.version,
            flags=header.flags,
            length=len(body),
            group_id=header.group_id,
            sequence=header.sequence,
            command_id=header.command_id,
        )
        return answer.BYTES + body

    @property
    def mtu(self) -> int:
        return 512
