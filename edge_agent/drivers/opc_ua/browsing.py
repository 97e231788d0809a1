"""Browsing: the objects of a server that may be devices, and what the server says it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncua import ua

from area_configs.loader import load_profile, profile_ids
from edge_agent.drivers.base import Candidate, Identity
from edge_agent.drivers.opc_ua import nodes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from asyncua import Client, Node

    from area_configs.domain.devices import DeviceProfile

_DEPTH = 3
_TRIED = 5  # points of a profile that are looked for; most of them must be there


async def candidates(client: Client) -> AsyncIterator[Candidate]:
    """Yield every object below Objects that a bundled profile fits, or that has variables.

    What stands inside a fitting object is a part of that device.
    """
    indexes = await nodes.namespaces(client)
    profiles = [p for p in map(load_profile, profile_ids()) if p.protocol == "opc_ua"]
    maker = await identity(client)
    whole: list[str] = []
    async for path, name in _objects(client.get_objects_node(), "", 1):
        if any(path.startswith(f"{device}/") for device in whole):
            continue
        fitting = [p.id for p in profiles if await _fits(client, indexes, p, path)]
        whole += [path] if fitting else []
        words = " ".join(part for part in (name, maker.maker, maker.model) if part)
        yield Candidate(path, words, tuple(fitting))


async def identity(client: Client) -> Identity:
    """Return the build information of the server and its application URI as serial."""
    build = await client.get_node(
        ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_BuildInfo))
    ).read_value()
    (uri, *_) = await client.get_node(
        ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerArray))
    ).read_value() or [""]
    return Identity(
        maker=build.ManufacturerName or "",
        model=build.ProductName or "",
        serial=uri or "",
        firmware=build.SoftwareVersion or "",
    )


async def _objects(parent: Node, above: str, depth: int) -> AsyncIterator[tuple[str, str]]:
    """Yield browse path and display name of each object that has variables of its own."""
    for child in await parent.get_children_descriptions(nodeclassmask=ua.NodeClass.Object):
        if child.BrowseName.NamespaceIndex == 0 or child.NodeId.NamespaceIndex == 0:
            continue
        node = parent.__class__(parent.session, child.NodeId)
        path = f"{above}/{child.BrowseName.Name}".lstrip("/")
        if await node.get_children_descriptions(nodeclassmask=ua.NodeClass.Variable):
            yield path, child.DisplayName.Text or path
        if depth < _DEPTH:
            async for found in _objects(node, path, depth + 1):
                yield found


async def _fits(
    client: Client, indexes: Mapping[str, int], profile: DeviceProfile, path: str
) -> bool:
    sources = [nodes.source_of(point) for point in profile.points]
    tried = [source for source in sources if source.measure == "value"][:_TRIED]
    found = await nodes.find(client, indexes, [(path, source) for source in tried])
    return sum(isinstance(one, ua.NodeId) for one in found) > len(tried) / 2
