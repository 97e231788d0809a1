"""The audit log: what is in it, and that every kind of tampering is found and placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, update

from platform_hub.server.governance import audit
from platform_hub.server.governance.audit import Deed
from platform_hub.server.governance.identity import HubIdentity
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import audit as stored
from platform_hub.server.store.area_tables import audit as rows
from platform_hub.server.store.area_tables import audit_head
from platform_hub.wire.tokens import BadToken
from tests.platform_hub.server.governance.office import PASSWORD
from tests.platform_hub.server.town import T0

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_hub.server.store.database import Database, Transaction
    from tests.platform_hub.server.governance.office import Office

IDENTITY = HubIdentity()


@pytest.fixture
def log(database: Database) -> Database:
    def fill(transaction: Transaction) -> None:
        for n in range(1, 8):
            audit.record(transaction, Deed(f"user-{n}", "did"), IDENTITY, T0 + n)

    database.write(fill).result()
    return database


def broken(log: Database, kept: stored.Head | None = None) -> list[int]:
    return [one.seq for one in log.read(lambda tx: audit.verify(tx, IDENTITY, kept)).broken]


def changed(seq: int) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        body = tx.scalar(select(rows.c.body).where(rows.c.seq == seq)).replace(b"user", b"nobody")
        tx.execute(update(rows).where(rows.c.seq == seq).values(body=body))

    return work


def rehashed(seq: int) -> Callable[[Transaction], None]:
    """Change an entry and give it the hash of its new content."""

    def work(tx: Transaction) -> None:
        changed(seq)(tx)
        body = tx.scalar(select(rows.c.body).where(rows.c.seq == seq))
        tx.execute(update(rows).where(rows.c.seq == seq).values(hash=audit._hash(body)))

    return work


def removed(seq: int) -> Callable[[Transaction], None]:
    return lambda tx: tx.execute(delete(rows).where(rows.c.seq == seq))


def swapped(tx: Transaction) -> None:
    third, fourth = (e for e in stored.entries(tx) if e.seq in {3, 4})
    tx.execute(delete(rows).where(rows.c.seq.in_([3, 4])))
    for seq, entry in ((3, fourth), (4, third)):
        tx.execute(insert(rows).values(seq=seq, body=entry.body, hash=entry.hash))


def inserted(tx: Transaction) -> None:
    tx.execute(insert(rows).values(seq=8, body=b"{}", hash=audit._hash(b"{}")))


def head_moved(tx: Transaction) -> None:
    tx.execute(delete(rows).where(rows.c.seq == 7))
    last = stored.entries(tx)[-1]
    tx.execute(update(audit_head).values(seq=last.seq, hash=last.hash))


@pytest.mark.parametrize(
    ("tamper", "places"),
    [
        (changed(3), [3]),
        (rehashed(3), [4]),
        (rehashed(7), [0]),
        (removed(3), [4]),
        (removed(1), [2]),
        (removed(7), [0]),
        (swapped, [3, 4, 5]),
        (inserted, [8, 0]),
        (head_moved, [0]),
    ],
)
def test_tampering_is_found_and_placed(
    log: Database, tamper: Callable[[Transaction], None], places: list[int]
) -> None:
    assert broken(log) == []
    log.write(tamper).result()
    assert broken(log) == places


def test_a_kept_head_finds_a_log_that_was_cut_short(log: Database) -> None:
    kept = log.read(stored.head)
    before = log.read(stored.entries)

    def cut(tx: Transaction) -> None:
        tx.execute(delete(rows))
        tx.execute(delete(audit_head))
        for entry in before[:3]:
            audit.record(tx, Deed(f"user-{entry.seq}", "did"), IDENTITY, T0 + entry.seq)

    log.write(cut).result()
    assert broken(log) == []  # by itself it is a sound log
    assert broken(log, kept) == [7]
    with pytest.raises(BadToken):
        audit.parse_head(HubIdentity().sign({"seq": 7}), IDENTITY)


def test_another_key_does_not_sign_it(log: Database) -> None:
    other = HubIdentity()
    log.write(lambda tx: audit.record(tx, Deed("x", "did"), other, T0)).result()
    assert broken(log) == [0]


def test_what_people_do_is_in_it(office: Office) -> None:
    office.ask("GET", "/area/v1/users")
    office.ask("POST", "/area/v1/users", {"name": "eva", "role": "auditor", "password": PASSWORD})
    office.ask("PATCH", "/area/v1/users/eva", {"role": "technician"})
    office.login("eva", "wrong password")
    office.ask("GET", "/area/v1/users", role=Role.AUDITOR)
    office.ask("GET", "/ngsi-ld/v1/entities?local=true")
    found = office.ask("GET", "/area/v1/audit").json()
    told = [(one["who"], one["what"], one["status"]) for one in found]
    manager = "manager:the manager"
    assert told == [
        (manager, "GET /area/v1/users", 200),
        (manager, "POST /area/v1/users", 201),
        (manager, "PATCH /area/v1/users/{name}", 200),
        ("?:eva", "login", 401),
        ("auditor:the auditor", "GET /area/v1/users", 403),
    ]
    assert found[1]["change"] == {"name": "eva", "role": "auditor"}
    assert found[2]["change"]["before"]["role"] == "auditor"
    assert PASSWORD not in str(found)
    page = office.ask("GET", "/area/v1/audit?after=2&limit=1").json()
    assert [one["seq"] for one in page] == [3]


def test_what_gateways_store_is_not_in_it_but_what_people_write_is(office: Office) -> None:
    place = "/ngsi-ld/v1/temporal/entities"
    for role in (Role.GATEWAY, Role.MANAGER):
        office.ask("POST", place, {"id": "no such body"}, role)
    assert [one["who"] for one in office.audited()] == ["manager:the manager"]


def test_an_auditor_verifies_it_over_http(office: Office) -> None:
    for _ in range(3):
        office.ask("GET", "/area/v1/users")
    verdict = office.ask("GET", "/area/v1/audit/verification", role=Role.AUDITOR).json()
    assert (verdict["entries"], verdict["broken"]) == (3, [])
    head = office.ask("GET", "/area/v1/audit/head", role=Role.AUDITOR).json()
    assert head["seq"] == 4  # the look at the verification itself
    office.town.database.write(removed(2)).result()
    verdict = office.ask("GET", "/area/v1/audit/verification", role=Role.AUDITOR).json()
    assert [one["seq"] for one in verdict["broken"]] == [3]


def test_an_open_hub_logs_nobody(serve: Callable[..., object]) -> None:
    town = serve(open_to_all=True)
    assert town.get("/area/v1/users").status_code == 200
    assert town.get("/area/v1/audit").json() == []
