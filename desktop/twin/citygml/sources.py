"""Where city files come from: one gml file, a zip of them, or a folder."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import TYPE_CHECKING, TypeVar

import xxhash

from area_configs.domain.errors import CityFileError
from desktop.twin.citygml import tolerant
from desktop.twin.citygml.codelists import Codelists
from desktop.twin.citygml.encodings import as_utf8
from desktop.twin.citygml.kinds import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import FileIO

    from lxml import etree

_MOST_BYTES = 2_000_000_000  # one mesh of PLATEAU's largest terrain files has a tenth of it
_STEP = 1 << 20
_START, _FAR = 16, 4
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,  # what zipfile raises at a method of compression that it does not know
    OSError,
    EOFError,
    ValueError,
    KeyError,
)
_SCHEME = re.compile(r"^[A-Za-z][\w+.-]*:|^[\\/]")

T = TypeVar("T")


class Source:
    """One city file: its bytes when they are needed, and the files that it refers to.

    Attributes:
        name: for messages.
        path: in its package.
        lists: the code lists around it.
        elements: its city objects, where it had to be parsed as XML.
    """

    def __init__(self, name: str, folder: Folder | Zip, path: str) -> None:
        self.name = name
        self.elements: list[etree._Element] | None = None
        self._folder, self.path = folder, path
        self._data: bytes | None = None
        self._digest = ""
        self.lists = Codelists(self.codelist)

    @property
    def data(self) -> bytes:
        """Return the file as UTF-8 without a byte order mark.

        Raises:
            CityFileError: gone or unreadable, or not what it was when it was first read.
        """
        if self._data is None:
            raw = self._folder.read(self.path)
            if self._digest and xxhash.xxh3_128_hexdigest(raw) != self._digest:
                raise CityFileError(f"{self.name}: has changed since it was read; open it again.")
            self._data = as_utf8(self.name, _unpacked(self.name, raw))
        return self._data

    def digest(self) -> str:
        """Return a fingerprint of the file's bytes, without holding all of them."""
        if not self._digest:
            state = xxhash.xxh3_128()
            for block in self._folder.blocks(self.path):
                state.update(block)
            self._digest = state.hexdigest()
        return self._digest

    def parsed(self) -> list[etree._Element]:
        """Return the city objects of a file that had to be parsed as XML.

        Raises:
            CityFileError: gone, unreadable or changed.
        """
        if self.elements is None:
            self.elements = [
                thing.element
                for thing in tolerant.parse(self.name, self.data, self.beside).objects
                if thing.element is not None
            ]
        return self.elements

    def release(self) -> None:
        """Let go of the bytes; they are read again when somebody asks."""
        self._data = None

    def beside(self, reference: str) -> Callable[[], bytes] | None:
        """Return how to read a file that this one names by a relative path.

        None where the name leads out of the package: a city file has no business there.
        """
        if _SCHEME.match(reference):
            return None
        folder = self._folder
        path = _within(PurePosixPath(self.path).parent, reference.replace("\\", "/"))
        return None if path is None else lambda: folder.read(path)

    def codelist(self, name: str) -> bytes:
        """Return a list of the package's `codelists` folder, empty where there is none."""
        last = PurePosixPath(name).name
        for folder in self._codelists:
            if self._folder.has(path := f"{folder}/{last}"):
                return self._folder.read(path)
        return b""

    @cached_property
    def _codelists(self) -> list[str]:
        """Return the `codelists` folders of the package beside or above the file."""
        around = (parent / "codelists" for parent in PurePosixPath(self.path).parents)
        return [path.as_posix() for path in around if self._folder.has_folder(path.as_posix())]


class Folder:
    """A folder on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, below: Path) -> list[str]:
        """Return the paths of all files below one of its folders, sorted."""
        root = self.root.absolute()
        return sorted(p.relative_to(root).as_posix() for p in below.rglob("*"))

    def has(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return (self.root / path).is_file()

    def has_folder(self, path: str) -> bool:
        """Tell whether there is such a folder."""
        return (self.root / path).is_dir()

    def start(self, path: str) -> bytes:
        """Return a file's first bytes."""
        with self._opened(path) as file:
            return file.read(_START)

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        with self._opened(path) as file:
            return file.readall()

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield a file's bytes piece by piece."""
        with self._opened(path) as file:
            while block := file.read(_STEP):
                yield block

    @contextmanager
    def _opened(self, path: str) -> Iterator[FileIO]:
        place = self.root / path
        try:
            found = place.stat()
            if not S_ISREG(found.st_mode):
                raise CityFileError(f"{place}: is no file; choose a CityGML file or a zip of them.")
            if found.st_size > _MOST_BYTES:
                raise _too_big(str(place))
            with place.open("rb", buffering=0) as file:
                yield file
        except FileNotFoundError as error:
            raise CityFileError(f"{place}: there is no such file; check the path.") from error
        except OSError as error:
            raise CityFileError(f"{place}: cannot be read ({error.strerror}).") from error


