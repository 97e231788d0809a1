"""Gateways: when each last spoke, and up to where its log has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select

from platform_hub.server.store import writer
from platform_hub.server.store.engines import upsert
from platform_hub.server.store.tables import ahead, gateway, lane, loss

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_hub.server.store.database import Transaction
    from platform_hub.wire.losses import Loss


_AHEAD = lane.outerjoin(
    ahead, (ahead.c.gateway == lane.c.gateway) & (ahead.c.epoch == lane.c.epoch)
)
_ARRIVED = (
    select(lane.c.upto, ahead.c.first_seq, ahead.c.last_seq)
    .select_from(_AHEAD)
    .where(lane.c.gateway == bindparam("name"), lane.c.epoch == bindparam("number"))
    .order_by(ahead.c.first_seq)
)
SPOKE = "gateway "  # what listeners are told, before the gateway's id


class Sighting(NamedTuple):
    """A gateway as it last spoke; `acknowledged` is the watermark of its current epoch.

    `lost` counts the readings that it said can never come, of all its epochs.
    """

    id: str
    epoch: int
    last_seen_us: int
    backlog: int
    acknowledged: int
    lost: int


class Arrived(NamedTuple):
    """Sequence numbers of one (gateway, epoch): all up to `upto`, and the runs ahead of it."""

    upto: int = 0
    ahead: tuple[tuple[int, int], ...] = ()


def arrived(transaction: Transaction, name: str, epoch: int) -> Arrived:
    """Return what has arrived; nothing where the gateway never spoke."""
    rows = transaction.execute(_ARRIVED, {"name": name, "number": epoch}).all()
    runs = tuple((row.first_seq, row.last_seq) for row in rows if row.first_seq is not None)
    return Arrived(rows[0].upto if rows else 0, runs)


def save_arrived(
    transaction: Transaction, name: str, epoch: int, before: Arrived, state: Arrived
) -> None:
    """Put what has arrived of one (gateway, epoch) in the place of what had before."""
    key = {"gateway": name, "epoch": epoch}
    upsert(transaction, lane, [key | {"upto": state.upto}], ["upto"])
    if state.ahead == before.ahead:
        return
    transaction.execute(delete(ahead).where(ahead.c.gateway == name, ahead.c.epoch == epoch))
    runs = [key | {"first_seq": first, "last_seq": last} for first, last in state.ahead]
    if runs:
        transaction.execute(insert(ahead), runs)


def saw(transaction: Transaction, name: str, epoch: int, now_us: int, backlog: int) -> None:
    """Note that a gateway spoke, and hold its lanes until the job ends; listeners are told."""
    row = {"id": name, "epoch": epoch, "last_seen_us": now_us, "backlog": backlog}
    upsert(transaction, gateway, [row], ["epoch", "last_seen_us", "backlog"])
    writer.tell(transaction, f"{SPOKE}{name}")


def sightings(transaction: Transaction) -> dict[str, Sighting]:
    """Return every gateway that ever spoke, by id."""
    joined = gateway.outerjoin(
        lane, (lane.c.gateway == gateway.c.id) & (lane.c.epoch == gateway.c.epoch)
    )
    rows = transaction.execute(select(gateway, lane.c.upto).select_from(joined))
    by_gateway = select(loss.c.gateway, func.sum(loss.c.readings)).group_by(loss.c.gateway)
    losses = {name: int(count) for name, count in transaction.execute(by_gateway)}
    return {
        row.id: Sighting(
            row.id, row.epoch, row.last_seen_us, row.backlog, row.upto or 0, losses.get(row.id, 0)
        )
        for row in rows
    }


def lose(transaction: Transaction, name: str, epoch: int, losses: Iterable[Loss]) -> None:
    """Note losses; one that was noted before stays as it is."""
    rows = [{"gateway": name, "epoch": epoch} | msgspec.structs.asdict(one) for one in losses]
    upsert(transaction, loss, rows)
    writer.tell(transaction, f"{SPOKE}{name}")
