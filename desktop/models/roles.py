"""Roles: which pages each role is offered and which it begins with; the hub enforces the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["manager", "technician", "caregiver", "auditor"]

# In the order of each role's day; the first is where it begins.
PAGES_OF: Mapping[Role, tuple[str, ...]] = {
    "manager": ("overview", "alarms", "energy", "trends", "values", "devices", "audit", "settings"),
    "technician": ("technician", "devices", "alarms", "overview", "values", "trends", "settings"),
    "caregiver": ("care", "settings"),
    "auditor": ("audit", "alarms", "trends", "settings"),
}


def pages_of(role: Role, existing: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pages that a role is offered, best first, of those that exist."""
    return tuple(page for page in PAGES_OF[role] if page in existing)
