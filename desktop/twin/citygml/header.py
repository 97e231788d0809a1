"""The first look at a city file: is it CityGML, whole, in which system, with which prefixes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from area_configs.domain.errors import CityFileError

_CITYGML = re.compile(r"http://www\.opengis\.net/citygml/(?:([a-z]+)/)?(\d)\.\d")
_IUR = re.compile(r"https?://\S*/iur/uro/[\d.]+")
_GML = ("http://www.opengis.net/gml", "http://www.opengis.net/gml/3.2")

_FIRST_TAG = re.compile(rb"<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)(\s[^>]*)?>")
_NAMESPACE = re.compile(rb'xmlns(?::([\w.-]+))?\s*=\s*["\']([^"\']*)["\']')
_SRS = re.compile(rb'srsName\s*=\s*["\']([^"\']*)["\']')
_EPSG = re.compile(rb"EPSG(?:\.xml#|[:/]+(?:[\d.]*[:/]+)?)(\d{4,6})", re.IGNORECASE)
_WORLD, _OF_WORLD = re.compile(rb"CRS:?84h?$"), 4326  # longitude first, which is noticed later
_NO_SYSTEM_KNOWN = 6697  # what PLATEAU's files are in, without exception
_END = re.compile(rb"</(?:[\w.-]+:)?CityModel\s*>")
_AFTER = re.compile(rb"\s*(?:<!--(?:(?!-->).)*-->\s*|<\?[^>]*\?>\s*)*", re.DOTALL)
_TAIL = 8192
_HEAD = 65536
_VERSIONS = (2, 3)


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of a city file says.

    Attributes:
        name: the file, for messages.
        epsg: coordinate reference system of the file.
        prefixes: namespace prefix by module: core, gml, building, transportation, iur, ...
        version: of CityGML, 2 or 3.
        plain: False where the prefixes alone tell that the file needs the XML parser.
        begin: where the root element begins, past comments.
        spaces: how many namespaces the root declares.
        warnings: what was assumed.
    """

    name: str
    epsg: int
    prefixes: dict[str, str]
    version: int
    plain: bool
    begin: int = 0
    spaces: int = 0
    warnings: tuple[str, ...] = ()


def read_header(name: str, data: bytes) -> Header:
    """Look at a file that is to be read as CityGML.

    Raises:
        CityFileError: empty, not XML, not CityGML, cut in the middle, or no known system.
    """
    word, inside = _root(name, data)
    spaces = _NAMESPACE.findall(inside)
    prefixes, version = _modules(spaces)
    if word.rpartition(b":")[2] != b"CityModel" or not version:
        raise CityFileError(
            f"{name}: is XML but not CityGML (its root is <{word.decode(errors='replace')}>); "
            "choose a CityGML file, such as one of PLATEAU's udx folder."
        )
    _refuse_cut(name, data)
    _refuse_entities(name, data)
    epsg, assumed = _system(name, data)
    plain = (
        version in _VERSIONS
        and prefixes.get("gml") == "gml"
        and all(prefixes.values())
        and len(prefixes) == _count_known(spaces)
    )
    return Header(
        name, epsg, prefixes, version, plain, _after_prolog(data), inside.count(b"xmlns"), assumed
    )


def is_well_formed(text: bytes) -> bool:
    """Tell whether tags close as they open, ..., without building anything.

    Prefixes may be undeclared. Reads no external entity, and there are none of the file's own
    (`read_header` refuses them).
    """
    try:
        expat.ParserCreate().Parse(text, True)
    except expat.ExpatError:
        return False
    return True


def malformed(name: str, line: int, reason: str) -> CityFileError:
    """Return the error for XML that is broken inside."""
    return CityFileError(
        f"{name}: line {line}: is not well-formed XML ({' '.join(reason.split())}); "
        "fetch the file again or have it repaired."
    )


