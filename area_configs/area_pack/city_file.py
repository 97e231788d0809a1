"""A light look at CityGML: is it whole, how many buildings, where do they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NoReturn
from xml.parsers import expat

from area_configs.domain.errors import CityFileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from area_configs.domain.areas import Position

_CHUNK = 1 << 20
_LATITUDES, _LONGITUDES = (20.0, 46.0), (122.0, 154.5)
_CORNER_NUMBERS = (2, 3)


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees north and east that enclose something."""

    south: float
    west: float
    north: float
    east: float

    @property
    def centre(self) -> tuple[float, float]:
        """Return latitude and longitude of the middle."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    def around(self, other: Box) -> Box:
        """Return the box that encloses both."""
        return Box(
            min(self.south, other.south),
            min(self.west, other.west),
            max(self.north, other.north),
            max(self.east, other.east),
        )

    def holds(self, place: Position) -> bool:
        """Tell whether a place lies inside."""
        inside = self.south <= place.latitude <= self.north
        return inside and self.west <= place.longitude <= self.east


@dataclass(frozen=True, slots=True)
class CityFile:
    """What a look at a CityGML file found; `box` is that of its gml:Envelope."""

    buildings: int
    box: Box


def look(stream: IO[bytes], name: str) -> CityFile:
    """Read a CityGML file to its end without keeping it.

    Raises CityFileError where it is cut, not XML, not CityGML, or not in Japan's degrees.
    """
    scan = _Scan(name)
    try:
        while chunk := stream.read(_CHUNK):
            scan.parser.Parse(chunk, False)
        scan.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise CityFileError(_unreadable(name, error)) from None
    return scan.result()


def _unreadable(name: str, error: expat.ExpatError) -> str:
    reason = expat.ErrorString(error.code)
    place = f"{name}:{error.lineno}"
    if error.code in _ENDS:
        return f"{place}: the file ends too early ({reason}): fetch it again"
    return f"{place}: not readable as XML ({reason}): choose a CityGML file (.gml)"


_ENDS = {
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}


@dataclass(slots=True)
class _Scan:
    """The handlers of one reading; prefixes stay unresolved, as some real files declare too few."""

    name: str
    parser: expat.XMLParserType = field(init=False)
    _depth: int = 0
    _buildings: int = 0
    _corners: dict[str, str] = field(default_factory=dict)
    _corner: str = ""

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def result(self) -> CityFile:
        """Return what was found once the whole file was read."""
        south, west = self._degrees("lowerCorner")
        north, east = self._degrees("upperCorner")
        return CityFile(self._buildings, Box(south, west, north, east))

    def _start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if not self._depth and local != "CityModel":
            self._refuse(f"not CityGML: expected core:CityModel, found {tag}")
        self._depth += 1
        if local == "Building":
            self._buildings += 1
        elif local in {"lowerCorner", "upperCorner"} and local not in self._corners:
            self._corner = local
            self._corners[local] = ""
            self.parser.CharacterDataHandler = self._text

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if self._corner:
            self._corner = ""
            self.parser.CharacterDataHandler = None

    def _text(self, text: str) -> None:
        self._corners[self._corner] += text

    def _entity(self, *_declared: object) -> None:
        self._refuse("declares XML entities, which no CityGML file needs")

    def _refuse(self, message: str) -> NoReturn:
        raise CityFileError(f"{self.name}:{self.parser.CurrentLineNumber}: {message}")

    def _degrees(self, corner: str) -> tuple[float, float]:
        text = self._corners.get(corner)
        if text is None:
            raise CityFileError(f"{self.name}: has no gml:Envelope with a gml:{corner}")
        try:
            numbers = [float(word) for word in text.split()]
        except ValueError:
            numbers = []
        if len(numbers) not in _CORNER_NUMBERS or not _in_japan(numbers[0], numbers[1]):
            raise CityFileError(
                f"{self.name}: gml:{corner} is {text.strip()!r}: expected latitude and longitude"
                " in degrees within Japan (EPSG:6697)"
            )
        return numbers[0], numbers[1]


def _in_japan(latitude: float, longitude: float) -> bool:
    return (
        _LATITUDES[0] <= latitude <= _LATITUDES[1] and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]
    )