class Zip:
    """A zip file, read as a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = self._ask(lambda archive: frozenset(archive.namelist()))

    def names(self) -> list[str]:
        """Return the paths of all members, sorted."""
        return sorted(self._names)

    def has(self, path: str) -> bool:
        """Tell whether there is such a member."""
        return path in self._names

    def has_folder(self, path: str) -> bool:
        """Tell whether there is such a folder."""
        return any(name.startswith(f"{path}/") for name in self._names)

    def read(self, path: str) -> bytes:
        """Return a member's bytes."""
        return self._ask(lambda archive: self._member(archive, path))

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield a member's bytes."""
        yield self.read(path)

    def _member(self, archive: zipfile.ZipFile, path: str) -> bytes:
        if archive.getinfo(path).file_size > _MOST_BYTES:
            raise _too_big(f"{self._path}/{path}")
        return archive.read(path)

    def _ask(self, question: Callable[[zipfile.ZipFile], T]) -> T:
        try:
            with zipfile.ZipFile(self._path) as archive:
                return question(archive)
        # RuntimeError: an encrypted member; NotImplementedError: an unknown method;
        # EOFError, ValueError and KeyError: broken inside.
        except _BROKEN_ZIP as error:
            raise CityFileError(
                f"{self._path}: the zip file is incomplete, damaged or locked ({error}); "
                "fetch it again."
            ) from error


def city_sources(path: Path) -> list[Source]:
    """Return every city file at a path, in order of their names; none of them is read yet.

    Raises:
        CityFileError: nothing there, nothing readable there, or a broken zip.
    """
    if path.is_dir():
        return _from_folder(path)
    folder = Folder(_package(path.parent))
    inside = path.absolute().relative_to(folder.root.absolute()).as_posix()
    if folder.start(inside).startswith(b"PK") or path.suffix.lower() == ".zip":
        return _from_zip(path)
    return [Source(str(path), folder, inside)]


def is_drawn(name: str) -> bool:
    """Tell whether a name in a package is a city file of a kind that the twin draws."""
    path = PurePosixPath(name)
    if not path.name.lower().endswith((".gml", ".gml.gz")) or path.name.startswith("."):
        return False
    folders = path.parts[:-1]
    if "udx" not in folders:
        return True
    kind = folders[folders.index("udx") + 1 : folders.index("udx") + 2]
    return not kind or kind[0] in FOLDERS


def _package(folder: Path) -> Path:
    """Return the folder that holds `udx` or `codelists` around a folder, or the folder itself."""
    around = [folder.absolute(), *folder.absolute().parents]
    for number, parent in enumerate(around[:-1]):
        if parent.name == "udx":
            return around[number + 1]
    near = [parent for parent in around[:_FAR] if (parent / "codelists").is_dir()]
    return near[0] if near else folder


def _from_folder(path: Path) -> list[Source]:
    folder = Folder(_package(path))
    drawn = [name for name in folder.names(path.absolute()) if is_drawn(name)]
    if not drawn:
        raise CityFileError(
            f"{path}: holds no .gml file of buildings, terrain, roads or water; "
            "give the folder that contains udx, or a .gml file."
        )
    shown = path.absolute().relative_to(folder.root.absolute())
    return [Source(str(path / PurePosixPath(n).relative_to(shown)), folder, n) for n in drawn]


def _from_zip(path: Path) -> list[Source]:
    archive = Zip(path)
    drawn = [name for name in archive.names() if is_drawn(name)]
    if not drawn:
        raise CityFileError(f"{path}: the zip holds no .gml file; choose another one.")
    return [Source(f"{path}/{name}", archive, name) for name in drawn]


def _within(start: PurePosixPath, reference: str) -> str | None:
    """Return where a relative path leads from a folder; None outside of the package."""
    parts = list(start.parts)
    for part in PurePosixPath(reference).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return None
    return "/".join(parts)


def _unpacked(name: str, raw: bytes) -> bytes:
    """Return what is packed with gzip, and anything else as it is."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        with gzip.GzipFile(fileobj=BytesIO(raw)) as packed:
            data = packed.read(_MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise CityFileError(
            f"{name}: the gzip file is incomplete or damaged ({error}); fetch it again."
        ) from error
    if len(data) > _MOST_BYTES:
        raise _too_big(name)
    return data


def _too_big(name: str) -> CityFileError:
    return CityFileError(
        f"{name}: is larger than {_MOST_BYTES // 10**9} GB; divide it into smaller files."
    )
