"""What announces itself on the local network: a hint that anybody there may have given."""

from __future__ import annotations

from dataclasses import dataclass

from area_configs.domain.names import Name

_KINDS = {
    "hub": Name("ハブ", "Hub"),
    "claimed": Name("ゲートウェイ(登録済み)", "Gateway, claimed"),
    "unclaimed": Name("ゲートウェイ(未登録)", "Gateway, not claimed yet"),
}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One that announced itself.

    Attributes:
        state: `hub`, or that of a gateway.
        place: host and port as text.
        url: where a hub can be asked; empty of a gateway.
    """

    name: str
    state: str
    place: str
    url: str = ""
    version: str = ""

    @property
    def is_hub(self) -> bool:
        """Tell whether it says that it is a hub."""
        return bool(self.url)

    def kind(self) -> Name:
        """Return what it says it is, in words."""
        return _KINDS.get(self.state) or Name(self.state, self.state)
