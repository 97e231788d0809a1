"""Why a file cannot be used, in plain words: what the system or a codec says means little to most people."""

from __future__ import annotations

import errno
import json
import tomllib

from area_configs.domain.names import Name

_FAULTS = {
    errno.ENOENT: Name(
        en="there is no such file or folder", ja="ファイルまたはフォルダーがありません"
    ),
    errno.EISDIR: Name(en="it is a folder, not a file", ja="ファイルではなくフォルダーです"),
    errno.ENOTDIR: Name(en="it is a file, not a folder", ja="フォルダーではなくファイルです"),
    errno.EEXIST: Name(en="something else has that name", ja="同じ名前のものがあります"),
    errno.EACCES: Name(en="this user has no right to it", ja="この利用者に権限がありません"),
    errno.EPERM: Name(en="this user has no right to it", ja="この利用者に権限がありません"),
    errno.ENOSPC: Name(en="there is no room left", ja="空き容量がありません"),
    errno.EDQUOT: Name(en="there is no room left", ja="空き容量がありません"),
    errno.EROFS: Name(en="it is write-protected", ja="書き込み禁止です"),
    errno.EIO: Name(en="the disk fails", ja="ディスクが故障しています"),
    errno.ENAMETOOLONG: Name(en="its name is too long", ja="名前が長すぎます"),
}


def file_fault(error: Exception) -> Name:
    """Return why a file could not be read, understood or written, without the file's name."""
    if isinstance(error, UnicodeDecodeError):
        place = error.start + 1
        return Name(
            en=f"it is no text in UTF-8 (byte {place})",
            ja=f"UTF-8 のテキストではありません({place} バイト目)",
        )
    if isinstance(error, json.JSONDecodeError):
        return _unreadable("JSON", f"line {error.lineno}", f"{error.lineno} 行目", error.doc)
    if isinstance(error, tomllib.TOMLDecodeError):
        return Name(en=f"it is no TOML: {error}", ja=f"TOML ではありません({error})")
    if isinstance(error, OSError):
        said = error.strerror or str(error)
        return _FAULTS.get(error.errno or 0, Name(en=said, ja=said))
    return Name(en=str(error), ja=str(error))


def _unreadable(form: str, place: str, place_ja: str, text: str) -> Name:
    if not text.strip():
        return Name(en="it is empty", ja="空です")
    return Name(en=f"it is no {form} ({place})", ja=f"{form} ではありません({place_ja})")
