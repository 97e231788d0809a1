"""The tables of the area API: people, keys, orders, configuration, alarms and the audit log."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from platform_hub.server.store import care_tables
from platform_hub.server.store.tables import RowNumber, metadata

account = Table(
    "account",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),  # argon2id, with its own salt and cost
    Column("created_us", BigInteger, nullable=False),
    Column("disabled_us", BigInteger),
)

session = Table(
    "session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("refresh", Text, nullable=False, unique=True),  # hash of the newest refresh token
    Column("spent", Text, nullable=False),  # hash of the one before: seen again, it was stolen
    Column("created_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
)

key_plan = Table(
    "key_plan",
    metadata,
    Column("hash", Text, primary_key=True),  # of an API key; a key without a row is the operator's
    Column("plan", Text, nullable=False),
)

usage = Table(
    "usage",
    metadata,
    Column("caller", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    PrimaryKeyConstraint("caller", "day"),
)

gateway_key = Table(
    "gateway_key",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("gateway", Text, nullable=False, index=True),
    Column("public_key", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked_us", BigInteger),
)

gateway_report = Table(
    "gateway_report",
    metadata,
    Column("gateway", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

configuration = Table(
    "configuration",
    metadata,
    Column("gateway", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    PrimaryKeyConstraint("gateway", "version"),
)

area_version = Table(
    "area_version",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("files", LargeBinary, nullable=False),  # JSON: the hash of each file by its name
    Column("note", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
)

area_content = Table(
    "area_content",
    metadata,
    Column("hash", Text, primary_key=True),  # SHA-256 of the content before it was compressed
    Column("body", LargeBinary, nullable=False),  # zlib
)

order = Table(
    "gateway_order",
    metadata,
    Column("seq", RowNumber, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),  # id of the command, plan or configuration
    Column("gateway", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Index("order_by_gateway", "gateway", "seq"),
    Index("order_by_subject", "kind", "subject"),
    Index("order_by_state", "state", "expires_us"),
    sqlite_autoincrement=True,  # gateways ask for what follows a number
)

order_step = Table(
    "gateway_order_step",
    metadata,
    Column("order_id", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("value", Double),
    PrimaryKeyConstraint("order_id", "state"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", Text, nullable=False),  # of the request: the same key twice means the same
    Column("subject", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("caller", "key"),
)

plan = Table(
    "energy_plan",
    metadata,
    Column("id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    PrimaryKeyConstraint("id", "version"),
)

alarm = Table(
    "alarm",
    metadata,
    Column("id", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("revision", BigInteger, nullable=False, index=True),
)

alarm_cursor = Table(
    "alarm_cursor",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
)

alarm_journal = Table(
    "alarm_journal",
    metadata,
    Column("seq", RowNumber, primary_key=True),
    Column("alarm", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False, index=True),
    Column("what", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("value", Double),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    UniqueConstraint("alarm", "seq"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column(
        "seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    Column("body", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("signature", Text, nullable=False),
)

# These tables, those of care and those of the readings.
EVERY = care_tables.care_resident.metadata
