"""The first look at a city file: is it CityGML, whole, in which system, with which prefixes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from area_configs.domain.errors import CityFileError

CITYGML = re.compile(r"http://www\.opengis\.net/citygml/(?:([a-z]+)/)?(\d)\.0")
GML = ("http://www.opengis.net/gml", "http://www.opengis.net/gml/3.2")
MODULES = ("building", "transportation", "waterbody", "relief")

_FIRST_TAG = re.compile(rb"<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)(\s[^>]*)?>")
_NAMESPACE = re.compile(rb'xmlns(?::([\w.-]+))?\s*=\s*["\']([^"\']*)["\']')
_SRS = re.compile(rb'srsName\s*=\s*["\']([^"\']*)["\']')
_EPSG = re.compile(rb"EPSG[:/]+(?:[\d.]*[:/]+)?(\d{4,6})")
_WHOLE = re.compile(rb"</(?:[\w.-]+:)?CityModel\s*>\s*(?:<!--.*?-->\s*|<\?.*?\?>\s*)*\Z", re.DOTALL)
_TAIL = 8192
_SCANNED_VERSION = 2
# What the byte scan would misread: comments, CDATA, entities, and coordinates one by one.
_UNUSUAL = (b"<!--", b"<![CDATA[", b"<!DOCTYPE", b"gml:pos>", b"gml:pos ", b"gml:coordinates")


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of a city file says.

    Attributes:
        name: the file, for messages.
        epsg: coordinate reference system of the file.
        prefixes: namespace prefix by module: core, gml, building, transportation, ...
        plain: True where the byte scan reads the file rightly; else it needs the XML parser.
    """

    name: str
    epsg: int
    prefixes: dict[str, str]
    plain: bool


def read_header(name: str, data: bytes) -> Header:
    """Look at a file that is to be read as CityGML.

    Raises:
        CityFileError: empty, not XML, not CityGML, cut in the middle, or no known system.
    """
    tag = _root(name, data)
    spaces: dict[bytes, bytes] = dict(_NAMESPACE.findall(tag[2] or b""))
    prefixes, version = _modules(spaces)
    if tag[1].rpartition(b":")[2] != b"CityModel" or not version:
        raise CityFileError(
            f"{name}: is XML but not CityGML (its root is <{tag[1].decode(errors='replace')}>); "
            "choose a CityGML file, such as one of PLATEAU's udx folder."
        )
    _refuse_cut(name, data)
    plain = version == _SCANNED_VERSION and _is_plain(data, prefixes)
    return Header(name, _system(name, data), prefixes, plain)


def refuse_malformed(name: str, data: bytes) -> None:
    """Check that tags close as they open, without building anything; prefixes may be undeclared.

    Raises:
        CityFileError: not well-formed XML, with the line.
    """
    parser = expat.ParserCreate()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise malformed(name, error.lineno, expat.ErrorString(error.code)) from error


def malformed(name: str, line: int, reason: str) -> CityFileError:
    """Return the error for XML that is broken inside."""
    return CityFileError(
        f"{name}: line {line}: is not well-formed XML ({reason}); "
        "fetch the file again or have it repaired."
    )


def _root(name: str, data: bytes) -> re.Match[bytes]:
    if not data.strip():
        raise CityFileError(f"{name}: the file is empty; fetch it again.")
    if not data.lstrip().startswith(b"<"):
        raise CityFileError(f"{name}: is not XML; choose a CityGML file (.gml) or a zip of them.")
    start = re.sub(rb"<!--.*?-->", lambda m: b" " * len(m[0]), data[:65536], flags=re.DOTALL)
    tag = _FIRST_TAG.search(start)
    if tag is None:
        raise CityFileError(
            f"{name}: ends or goes wrong before its first element is complete "
            f"({len(data):,} bytes); fetch the file again."
        )
    return tag


def _modules(spaces: dict[bytes, bytes]) -> tuple[dict[str, str], int]:
    """Return prefix by module, and the CityGML version, 0 where there is none."""
    prefixes: dict[str, str] = {}
    version = 0
    for prefix, uri in spaces.items():
        text = uri.decode(errors="replace").rstrip("/")
        if text in GML:
            prefixes["gml"] = prefix.decode()
        elif known := CITYGML.fullmatch(text):
            prefixes[known[1] or "core"] = prefix.decode()
            version = max(version, int(known[2]))
    return prefixes, version


def _is_plain(data: bytes, prefixes: dict[str, str]) -> bool:
    named = [prefixes.get(module, "-") for module in ("core", "gml", *MODULES)]
    return all(named) and prefixes.get("gml") == "gml" and not any(w in data for w in _UNUSUAL)


def _refuse_cut(name: str, data: bytes) -> None:
    if _WHOLE.search(data[-_TAIL:]):
        return
    end = list(re.finditer(rb"</(?:[\w.-]+:)?Building\s*>", data))
    whole = "no building is complete"
    if end:
        ids = re.findall(rb'<(?:[\w.-]+:)?Building\s[^>]*?id="([^"]*)"', data[: end[-1].start()])
        last = ids[-1].decode(errors="replace") if ids else "unnamed"
        whole = f"the last of {len(end):,} complete buildings is {last}"
    raise CityFileError(
        f"{name}: is cut off at byte {len(data):,} ({whole}); nothing of it is shown. "
        "Fetch or copy the file again."
    )


def _system(name: str, data: bytes) -> int:
    said = _SRS.search(data)
    if said is None:
        raise CityFileError(
            f"{name}: names no coordinate reference system (srsName); "
            "export the file again with EPSG:6697 (JGD2011)."
        )
    if code := _EPSG.search(said[1]):
        return int(code[1])
    raise CityFileError(
        f"{name}: its coordinate reference system '{said[1].decode(errors='replace')}' is not "
        "known here; export the file in EPSG:6697 (JGD2011)."
    )
