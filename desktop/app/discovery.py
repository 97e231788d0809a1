"""What announces itself on the local network, brought to the dialogs that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.bridge.discovery import Discovery
from desktop.models.neighbours import Neighbour
from platform_hub.wire.announcements import HUB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.views.sign_in import SignInDialog
    from desktop.views.welcome import WelcomeDialog
    from platform_hub.client.discovering import Found


class DiscoveryWiring(QObject):
    """Looks when one of its dialogs asks; `close` ends a search that is under way."""

    def __init__(self, welcome: WelcomeDialog, sign_in: SignInDialog) -> None:
        super().__init__(welcome)
        self._dialogs = (welcome, sign_in)
        self.discovery = Discovery(parent=self)
        self.discovery.found.connect(self._show)
        for dialog in self._dialogs:
            dialog.search_wanted.connect(self.discovery.search)
            self.discovery.failed.connect(dialog.say_of_search)

    def close(self) -> None:
        """End the search that is under way."""
        self.discovery.blockSignals(True)
        self.discovery.close()

    def _show(self, found: Sequence[Found]) -> None:
        told = [neighbour(one) for one in found]
        in_order = sorted(told, key=lambda one: (not one.is_hub, one.name))
        for dialog in self._dialogs:
            dialog.show_neighbours(in_order)


def neighbour(one: Found) -> Neighbour:
    """Return what announced itself; a hub that others can reach speaks TLS."""
    host = f"[{one.host}]" if ":" in one.host else one.host
    url = f"https://{host}:{one.port}" if one.state == HUB else ""
    return Neighbour(one.name, one.state, f"{host}:{one.port}", url, one.version)
