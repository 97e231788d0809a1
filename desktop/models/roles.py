"""Roles: which pages each role is offered and which it begins with; the hub enforces the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.models import person

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOKING = ("overview", "alarms", "energy", "trends", "values", "devices", "settings")

# In the order of each role's day; the first is where it begins.
PAGES_OF: Mapping[str, tuple[str, ...]] = {
    person.MANAGER: (
        *("overview", "alarms", "energy", "trends", "values"),
        *("devices", "residents", "care", "audit", "settings", "editor"),
    ),
    person.TECHNICIAN: (
        *("technician", "devices", "alarms", "overview"),
        *("values", "trends", "settings", "editor"),
    ),
    person.CAREGIVER: ("care", "settings"),
    person.AUDITOR: ("audit", "alarms", "trends", "settings"),
}


def pages_of(role: str, existing: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pages that a role is offered, best first, of those that exist.

    A role that this edition does not know, and nobody at all, look only: the hub says how much.
    """
    return tuple(page for page in PAGES_OF.get(role, _LOOKING) if page in existing)
