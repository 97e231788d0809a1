"""The audit log: who saw or changed what, each entry sealed by the next, the last one signed.

An entry's hash covers its own number, its content and the hash before it, so that an entry cannot
be changed, taken out or moved without breaking every hash behind it. The head is signed with the
hub's key, which does not stand in the database. Whoever keeps a head elsewhere also finds out when
the newest entries were cut off (`verify-audit --head`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from platform_hub.server.store import audit as stored
from platform_hub.server.store.audit import NO_HEAD, Entry, Head
from platform_hub.wire import timestamps, tokens
from platform_hub.wire.tokens import BadToken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_hub.server.governance.identity import HubIdentity
    from platform_hub.server.store.database import Transaction

SHELL = "shell"  # whoever may write to the hub's folder


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did or looked at.

    Attributes:
        what: method and route, or a word such as `login`.
        target: the path that was asked for.
        status: how it was answered, an HTTP status.
        change: values before and after, where something changed; never a secret.
    """

    who: str
    what: str
    target: str = ""
    status: int = 0
    address: str = ""
    change: Any = None


class Broken(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the log was tampered with, and how that shows; `seq` 0 means the head."""

    seq: int
    reason: str


class Verdict(msgspec.Struct, frozen=True):
    """The outcome of a verification."""

    entries: int
    head: str
    head_at: str
    broken: list[Broken]


def record(transaction: Transaction, deed: Deed, identity: HubIdentity, now_us: int) -> Entry:
    """Append an entry."""
    before = stored.head(transaction, locked=True)
    seq = before.seq + 1
    body = {
        "seq": seq,
        "at": timestamps.to_text(now_us),
        "who": deed.who,
        "what": deed.what,
        "target": deed.target,
        "status": deed.status,
        "address": deed.address,
        "change": deed.change,
        "previous": before.hash,
    }
    data = msgspec.json.encode(body)
    entry = Entry(seq, data, _hash(data))
    stored.append(transaction, entry, _signed(Head(seq, entry.hash, now_us, ""), identity))
    return entry


def verify(transaction: Transaction, identity: HubIdentity, kept: Head | None = None) -> Verdict:
    """Check every entry and the head; at most one fault per entry is named, oldest first.

    Args:
        transaction: where to read.
        identity: the hub's key.
        kept: a head that was kept elsewhere; the log must still hold its entry.
    """
    head = stored.head(transaction)
    broken, last, kept_hash = _chain(stored.every(transaction), kept.seq if kept else 0)
    if (last.seq, last.hash) != (head.seq, head.hash):
        broken.append(Broken(0, f"the log ends at entry {last.seq}, its head says {head.seq}"))
    if head.seq and not _signature_holds(head, identity):
        broken.append(Broken(0, "the head was not signed by this hub"))
    if kept and kept.seq and kept_hash != kept.hash:
        broken.append(Broken(kept.seq, "this entry is not the one of the head that was kept"))
    at = timestamps.to_text(head.at_us) if head.seq else ""
    return Verdict(last.seq, head.signature, at, broken)


def parse_head(signature: str, identity: HubIdentity) -> Head:
    """Read a head that was kept elsewhere.

    Raises:
        BadToken: this hub did not sign it.
    """
    claims = identity.signs(tokens.parse(signature))
    try:
        return Head(int(claims["seq"]), str(claims["hash"]), int(claims["at_us"]), signature)
    except (KeyError, ValueError, TypeError) as error:
        raise BadToken("this is no head of an audit log") from error


def _chain(entries: Iterable[Entry], wanted: int) -> tuple[list[Broken], Entry, str]:
    """Return the faults, the last entry, and the hash of the entry that is wanted."""
    broken: list[Broken] = []
    last, wanted_hash = Entry(NO_HEAD.seq, b"", NO_HEAD.hash), ""
    for entry in entries:
        if reason := _fault(entry, last):
            broken.append(Broken(entry.seq, reason))
        wanted_hash = entry.hash if entry.seq == wanted else wanted_hash
        last = entry
    return broken, last, wanted_hash


def _fault(entry: Entry, last: Entry) -> str:
    try:
        body = msgspec.json.decode(entry.body, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        body = {}
    if _hash(entry.body) != entry.hash:
        return "its content was changed"
    if entry.seq != last.seq + 1:
        return f"entry {last.seq + 1} before it was removed"
    if body.get("seq") != entry.seq:
        return "it was moved here from another place"
    if body.get("previous") != last.hash:
        return f"it does not follow entry {last.seq}: one of the two was replaced"
    return ""


def _signed(head: Head, identity: HubIdentity) -> Head:
    claims = {"seq": head.seq, "hash": head.hash, "at_us": head.at_us}
    return head._replace(signature=identity.sign(claims))


def _signature_holds(head: Head, identity: HubIdentity) -> bool:
    try:
        return parse_head(head.signature, identity)[:3] == head[:3]
    except BadToken:
        return False


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
