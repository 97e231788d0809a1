"""The pairing agent: says yes to BlueZ for the one device that an operator lets in, no to all others.

Source: BlueZ doc/org.bluez.Agent.rst and org.bluez.AgentManager.rst. It is the default agent of the
system for as long as one pairing takes, and not there at all otherwise.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

from bleak.exc import BleakError
from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_PATH, _AGENT = "/smartarea/pairing", "org.bluez.Agent1"
_BLUEZ, _MANAGER = "org.bluez", "org.bluez.AgentManager1"
_REJECTED = "org.bluez.Error.Rejected"
_NOTICES = ("Release", "Cancel")
_CONSENTS = ("RequestAuthorization", "AuthorizeService")  # Just Works; a service of a device


class Refused(Exception):
    """An object of BlueZ's may not pair; the agent tells BlueZ so."""


class PairingAgent:
    """`org.bluez.Agent1`: nothing is confirmed or shown, as there is nobody to look at it.

    Args:
        address: Bluetooth address of the device that may pair.
        may: asked at each request, as the operator's window may have closed meanwhile.
        pin: the passkey that stands on the device, six digits; empty where it has none.
    """

    def __init__(self, address: str, may: Callable[[], bool], pin: str = "") -> None:
        self._name = "dev_" + address.upper().replace(":", "_")
        self._may = may
        self._pin = pin
        self.refused: list[str] = []

    @property
    def capability(self) -> str:
        """Return what BlueZ may ask: a passkey, which nobody in between can know, or nothing."""
        return "KeyboardOnly" if self._pin else "NoInputNoOutput"

    def answer(self, request: str, device: str) -> tuple[str, list[Any]]:
        """Return the signature and body of the answer to one of BlueZ's requests.

        Raises:
            Refused: the device is another one, the window has closed, or nobody can answer that.
        """
        if request in _NOTICES:
            return "", []
        known = device.rsplit("/", 1)[-1] == self._name and self._may()
        if known and request in _CONSENTS:
            return "", []
        if known and request == "RequestPasskey" and self._pin.isdecimal():
            return "u", [int(self._pin)]
        if known and request == "RequestPinCode" and self._pin:
            return "s", [self._pin]
        self.refused.append(device)
        raise Refused(f"no operator lets this device pair now ({request})")


@contextlib.asynccontextmanager
async def consenting(agent: PairingAgent, bus_address: str = "") -> AsyncIterator[None]:
    """Answer BlueZ's questions with an agent, as the default one, while the block runs.

    Args:
        agent: what is answered.
        bus_address: another bus than the system's.

    Raises:
        BleakError: BlueZ cannot be reached or takes no agent.
    """
    bus = MessageBus(bus_address=bus_address or _system_bus(), bus_type=BusType.SYSTEM)
    try:
        await _register(bus, agent)
        yield
    finally:
        bus.disconnect()  # BlueZ forgets the agent of whoever is gone


async def _register(bus: MessageBus, agent: PairingAgent) -> None:
    def asked(message: Message) -> Message | None:
        ours = message.path == _PATH and message.interface == _AGENT
        return _reply(agent, message) if ours else None

    try:
        await bus.connect()
        bus.add_message_handler(asked)
        await _told(bus, "RegisterAgent", "os", [_PATH, agent.capability])
        await _told(bus, "RequestDefaultAgent", "o", [_PATH])
    except (OSError, DBusError, EOFError) as error:
        raise BleakError(f"BlueZ takes no pairing agent: {error}") from error


def _reply(agent: PairingAgent, message: Message) -> Message:
    device = str(message.body[0]) if message.body else ""
    try:
        signature, body = agent.answer(str(message.member), device)
    except Refused as refusal:
        return Message.new_error(message, _REJECTED, str(refusal))
    return Message.new_method_return(message, signature, body)


async def _told(bus: MessageBus, method: str, signature: str, body: list[str]) -> None:
    reply = await bus.call(
        Message(_BLUEZ, "/org/bluez", _MANAGER, method, signature=signature, body=body)
    )
    if reply.message_type is MessageType.ERROR:
        raise DBusError(_REJECTED, f"{method}: {reply.body[0] if reply.body else 'refused'}")


def _system_bus() -> str | None:
    return os.environ.get("DBUS_SYSTEM_BUS_ADDRESS")