def _root(name: str, data: bytes) -> tuple[bytes, bytes]:
    """Return the root element's name and what stands in its tag."""
    if not data[:_HEAD].strip():
        raise CityFileError(f"{name}: the file is empty; fetch it again.")
    if not data[:_HEAD].lstrip().startswith(b"<"):
        raise CityFileError(f"{name}: is not XML; choose a CityGML file (.gml) or a zip of them.")
    tag = _FIRST_TAG.match(data, _after_prolog(data))
    if tag is None:
        raise CityFileError(
            f"{name}: ends or goes wrong before its first element is complete "
            f"({len(data):,} bytes); fetch the file again."
        )
    return tag[1], tag[2] or b""


def _after_prolog(data: bytes) -> int:
    """Return where the first element begins, past the declaration, comments and document type."""
    at = 0
    while (at := data.find(b"<", at)) >= 0 and data[at + 1 : at + 2] in (b"!", b"?"):
        end = b"-->" if data.startswith(b"<!--", at) else b">"
        at = data.find(end, at)
        if at < 0:
            return len(data)
    return at if at >= 0 else len(data)


def _modules(spaces: list[tuple[bytes, bytes]]) -> tuple[dict[str, str], int]:
    """Return prefix by module, and the CityGML version, 0 where there is none."""
    prefixes: dict[str, str] = {}
    version = 0
    for prefix, uri in spaces:
        module, number = _module(uri.decode(errors="replace"))
        if module:
            prefixes[module] = prefix.decode(errors="replace")
            version = max(version, number)
    return prefixes, version


def _module(uri: str) -> tuple[str, int]:
    uri = uri.rstrip("/")
    if uri in _GML:
        return "gml", 0
    if _IUR.fullmatch(uri):
        return "iur", 0
    known = _CITYGML.fullmatch(uri)
    return (known[1] or "core", int(known[2])) if known else ("", 0)


def _count_known(spaces: list[tuple[bytes, bytes]]) -> int:
    return sum(bool(_module(uri.decode(errors="replace"))[0]) for _, uri in spaces)


def _refuse_entities(name: str, data: bytes) -> None:
    """Refuse a file that declares entities: harmless city files need none."""
    if b"<!ENTITY" in data[: _after_prolog(data)]:
        raise CityFileError(
            f"{name}: declares entities of its own (<!ENTITY>), which city files do not need and "
            "which can exhaust memory or read other files; fetch it from its publisher again."
        )


def _refuse_cut(name: str, data: bytes) -> None:
    tail = data[-_TAIL:]
    ends = list(_END.finditer(tail))
    if ends and _AFTER.fullmatch(tail, ends[-1].end()):
        return
    if ends:
        raise CityFileError(
            f"{name}: something stands after the end of its city model that is no XML; "
            "fetch or copy the file again."
        )
    raise CityFileError(
        f"{name}: is cut off at byte {len(data):,} ({_whole_buildings(data)}); "
        "nothing of it is shown. Fetch or copy the file again."
    )


def _whole_buildings(data: bytes) -> str:
    """Say how far a file goes."""
    count = data.count(b":Building>")
    end = data.rfind(b":Building>")
    begin = data.rfind(b":Building ", 0, max(end, 0))
    if begin < 0:
        return "no building is complete"
    found = re.search(rb'id="([^"]*)"', data[begin : begin + 1000])
    last = found[1].decode(errors="replace") if found else "unnamed"
    return f"the last of {count:,} complete buildings is {last}"


def _system(name: str, data: bytes) -> tuple[int, tuple[str, ...]]:
    said = _SRS.search(data)
    if said is None:
        return _NO_SYSTEM_KNOWN, (
            (
                f"{name}: names no coordinate reference system (srsName); "
                "its coordinates are taken for EPSG:6697 (JGD2011 latitude, longitude, height)."
            ),
        )
    if code := _EPSG.search(said[1]):
        return int(code[1]), ()
    if _WORLD.search(said[1]):
        return _OF_WORLD, ()
    raise CityFileError(
        f"{name}: its coordinate reference system '{said[1].decode(errors='replace')}' is not "
        "known here; export the file in EPSG:6697 (JGD2011)."
    )
