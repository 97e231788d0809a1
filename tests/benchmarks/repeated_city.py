"""A large city for benchmarks: one real file repeated side by side. Synthetic, and named so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LATITUDE, _LONGITUDE = 0.0036, 0.0066  # degrees from one copy to the next
_POS_LIST = re.compile(rb"(<gml:posList>)([^<]*)")
_ID = re.compile(rb'(gml:id="[^"]*)(")')
_MEMBER = b"<core:cityObjectMember>"


def repeat(source: Path, target: Path, copies: int = 16) -> None:
    """Write a file with copies of all members of another, shifted and with ids of their own."""
    data = source.read_bytes()
    head, _, rest = data.partition(_MEMBER)
    body, _, tail = rest.rpartition(b"</core:CityModel>")
    with target.open("wb") as file:
        file.write(head)
        for copy in range(copies):
            file.write(_copy(_MEMBER + body, copy))
        file.write(b"</core:CityModel>" + tail)


def _copy(body: bytes, copy: int) -> bytes:
    north, east = _LATITUDE * (copy // 4), _LONGITUDE * (copy % 4)

    def shifted(match: re.Match[bytes]) -> bytes:
        words = match[2].split()
        words[0::3] = [b"%.12f" % (float(word) + north) for word in words[0::3]]
        words[1::3] = [b"%.12f" % (float(word) + east) for word in words[1::3]]
        return match[1] + b" ".join(words)

    return _ID.sub(rb"\g<1>_%d\g<2>" % copy, _POS_LIST.sub(shifted, body))
