"""Whether a file whose tags close as they open is well-formed in everything else, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from desktop.twin.citygml.header import is_well_formed
from desktop.twin.citygml.keys import WIDTH, Keys, NotPlain, Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from desktop.twin.citygml.keys import Ints
    from desktop.twin.citygml.marks import Marks

_LEAD = re.compile(rb'[ \t\r\n]+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)="')
_FLAT = re.compile(rb"""srsDimension\s*=\s*["']\s*2""")
_REFERENCE = re.compile(rb"&(?:amp|lt|gt|quot|apos);")
_ROWS = 8192  # attributes: numpy is fastest in the processor's cache
_BLANK, _TWO = b" 2"
_NO_LETTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF


def weigh(marks: Marks) -> None:
    """Refuse what is not well-formed, declares prefixes of its own, or has plane coordinates.

    What is written as PLATEAU writes it is told here; expat looks at anything else.

    Raises:
        NotPlain: the XML parser has to decide.
    """
    data, (first, last) = marks.data, marks.root
    if not is_well_formed(data[: first + 1] + data[last:]):
        raise NotPlain
    surely = _are_attributes_sound(marks)
    if not surely and (data.find(b"xmlns", first) >= 0 or _FLAT.search(data, first)):
        raise NotPlain
    surely = surely and _are_references_sound(marks) and _are_letters_sound(marks)
    if not surely and not is_well_formed(data):
        raise NotPlain


def _are_attributes_sound(marks: Marks) -> bool:
    """Tell whether all tags are names with attributes, as ` name="value"`, none of them twice."""
    lengths = np.array([len(name) for name in marks.names], np.int64)
    stands = marks.begin + 1 + marks.closes + lengths[marks.code]  # after name and attributes
    left, right, owner = marks.quotes[::2], marks.quotes[1::2], marks.owners[::2]
    if len(left) != len(right) or (right >= marks.end[owner]).any() or marks.closes[owner].any():
        return False
    begin = stands[owner]
    follows = np.flatnonzero(owner[1:] == owner[:-1]) + 1
    begin[follows] = right[follows - 1] + 1
    stands[owner] = right + 1  # of several attributes the last
    size = left + 1 - begin
    if (stands != marks.end - marks.empty).any() or (size > WIDTH).any():
        return False
    names: dict[bytes, int] = {}
    codes = _numbered(marks.data, begin, size, names)
    _refuse_spaces(marks.data, left, codes, names)
    several = np.union1d(follows, follows - 1)
    each = owner[several] * len(names) + codes[several]
    return codes.min(initial=0) >= 0 and len(np.unique(each)) == len(each)


def _numbered(data: bytes, begin: Ints, size: Ints, names: dict[bytes, int]) -> NDArray[np.int32]:
    """Return the number of each attribute's name, from the blank before it on; below 0 of none."""

    def told(rows: Ints) -> list[int]:
        spans = zip(begin[rows].tolist(), size[rows].tolist(), strict=True)
        found = [_LEAD.fullmatch(data, at, at + length) for at, length in spans]
        return [names.setdefault(m[1], len(names)) if m else -1 for m in found]

    keys, pieces = Keys(3), Pieces(data)
    blocks = [slice(at, at + _ROWS) for at in range(0, len(begin), _ROWS)]
    found = [keys.codes(pieces.words(begin[b], size[b]), told) for b in blocks]
    return np.concatenate([np.zeros(0, np.int32), *found])


def _refuse_spaces(
    data: bytes, left: Ints, codes: NDArray[np.int32], names: dict[bytes, int]
) -> None:
    """Refuse prefixes that are declared below the root, and coordinates of two axes."""
    letters = np.frombuffer(data, np.uint8)
    for name, number in names.items():
        if name.startswith(b"xmlns"):
            raise NotPlain
        if name.endswith(b"srsDimension"):
            said = letters[left[codes == number] + 1]
            if ((said == _TWO) | (said <= _BLANK)).any():
                raise NotPlain


def _are_references_sound(marks: Marks) -> bool:
    """Tell whether every `&` begins one of the five characters that XML names itself."""
    count = marks.letters.references
    return not count or len(_REFERENCE.findall(marks.data, marks.root[0])) == count


def _are_letters_sound(marks: Marks) -> bool:
    """Tell whether all is UTF-8 and holds no control characters, which XML has not."""
    wide = marks.letters.wide
    ends = np.flatnonzero(np.diff(wide) > 1) + 1
    text = np.insert(np.frombuffer(marks.data, np.uint8)[wide], ends, _BLANK).tobytes()
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return marks.letters.clean and not any(letter in text for letter in _NO_LETTERS)
