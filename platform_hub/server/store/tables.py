"""The hub's tables, and the version of their form.

`instance` is keyed by (entity, attribute, time, dataset): the natural key that makes a resend
harmless, in the order that a window of time is read in. An instance's id is computed from that
key, so it needs no column. Names are those of the core context, other names are full IRIs; several
types of one entity are separated by spaces. An entity that was deleted keeps its row, for its
history: `deleted_us` says since when it is gone.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

VERSION = 3
metadata = MetaData()

RowNumber = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows in INTEGER only

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

entity = Table(
    "entity",
    metadata,
    Column("pk", RowNumber, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("modified_us", BigInteger, nullable=False),
    Column("deleted_us", BigInteger),
    UniqueConstraint("tenant", "id"),
    Index("entity_by_type", "tenant", "type", "id"),
)

attribute = Table(
    "attribute",
    metadata,
    Column("pk", RowNumber, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

# What roll-ups do not know of: other datasets, and readings without a number. They are few, and
# this finds them among the many.
UNCOMMON = "dataset <> '' OR num IS NULL"
instance = Table(
    "instance",
    metadata,
    Column("entity_pk", RowNumber, nullable=False),
    Column("attribute_pk", RowNumber, nullable=False),
    Column("observed_us", BigInteger, nullable=False),
    Column("dataset", Text, nullable=False),  # '' is the default instance; NULLs would be distinct
    Column("num", Double),
    Column("body", LargeBinary, nullable=False),
    Column("modified_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("entity_pk", "attribute_pk", "observed_us", "dataset"),
    Index(
        "instance_uncommon",
        "entity_pk",
        "attribute_pk",
        "observed_us",
        sqlite_where=text(UNCOMMON),
        postgresql_where=text(UNCOMMON),
    ),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (observed_us)",  # a table a day: see `partitions`
)

rollup = Table(
    "rollup",
    metadata,
    Column("entity_pk", RowNumber, nullable=False),
    Column("attribute_pk", RowNumber, nullable=False),
    Column("period_s", BigInteger, nullable=False),
    Column("begins_us", BigInteger, nullable=False),
    Column("low", Double),
    Column("mean", Double),
    Column("high", Double),
    Column("samples", BigInteger, nullable=False),  # of values; what has no value is no value
    Column("coverage", Double, nullable=False),  # share of the expected instants that have a value
    PrimaryKeyConstraint("entity_pk", "attribute_pk", "period_s", "begins_us"),
    sqlite_with_rowid=False,
)

outdated = Table(
    "outdated",  # half hours whose roll-ups do not have all that is stored
    metadata,
    Column("entity_pk", RowNumber, nullable=False),
    Column("attribute_pk", RowNumber, nullable=False),
    Column("begins_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("begins_us", "entity_pk", "attribute_pk"),
    sqlite_with_rowid=False,
)

change = Table(
    "change",
    metadata,
    Column("seq", RowNumber, primary_key=True),
    Column("entity_pk", RowNumber, nullable=False),
    Column("total", BigInteger, nullable=False),  # instances ever stored, up to this change
    Column("body", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("tenant", Text, nullable=False, server_default=""),
    Column("detail", LargeBinary),  # what changed and how; NULL where readings did
    sqlite_autoincrement=True,  # a number is never given twice, also after trimming
)

gateway = Table(
    "gateway",
    metadata,
    Column("id", Text, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("last_seen_us", BigInteger, nullable=False),
    Column("backlog", BigInteger, nullable=False),
)

lane = Table(
    "lane",
    metadata,
    Column("gateway", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("upto", BigInteger, nullable=False),
    PrimaryKeyConstraint("gateway", "epoch"),
)

ahead = Table(
    "ahead",
    metadata,
    Column("gateway", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("gateway", "epoch", "first_seq"),
)

subscription = Table(
    "subscription",
    metadata,
    Column("pk", RowNumber, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("context", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("modified_us", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),  # grows with every change of any of them
    Column("cursor", BigInteger, nullable=False),  # the last change that it needs no news of
    Column("sent", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("notified_us", BigInteger),
    Column("success_us", BigInteger),
    Column("failure_us", BigInteger),
    UniqueConstraint("tenant", "id"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until_us", BigInteger, nullable=False),
)

ld_context = Table(
    "ld_context",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
)

loss = Table(
    "loss",
    metadata,
    Column("gateway", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("readings", BigInteger, nullable=False),
    Column("begins_us", BigInteger, nullable=False),
    Column("ends_us", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("gateway", "epoch", "number"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
)
