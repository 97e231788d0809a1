"""Roles: what a caller is, and the groups that rows of the access matrix name."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What the holder of a key, a token or a password is."""

    MANAGER = "manager"  # runs the area
    TECHNICIAN = "technician"  # installs and mends gateways and devices
    CAREGIVER = "caregiver"  # looks after residents
    AUDITOR = "auditor"  # verifies who saw and changed what
    READER = "reader"  # a machine of the area's own, such as a wall screen
    OPEN_DATA = "open_data"  # an application of somebody else, within a quota
    GATEWAY = "gateway"  # stores the readings of the gateway it is named after


EVERYONE: frozenset[Role] = frozenset()  # no key needed
KNOWN = frozenset(Role)  # anybody who can say who they are
MANAGERS = frozenset({Role.MANAGER})
INSTALLERS = MANAGERS | {Role.TECHNICIAN}
OPERATORS = INSTALLERS | {Role.CAREGIVER}
CARERS = frozenset({Role.CAREGIVER})  # who may know how a resident is; the manager may not
AUDITORS = MANAGERS | {Role.AUDITOR}
OFFICE = INSTALLERS | {Role.AUDITOR, Role.READER}
STAFF = OPERATORS | {Role.AUDITOR, Role.READER}
READERS = STAFF | {Role.OPEN_DATA}  # of the open API
WRITERS = MANAGERS
STORERS = frozenset({Role.GATEWAY, Role.MANAGER})
GATEWAYS = frozenset({Role.GATEWAY})
PEOPLE = frozenset({Role.MANAGER, Role.TECHNICIAN, Role.CAREGIVER, Role.AUDITOR})
