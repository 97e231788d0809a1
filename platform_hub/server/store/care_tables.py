"""The tables of care: residents by pseudonym, who looks after them, consents, and what is known."""

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

from platform_hub.server.store.tables import RowNumber, metadata

care_resident = Table(
    "care_resident",
    metadata,
    Column("id", Text, primary_key=True),  # pseudonym, made on the gateway; its key stays there
    Column("label", Text, nullable=False),  # a letter or a room, as the site says it; no name
    Column("invented", Integer, nullable=False),  # 1 for a resident of the demonstration
    Column("created_us", BigInteger, nullable=False),
)

care_assignment = Table(
    "care_assignment",
    metadata,
    Column("resident", Text, nullable=False),
    Column("caregiver", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Column("until_us", BigInteger),  # a look in need ends by itself; NULL is a lasting assignment
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("resident", "caregiver", "since_us"),
    Index("care_assignment_of", "caregiver", "resident"),
)

care_wearable = Table(
    "care_wearable",
    metadata,
    Column("device", Text, nullable=False),
    Column("resident", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Column("until_us", BigInteger),  # NULL while it is worn
    PrimaryKeyConstraint("device", "resident", "since_us"),
)

care_consent = Table(
    "care_consent",
    metadata,
    Column("resident", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("scopes", Text, nullable=False),  # separated by spaces
    Column("body", LargeBinary, nullable=False),
    Column("given_us", BigInteger, nullable=False),
    Column("withdrawn_us", BigInteger),
    PrimaryKeyConstraint("resident", "version"),
)

care_hour = Table(
    "care_hour",
    metadata,
    Column("resident", Text, nullable=False),
    Column("hour", BigInteger, nullable=False),  # hours since 1970 UTC
    Column("body", LargeBinary, nullable=False),  # its minutes by number
    PrimaryKeyConstraint("resident", "hour"),
    sqlite_with_rowid=False,
)

care_day = Table(
    "care_day",
    metadata,
    Column("resident", Text, nullable=False),
    Column("day", Integer, nullable=False),  # days since 1970-01-01, local
    Column("worn_min", Integer, nullable=False),
    Column("night_worn_min", Integer, nullable=False),
    Column("valid", Integer, nullable=False),
    Column("valid_night", Integer, nullable=False),
    Column("resting_hr", Double),
    Column("rmssd", Double),
    Column("spo2_median", Double),
    Column("steps", Double),
    Column("sleep_min", Double),
    Column("battery", Double),
    Column("body", LargeBinary, nullable=False),  # the whole summary
    PrimaryKeyConstraint("resident", "day"),
    sqlite_with_rowid=False,
)

care_event = Table(
    "care_event",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("resident", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("device", Text, nullable=False),
    Column("acknowledged_us", BigInteger),
    Column("acknowledged_by", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # '', confirmed or false
    Column("note", Text, nullable=False),
    UniqueConstraint("resident", "kind", "at_us"),
    sqlite_autoincrement=True,
)

care_record = Table(
    "care_record",  # scores, notes, handovers, steps of the care cycle: a correction is a new one
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("resident", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("corrects", BigInteger),
    Column("body", LargeBinary, nullable=False),
    Index("care_record_of", "resident", "kind", "at_us"),
    sqlite_autoincrement=True,
)
