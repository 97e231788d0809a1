"""One thing of a city: what its file says of it, read when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.twin.citygml.attributes import (
    attributes_of,
    element_of,
    node_of_bytes,
    node_of_element,
)
from desktop.twin.citygml.kinds import BUILDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desktop.twin.citygml.attributes import Node
    from desktop.twin.citygml.sources import Source


@dataclass(slots=True)
class Feature:
    """One building, road, body of water, bridge, tree, ...

    Attributes:
        id: its gml:id.
        height: measured metres, None where the file does not say.
        usage: code of PLATEAU's Building_usage list (of a land use: its class), empty where the
            file does not say.
        lod: its highest level of detail that is drawn here; -1 without geometry.
        kind: one of `kinds.KINDS`.
        origin: where it stands: the file, and its bytes from and to, or its number there.
    """

    id: str
    name: str
    height: float | None
    usage: str
    lod: int
    kind: str = BUILDING
    origin: Origin | None = field(default=None, repr=False, compare=False)

    @property
    def attributes(self) -> dict[str, str]:
        """Return every attribute by name, codes replaced by their meaning where a list says it.

        Raises:
            CityFileError: the file is gone or has changed since it was read.
        """
        lists = self.origin.source.lists if self.origin else None
        return attributes_of(self._node(), self.id, lists)

    @property
    def codes(self) -> dict[str, str]:
        """Return every attribute by name as it stands in the file.

        Raises:
            CityFileError: the file is gone or has changed since it was read.
        """
        return attributes_of(self._node(), self.id)

    def sort_of(self, names: Mapping[str, str]) -> str:
        """Return what the first element inside that is named in a table stands for, else nothing.

        Raises:
            CityFileError: the file is gone or has changed since it was read.
        """
        waiting = [node] if (node := self._node()) else []
        while waiting:
            node = waiting.pop()
            if node.word in names:
                return names[node.word]
            waiting.extend(node.children)
        return ""

    def _node(self) -> Node | None:
        return self.origin.node() if self.origin else None


@dataclass(slots=True)
class Origin:
    """Where a feature stands; `end` is 0 where the file was parsed as XML."""

    source: Source
    number: int
    start: int
    end: int

    def node(self) -> Node | None:
        """Return its element."""
        if self.end:
            data = self.source.data
            found = node_of_bytes(data, self.start, self.end)
            return found or node_of_element(element_of(data[self.start : self.end]))
        elements = self.source.parsed()
        return node_of_element(elements[self.number]) if self.number < len(elements) else None
