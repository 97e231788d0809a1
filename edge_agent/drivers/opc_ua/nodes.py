"""Nodes: which variable of a server a point is, by namespace URI and browse path or identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncua import ua

from area_configs.domain.sources import OpcUaSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from asyncua import Client

    from area_configs.domain.devices import Point
    from edge_agent.drivers.base import Station

Found = ua.NodeId | int  # the node, or the status code that says why there is none
_NO_MATCH = int(ua.StatusCodes.BadNoMatch)


def source_of(point: Point) -> OpcUaSource:
    """Return where a point stands; TypeError where it is of another protocol."""
    if not isinstance(point.source, OpcUaSource):
        raise TypeError(f"point {point.quantity} is not read by OPC UA")
    return point.source


async def namespaces(client: Client) -> dict[str, int]:
    """Return the index of each namespace of a server, by URI; of doubles the first."""
    uris = await client.get_namespace_array()
    return {uri: index for index, uri in reversed(list(enumerate(uris)))}


async def find(
    client: Client, indexes: Mapping[str, int], wanted: Sequence[tuple[str, OpcUaSource]]
) -> list[Found]:
    """Return the node of each (device's address, source), or the status why there is none."""
    found: list[Found] = [_NO_MATCH] * len(wanted)
    paths: list[tuple[int, ua.BrowsePath]] = []
    for place, (address, source) in enumerate(wanted):
        index = indexes.get(source.namespace)
        if index is None:
            continue
        if source.identifier:
            found[place] = _by_identifier(index, source.identifier.replace("{address}", address))
        else:
            paths.append((place, _browse_path(index, f"{address}/{source.path}")))
    if paths:
        results = await client.uaclient.session.translate_browsepaths_to_nodeids(
            [path for _, path in paths]
        )
        for (place, _), result in zip(paths, results, strict=True):
            found[place] = _target(result)
    return found


async def find_points(
    client: Client, indexes: Mapping[str, int], stations: Iterable[Station]
) -> dict[tuple[str, str], Found]:
    """Return what `find` says of every variable of some stations, by device and quantity."""
    places = [
        (station, point)
        for station in stations
        for point in station.profile.points
        if source_of(point).measure != "certificate_days"
    ]
    found = await find(client, indexes, [(s.address, source_of(p)) for s, p in places])
    return {(s.device, p.quantity): one for (s, p), one in zip(places, found, strict=True)}


def _by_identifier(index: int, text: str) -> Found:
    try:
        return ua.NodeId.from_string(f"ns={index};{text}")
    except (ua.UaError, ValueError):
        return int(ua.StatusCodes.BadNodeIdInvalid)


def _browse_path(index: int, path: str) -> ua.BrowsePath:
    elements = [
        ua.RelativePathElement(
            ReferenceTypeId=ua.NodeId(ua.Int32(ua.ObjectIds.HierarchicalReferences)),
            IsInverse=False,  # type: ignore[arg-type]  # what its Boolean stands for
            TargetName=ua.QualifiedName(name, ua.UInt16(index)),
        )
        for name in path.split("/")
        if name
    ]
    start = ua.NodeId(ua.Int32(ua.ObjectIds.ObjectsFolder))
    return ua.BrowsePath(StartingNode=start, RelativePath=ua.RelativePath(Elements=elements))


def _target(result: ua.BrowsePathResult) -> Found:
    if not result.StatusCode.is_good() or not result.Targets:
        return int(result.StatusCode.value) or _NO_MATCH
    target = result.Targets[0].TargetId
    return ua.NodeId(target.Identifier, target.NamespaceIndex, target.NodeIdType)
