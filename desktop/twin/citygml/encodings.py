"""Text in any encoding that city files come in becomes UTF-8."""

from __future__ import annotations

import re

from area_configs.domain.errors import CityFileError

_ENCODING = re.compile(rb'^\s*<\?xml[^>]*?encoding\s*=\s*["\']([\w.-]+)["\']')
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_JAPANESE = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "windows-31j": "cp932"}


def as_utf8(name: str, data: bytes) -> bytes:
    """Return XML text as UTF-8 without a byte order mark; UTF-8 is passed on as it is.

    A file that says nothing and is no UTF-8 is taken for Shift_JIS, as Windows writes it in Japan.

    Raises:
        CityFileError: written in another way than it says.
    """
    if data.startswith(_UTF8_MARK):
        return data[len(_UTF8_MARK) :]
    said = _ENCODING.match(data[:200])
    encoding = _encoding(data, said[1].decode().lower() if said else "")
    if encoding in _UTF8:
        return data
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeError) as error:
        raise CityFileError(
            f"{name}: says that it is written in {encoding}, but cannot be read so ({error}); "
            "save it as UTF-8."
        ) from error
    head = re.sub(r'(encoding\s*=\s*)["\'][\w.-]+["\']', r'\1"UTF-8"', text[:200], count=1)
    return (head + text[200:]).encode(errors="replace")


def _encoding(data: bytes, said: str) -> str:
    if data.startswith(_UTF16_MARKS):
        return "utf-16"
    if said or data.isascii():
        return _JAPANESE.get(said, said or "utf-8")
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8"
