"""Text in any encoding that city files come in becomes UTF-8."""

from __future__ import annotations

import re

from area_configs.domain.errors import CityFileError

_ENCODING = re.compile(rb'^\s*<\?xml[^>]*?encoding\s*=\s*["\']([\w.-]+)["\']')
# How a text begins that is written in wide characters: with a mark, or with "<" (XML 1.0, app. F).
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_AFTER_THE_END = (b"\0", b"\x1a")  # what old copies leave there
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_JAPANESE = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "windows-31j": "cp932"}


def as_utf8(name: str, data: bytes) -> bytes:
    """Return XML text as UTF-8 without a byte order mark and without blanks before it.

    UTF-8 is passed on as it is, but for zeros and end-of-file characters after its end.

    A file that says nothing and is no UTF-8 is taken for Shift_JIS, as Windows writes it in Japan.

    Raises:
        CityFileError: written in another way than it says.
    """
    data = _trimmed(data)
    said = _ENCODING.match(data[:200])
    encoding = _encoding(data, said[1].decode().lower() if said else "")
    if encoding in _UTF8:
        return data
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeError) as error:
        raise _unreadable(name, encoding, error, said=said is not None) from error
    head = re.sub(r'(encoding\s*=\s*)["\'][\w.-]+["\']', r'\1"UTF-8"', text[:200], count=1)
    return (head + text[200:]).encode(errors="replace")


def _trimmed(data: bytes) -> bytes:
    """Return a text of one byte a letter without what may stand around it; others as they are."""
    data = data.removeprefix(_UTF8_MARK)
    if data[:1].isspace() and data[1:2] != b"\0":
        data = data.lstrip()
    if data[-1:] in _AFTER_THE_END and data[:1] == b"<" and data[1:2] != b"\0":
        data = data.rstrip(b"\0\x1a \t\r\n")
    return data


def _unreadable(name: str, encoding: str, error: Exception, *, said: bool) -> CityFileError:
    if not said:
        return CityFileError(f"{name}: is not XML; choose a CityGML file (.gml) or a zip of them.")
    return CityFileError(
        f"{name}: says that it is written in {encoding}, but cannot be read so ({error}); "
        "save it as UTF-8."
    )


def _encoding(data: bytes, said: str) -> str:
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            return encoding
    if said or data.isascii():
        return _JAPANESE.get(said, said or "utf-8")
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8"
