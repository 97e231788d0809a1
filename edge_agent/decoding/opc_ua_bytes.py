"""The bytes of OPC UA's binary encoding, read from the front (OPC 10000-6, 5.2.2)."""

from __future__ import annotations

import struct

from area_configs.domain.errors import BadFrame

_FORMS = {
    1: "<?", 2: "<b", 3: "<B", 4: "<h", 5: "<H", 6: "<i", 7: "<I", 8: "<q", 9: "<Q",
    10: "<f", 11: "<d",
}  # fmt: skip
_TEXTS = {12: "String", 15: "ByteString", 16: "XmlElement"}
_DATE_TIME = 13


class Bytes:
    """A run of bytes and how far it has been read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, form: str) -> float:
        """Take a number; BadFrame where the bytes end before it."""
        return float(self._take(form)) if form in ("<f", "<d") else int(self._take(form))

    def variant(self) -> tuple[float | None, str]:
        """Take a variant: its number, or None and the name of its type where it is none.

        Raises:
            BadFrame: an array, a structure or a type whose length is not known here.
        """
        at, kind = self._at, int(self.number("<B"))
        if kind == 0:
            return None, ""
        if kind in _FORMS:
            return self.number(_FORMS[kind]), ""
        if kind == _DATE_TIME:
            self.number("<q")
            return None, "DateTime"
        if kind in _TEXTS:
            self._skip(max(0, int(self.number("<i"))))
            return None, _TEXTS[kind]
        raise BadFrame(f"byte {at}: variant {kind:02X} is neither a number nor a text")

    def require_end(self) -> None:
        """BadFrame where bytes are left."""
        if self._at < len(self._data):
            raise BadFrame(f"byte {self._at}: {len(self._data) - self._at} bytes too many")

    def _take(self, form: str) -> float:
        try:
            (found,) = struct.unpack_from(form, self._data, self._at)
        except struct.error:
            raise BadFrame(f"byte {self._at}: the data end here, before a number does") from None
        self._at += struct.calcsize(form)
        return found  # type: ignore[no-any-return]  # struct's forms above are all numbers

    def _skip(self, count: int) -> None:
        if self._at + count > len(self._data):
            raise BadFrame(f"byte {self._at}: a text of {count} bytes does not fit")
        self._at += count
