"""Whether the disk under the log has the room that is to stay free on it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_MB = 1_000_000


def shortage(status: Mapping[str, Any]) -> str:
    """Say of an agent's status that its disk is full, and what to do; empty while it is not."""
    disk = status.get("disk")
    if not disk or disk["free_bytes"] >= disk["kept_free_bytes"]:
        return ""
    free, least = disk["free_bytes"] / _MB, disk["kept_free_bytes"] / _MB
    return f"the disk is full: {free:.1f} MB are free, {least:.1f} are to stay free; free some"
