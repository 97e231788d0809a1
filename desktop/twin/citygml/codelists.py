"""Code lists: what a code such as 411 means, in the words of the city that wrote the file."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DEFINITION = b"<gml:Definition"
_CODE = re.compile(rb"<gml:name[^<>]*>([^<]*)<")
_MEANING = re.compile(rb"<gml:description[^<>]*>([^<]*)<")
_MOST_BYTES = 20_000_000


class Codelists:
    """The code lists around one city file, each read when its first code is asked for.

    `find` returns a list's bytes by its name, nothing where there is none.
    """

    def __init__(self, find: Callable[[str], bytes]) -> None:
        self._find = find
        self._read: dict[str, Mapping[str, str]] = {}

    def meaning(self, space: str, code: str) -> str:
        """Return what a code of a list (its codeSpace) means, the code where nobody says."""
        if not space.endswith(".xml"):
            return code
        if space not in self._read:
            name = PurePosixPath(space.replace("\\", "/")).name
            self._read[space] = definitions(self._find(name))
        return self._read[space].get(code) or code


@lru_cache(maxsize=256)
def definitions(data: bytes) -> Mapping[str, str]:
    """Return meaning by code of a list in GML's form; nothing for anything else."""
    found: dict[str, str] = {}
    for entry in data[:_MOST_BYTES].split(_DEFINITION)[1:]:
        code, meaning = _CODE.search(entry), _MEANING.search(entry)
        if code and meaning:
            found[_text(code[1])] = _text(meaning[1])
    return MappingProxyType(found)


def _text(raw: bytes) -> str:
    return unescape(raw.decode(errors="replace")).strip()
