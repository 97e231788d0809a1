"""What announces itself on the local network, brought to the first-run questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.bridge.discovery import Discovery
from desktop.models.neighbours import Neighbour
from platform_hub.wire.announcements import HUB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.views.welcome import WelcomeDialog
    from platform_hub.client.discovering import Found


class DiscoveryWiring(QObject):
    """Looks when it is asked to; `close` ends a search that is under way."""

    def __init__(self, welcome: WelcomeDialog) -> None:
        super().__init__(welcome)
        self._welcome = welcome
        self.discovery = Discovery(parent=self)
        welcome.search_wanted.connect(self.discovery.search)
        self.discovery.found.connect(self._show)
        self.discovery.failed.connect(welcome.say_of_search)

    def close(self) -> None:
        """End the search that is under way."""
        self.discovery.blockSignals(True)
        self.discovery.close()

    def _show(self, found: Sequence[Found]) -> None:
        told = [neighbour(one) for one in found]
        self._welcome.show_neighbours(sorted(told, key=lambda one: (not one.is_hub, one.name)))


def neighbour(one: Found) -> Neighbour:
    """Return what announced itself; a hub that others can reach speaks TLS."""
    host = f"[{one.host}]" if ":" in one.host else one.host
    url = f"https://{host}:{one.port}" if one.state == HUB else ""
    return Neighbour(one.name, one.state, f"{host}:{one.port}", url, one.version)
