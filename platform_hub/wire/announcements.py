"""How gateways and hubs are announced on the local network (DNS-SD, RFC 6763)."""

from __future__ import annotations

SERVICE = "_smartarea._tcp.local."
HUB = "hub"  # the state that a hub announces; gateways say theirs
